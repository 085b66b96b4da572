import path from 'node:path';
import { resolveSpecifier } from './source-files.ts';
import { child, isFunction, list, memberOf, type Node, nameOf, type Syntax, textOf, walk } from './syntax.ts';

/** A route as the code states it, before anybody knows which service it belongs to. */
export interface StatedRoute {
  method: string;
  path: string;
  file: string;
  line: number;
}

/** Something that routes are put on: a name in a file. */
type Router = string;

interface Found {
  routes: { on: Router; method: string; path: string; file: string; line: number }[];
  mounts: { on: Router; prefix: string; of: Router }[];
}

const methods = /^(get|post|put|patch|delete|options|head|all)$/;
const makes = /^(express|Router|fastify|Fastify|Hono|OpenAPIHono|Koa|restana|polka|createServer|buildApp|createApp)$/;
const given = /^(app|api|router|routes?|server|fastify|instance|hono)$/i;
const decorators = /^(Get|Post|Put|Patch|Delete|Options|Head|All)$/;

/** The HTTP routes of Express, Fastify, Hono, Koa and NestJS code, under the prefixes they are mounted at. */
export function readRoutes(modules: Syntax[]): StatedRoute[] {
  const known = new Set(modules.map(({ file }) => file));
  const found: Found = { routes: [], mounts: [] };
  for (const syntax of modules) readModule(syntax, known, found);
  return found.routes.flatMap(({ on, path: own, ...rest }) =>
    prefixes(on, found, new Set()).map((prefix) => ({ ...rest, path: joined(prefix, own) })),
  );
}

function readModule(syntax: Syntax, known: Set<string>, found: Found): void {
  const { file, program, lineAt } = syntax;
  const imported = importsOf(program, file, known);
  const made = new Map<string, string>();
  const put = (on: string, method: string, at: string, node: Node) =>
    found.routes.push({ on: `${file}#${on}`, method: method.toUpperCase(), path: at, file, line: lineAt(node.start) });
  walk(program, (node, around) => {
    if (node.type === 'VariableDeclarator') noteRouter(node, made);
    if (/^Class(Declaration|Expression)$/.test(node.type)) readController(node, put);
    if (node.type !== 'CallExpression') return;
    const callee = child(node, 'callee');
    const member = memberOf(callee) ?? '';
    const receiver = receiverOf(child(callee, 'object'));
    if (!receiver || !(made.has(receiver.name) || given.test(receiver.name))) return;
    const on = made.has(receiver.name) ? receiver.name : (pluginAround(around) ?? receiver.name);
    const [first, second] = list(node, 'arguments');
    const text = textOf(first);
    const prefix = made.get(receiver.name) ?? '';
    if (methods.test(member) && receiver.route !== undefined) put(on, member, joined(prefix, receiver.route), node);
    else if (methods.test(member) && text !== undefined && second && /^(\/.*|\*|)$/.test(text))
      put(on, member, joined(prefix, text), node);
    else if (member === 'route' && first?.type === 'ObjectExpression')
      putObject(first, (method, at) => put(on, method, at, node));
    if (/^(use|route|register|mount)$/.test(member))
      found.mounts.push(
        ...mountsIn(node, text).map((mount) => ({ on: `${file}#${on}`, prefix: mount.prefix, of: named(mount.of) })),
      );
  });

  function named(of: { name?: string; module?: string }): Router {
    if (of.module) return `${resolveSpecifier(file, of.module, (at) => known.has(at)) ?? of.module}#*`;
    const from = imported.get(of.name ?? '');
    return from ? `${from}#*` : `${file}#${of.name}`;
  }
}

/** `const router = Router()`, `new Hono().basePath('/v1')`, `new Router({ prefix: '/v1' })`: the name and its prefix. */
function noteRouter(declarator: Node, made: Map<string, string>): void {
  const name = nameOf(child(declarator, 'id'));
  let init = child(declarator, 'init');
  let prefix = '';
  while (init && /^(Call|New|Await)Expression$/.test(init.type)) {
    if (init.type === 'AwaitExpression') {
      init = child(init, 'argument');
      continue;
    }
    const callee = child(init, 'callee');
    const by = memberOf(callee) ?? nameOf(callee) ?? '';
    const [first] = list(init, 'arguments');
    if (by === 'basePath') prefix = joined(textOf(first) ?? '', prefix);
    if (makes.test(by) && name) {
      const option = first?.type === 'ObjectExpression' ? (optionOf(first, 'prefix') ?? '') : '';
      made.set(name, joined(option, prefix));
      return;
    }
    init = child(callee, 'object');
  }
}

/** The name that a chain of calls starts from, and the path of a `.route('/x')` in it. */
function receiverOf(node: Node | undefined): { name: string; route?: string } | undefined {
  if (!node) return undefined;
  if (node.type === 'Identifier') return { name: nameOf(node) ?? '' };
  if (node.type === 'MemberExpression') return { name: memberOf(node) ?? '' };
  if (node.type !== 'CallExpression') return undefined;
  const callee = child(node, 'callee');
  const before = receiverOf(child(callee, 'object'));
  const route = memberOf(callee) === 'route' ? textOf(list(node, 'arguments')[0]) : before?.route;
  return before && { name: before.name, ...(route !== undefined && { route }) };
}

function mountsIn(call: Node, text: string | undefined): { prefix: string; of: { name?: string; module?: string } }[] {
  return list(call, 'arguments').flatMap((argument, index) => {
    const prefix = optionOf(list(call, 'arguments')[index + 1], 'prefix') ?? text ?? '';
    const inner = argument.type === 'CallExpression' ? child(argument, 'callee') : argument;
    const required = nameOf(inner) === 'require' ? textOf(list(argument, 'arguments')[0]) : undefined;
    if (required) return { prefix, of: { module: required } };
    const routes = memberOf(inner) === 'routes' ? child(inner, 'object') : inner;
    const name = routes?.type === 'Identifier' ? nameOf(routes) : undefined;
    return name ? { prefix, of: { name } } : [];
  });
}

function putObject(object: Node, put: (method: string, path: string) => void): void {
  const at = optionOf(object, 'url') ?? optionOf(object, 'path');
  const method = optionOf(object, 'method');
  if (at !== undefined && method) put(method, at);
}

/** NestJS: `@Controller('x') class { @Get('y') … }`. */
function readController(node: Node, put: (on: string, method: string, path: string, at: Node) => void): void {
  const controller = decoratorsOf(node).find(({ name }) => name === 'Controller');
  if (!controller) return;
  for (const member of list(child(node, 'body'), 'body'))
    for (const { name, text } of decoratorsOf(member).filter(({ name }) => decorators.test(name)))
      put('@', name, joined(joined('', controller.text), text), member);
}

function decoratorsOf(node: Node): { name: string; text: string }[] {
  return list(node, 'decorators').flatMap((decorator) => {
    const call = child(decorator, 'expression');
    const name = nameOf(child(call, 'callee'));
    const [first] = list(call, 'arguments');
    return name ? { name, text: textOf(first) ?? optionOf(first, 'path') ?? '' } : [];
  });
}

function optionOf(node: Node | undefined, name: string): string | undefined {
  const property = list(node, 'properties').find((candidate) => nameOf(child(candidate, 'key')) === name);
  return textOf(child(property, 'value'));
}

/** A plugin takes its router as a parameter: routes in it belong to whatever mounts the plugin's module. */
function pluginAround(around: Node[]): string | undefined {
  const plugin = around.find(isFunction);
  return plugin && (nameOf(child(plugin, 'id')) ?? '*');
}

function importsOf(program: Node, file: string, known: Set<string>): Map<string, string> {
  const imported = new Map<string, string>();
  const note = (name: string | undefined, specifier: string | undefined) => {
    const at = specifier && resolveSpecifier(file, specifier, (candidate) => known.has(candidate));
    if (name && at) imported.set(name, at);
  };
  for (const statement of list(program, 'body')) {
    const source = textOf(child(statement, 'source'));
    for (const specifier of list(statement, 'specifiers')) note(nameOf(child(specifier, 'local')), source);
    for (const declarator of list(statement, 'declarations')) {
      const init = child(declarator, 'init');
      const id = child(declarator, 'id');
      if (nameOf(child(init, 'callee')) !== 'require') continue;
      const specifier = textOf(list(init, 'arguments')[0]);
      note(nameOf(id), specifier);
      for (const property of list(id, 'properties')) note(nameOf(child(property, 'value')), specifier);
    }
  }
  return imported;
}

/** Every prefix under which a router is reached; the empty one when nothing mounts it. */
function prefixes(on: Router, found: Found, seen: Set<Router>): string[] {
  if (seen.has(on)) return [''];
  const file = on.slice(0, on.lastIndexOf('#'));
  const own = found.mounts.filter((mount) => mount.of === on && mount.on !== on);
  const byFile = found.mounts.filter((mount) => mount.of === `${file}#*` && !mount.on.startsWith(`${file}#`));
  const mounts = own.length > 0 ? own : byFile;
  if (mounts.length === 0) return [''];
  const within = new Set(seen).add(on);
  const all = mounts.flatMap((mount) =>
    prefixes(mount.on, found, within).map((before) => joined(before, mount.prefix)),
  );
  return [...new Set(all)];
}

function joined(before: string, after: string): string {
  const path_ = path.posix.join('/', before, after);
  return path_.length > 1 ? path_.replace(/\/$/, '') : path_;
}
