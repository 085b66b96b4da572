import type { SourceFile } from './source-files.ts';
import { bare, child, isNode, list, memberOf, type Node, nameOf, parse, type Syntax, textOf, walk } from './syntax.ts';

/** Values by the name of the environment variable, as the repository itself names them. */
export type KnownValues = Map<string, Set<string>>;

const mostOfOne = 12;
const line =
  /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|([^#\r\n]*?))[ \t]*(?:#.*)?\r?$/gm;

/**
 * What settings are known to be set to: in files of settings (`.env.example`), and what the code compares them with or
 * takes where they are not set. Aliases are followed by name within the tree: `const mode = process.env.MODE ?? 'a'`,
 * `{ mode: process.env.MODE }`, then `config.mode === 'b'`.
 */
export function knownValues(modules: SourceFile[], settings: SourceFile[]): KnownValues {
  const known: KnownValues = new Map();
  const note = (name: string, value: string | undefined): void => {
    const values = known.get(name) ?? new Set();
    if (value !== undefined && value !== '' && values.size < mostOfOne) known.set(name, values.add(value));
  };
  for (const { text } of settings)
    for (const [, name = '', double, single, plain] of text.matchAll(line)) note(name, double ?? single ?? plain);
  const parsed = modules.flatMap(({ file, text }) => (/env/i.test(text) ? (parse(file, text) ?? []) : []));
  const aliases = new Map(parsed.flatMap(aliasesIn));
  const others = modules.flatMap(({ file, text }) =>
    !/env/i.test(text) && [...aliases.keys()].some((alias) => text.includes(alias)) ? (parse(file, text) ?? []) : [],
  );
  for (const { program } of [...parsed, ...others]) compared(program, aliases, note);
  return known;
}

/** Names under which a module keeps a setting: of a variable or of a property. */
function aliasesIn({ program }: Syntax): [alias: string, name: string][] {
  const found: [string, string][] = [];
  walk(program, (node) => {
    const [alias, value] =
      node.type === 'VariableDeclarator'
        ? [nameOf(child(node, 'id')), child(node, 'init')]
        : node.type === 'Property'
          ? [nameOf(child(node, 'key')), child(node, 'value')]
          : [];
    const name = value && settingIn(value);
    if (alias && name) found.push([alias, name]);
  });
  return found;
}

/** The setting whose value an expression is: as it is, with a default, or through a call such as `.toLowerCase()`. */
function settingIn(node: Node): string | undefined {
  if (node.type === 'LogicalExpression') return settingIn(child(node, 'left') ?? (node.left as Node));
  if (node.type === 'CallExpression') {
    const callee = child(node, 'callee');
    const inner = callee?.type === 'MemberExpression' ? child(callee, 'object') : list(node, 'arguments')[0];
    return inner && settingIn(inner);
  }
  const object = child(node, 'object');
  return memberOf(object) === 'env' || nameOf(object) === 'env' ? memberOf(node) : undefined;
}

function compared(
  program: Node,
  aliases: Map<string, string>,
  note: (name: string, value: string | undefined) => void,
): void {
  const meant = (node: Node | undefined): string | undefined => {
    if (!node) return undefined;
    const alias = memberOf(node) ?? (node.type === 'Identifier' ? nameOf(node) : undefined);
    return settingIn(node) ?? (alias === undefined ? undefined : aliases.get(alias));
  };
  const literal = (node: Node | undefined): string | undefined =>
    textOf(node) ?? (node?.type === 'Literal' && typeof node.value === 'number' ? String(node.value) : undefined);
  walk(program, (node) => {
    const [left, right] = [child(node, 'left'), child(node, 'right')];
    if (node.type === 'BinaryExpression' && /^[!=]==?$/.test(String(node.operator))) {
      const name = meant(left) ?? meant(right);
      if (name) note(name, literal(left) ?? literal(right));
    } else if (node.type === 'LogicalExpression' && /^(\?\?|\|\|)$/.test(String(node.operator))) {
      const name = left && settingIn(left);
      if (name) note(name, literal(right));
    } else if (node.type === 'SwitchStatement') {
      const name = meant(child(node, 'discriminant'));
      for (const one of name ? list(node, 'cases') : []) if (name) note(name, literal(child(one, 'test')));
    } else if (node.type === 'CallExpression' && memberOf(child(node, 'callee')) === 'includes') {
      const name = meant(argument(node));
      const among = child(child(node, 'callee'), 'object');
      for (const one of name ? list(among, 'elements') : []) if (name) note(name, literal(bare(one)));
    }
    for (const [name, value] of declared(node)) note(name, value);
  });
}

const written = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/;

/** Readers of settings that are told the choices: `choice(env, 'FX_ROUNDING', ['a', 'b'])`, `FX_ROUNDING: z.enum(['a', 'b'])`. */
function declared(node: Node): [name: string, value: string][] {
  const choices = (within: Node): string[] => {
    const found: string[] = [];
    walk(within, (inner) => {
      if (inner.type === 'ArrayExpression')
        for (const one of list(inner, 'elements')) found.push(...[textOf(bare(one)) ?? []].flat());
    });
    return found;
  };
  if (node.type === 'CallExpression') {
    const given = list(node, 'arguments').map(bare);
    const name = given.map(textOf).find((text) => text !== undefined && written.test(text));
    return name === undefined ? [] : given.flatMap(choices).map((value) => [name, value]);
  }
  const name = node.type === 'Property' ? nameOf(child(node, 'key')) : undefined;
  const value = child(node, 'value');
  return name && value && written.test(name) ? choices(value).map((one) => [name, one]) : [];
}

function argument(call: Node): Node | undefined {
  const [first] = list(call, 'arguments');
  return isNode(first) ? bare(first) : undefined;
}
