import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseSync } from 'oxc-parser';
import { isTooDeep } from '../../codebase/depth.ts';

/** The parts of an ESTree node that are looked at. */
interface Node {
  type: string;
  [part: string]: unknown;
}

interface Scope {
  /** The absolute file that is read. */
  file: string;
  /** What stands at the top of it, by name. */
  names: Map<string, Node>;
  depth: number;
  /** What may still be put together: a few lines can mean more than there is memory for. */
  budget: { parts: number };
}

const deepest = 60;
const mostParts = 200_000;

/**
 * What a configuration file exports, as far as it can be read without running it: objects, arrays, text and paths that
 * are put together; whatever else is left out.
 */
export function exportedBy(file: string, source: string): unknown {
  if (isTooDeep(source)) return undefined;
  const { program, errors } = parseSync(file, source, { lang: /\.[cm]?ts$/.test(file) ? 'ts' : 'js' });
  if (errors.length > 0) return undefined;
  const body = program.body as unknown as Node[];
  const names = new Map<string, Node>();
  let exported: Node | undefined;
  for (const statement of body) {
    const declared = statement.type === 'ExportNamedDeclaration' ? (statement.declaration as Node | null) : statement;
    if (declared?.type === 'VariableDeclaration') {
      for (const { id, init } of declared.declarations as { id: Node; init: Node | null }[])
        if (id.type === 'Identifier' && init) names.set(String(id.name), init);
    }
    if (statement.type === 'ExportDefaultDeclaration') exported = statement.declaration as Node;
    const assigned = assignmentTo('module.exports', statement);
    if (assigned) exported = assigned;
  }
  return exported && meaning(exported, { file, names, depth: 0, budget: { parts: mostParts } });
}

function assignmentTo(target: string, { type, expression }: Node): Node | undefined {
  if (type !== 'ExpressionStatement') return undefined;
  const { type: kind, left, right } = expression as Node;
  return kind === 'AssignmentExpression' && dotted(left as Node) === target ? (right as Node) : undefined;
}

function meaning(node: Node, above: Scope): unknown {
  const scope = { ...above, depth: above.depth + 1 };
  scope.budget.parts -= 1;
  if (scope.depth > deepest || scope.budget.parts < 0) return undefined;
  switch (node.type) {
    case 'Literal':
      return node.regex ? pattern(node.regex as { pattern: string; flags: string }) : node.value;
    case 'TemplateLiteral':
      return template(node, scope);
    case 'ArrayExpression':
      return (node.elements as (Node | null)[]).flatMap((one) => items(one, scope));
    case 'ObjectExpression':
      return object(node, scope);
    case 'Identifier':
      return named(String(node.name), scope);
    case 'BinaryExpression':
      return joined(node, scope);
    case 'UnaryExpression':
      return node.operator === '!' ? !meaning(node.argument as Node, scope) : undefined;
    case 'LogicalExpression':
      return meaning(node.left as Node, scope) ?? meaning(node.right as Node, scope);
    case 'MemberExpression':
      return member(node, scope);
    case 'NewExpression':
    case 'CallExpression':
      return called(node, scope);
    case 'ArrowFunctionExpression':
    case 'FunctionExpression':
      return returned(node, scope);
    case 'TSAsExpression':
    case 'TSSatisfiesExpression':
    case 'ParenthesizedExpression':
    case 'AwaitExpression':
      return meaning((node.expression ?? node.argument) as Node, scope);
    default:
      return undefined;
  }
}

/** A regular expression as data. */
function pattern({ pattern: source, flags }: { pattern: string; flags: string }): unknown {
  return { $pattern: source, flags };
}

function items(one: Node | null, scope: Scope): unknown[] {
  if (!one) return [];
  const value = meaning(one.type === 'SpreadElement' ? (one.argument as Node) : one, scope);
  if (one.type === 'SpreadElement') return Array.isArray(value) ? (paid(value, scope) ?? []) : [];
  return value === undefined ? [] : [value];
}

function object(node: Node, scope: Scope): Record<string, unknown> {
  const made: Record<string, unknown> = Object.create(null);
  for (const part of node.properties as Node[]) {
    if (part.type === 'SpreadElement') {
      Object.assign(made, Object(meaning(part.argument as Node, scope)));
      continue;
    }
    const key = part.key as Node;
    const name = key.type === 'Identifier' && !part.computed ? String(key.name) : meaning(key, scope);
    const value = meaning(part.value as Node, scope);
    if (typeof name === 'string' && value !== undefined) made[name] = value;
  }
  return made;
}

function named(name: string, scope: Scope): unknown {
  if (name === '__dirname') return path.dirname(scope.file);
  if (name === '__filename') return scope.file;
  const known = scope.names.get(name);
  return known && meaning(known, scope);
}

function template(node: Node, scope: Scope): string | undefined {
  const parts = (node.expressions as Node[]).map((one) => meaning(one, scope));
  if (parts.some((part) => typeof part !== 'string' && typeof part !== 'number')) return undefined;
  const quasis = node.quasis as { value: { cooked: string } }[];
  return paid(quasis.map(({ value }, at) => `${value.cooked}${parts[at] ?? ''}`).join(''), scope);
}

function joined(node: Node, scope: Scope): unknown {
  const [left, right] = [meaning(node.left as Node, scope), meaning(node.right as Node, scope)];
  return node.operator === '+' && typeof left === 'string' && typeof right === 'string'
    ? paid(left + right, scope)
    : undefined;
}

/** Something put together, unless there is no room for it. */
function paid<T extends string | unknown[]>(value: T, { budget }: Scope): T | undefined {
  budget.parts -= value.length;
  return budget.parts < 0 ? undefined : value;
}

function member(node: Node, scope: Scope): unknown {
  const name = dotted(node);
  if (name === 'import.meta.url') return pathToFileURL(scope.file).href;
  if (name === 'import.meta.dirname') return path.dirname(scope.file);
  if (name === 'import.meta.filename') return scope.file;
  const of = meaning(node.object as Node, scope);
  if (of instanceof URL) return dotted(node.property as Node) === 'pathname' ? of.pathname : undefined;
  const key = node.computed ? meaning(node.property as Node, scope) : dotted(node.property as Node);
  return typeof of === 'object' && of !== null && typeof key === 'string' && Object.hasOwn(of, key)
    ? (of as Record<string, unknown>)[key]
    : undefined;
}

function called(node: Node, scope: Scope): unknown {
  const name = dotted(node.callee as Node)
    ?.split('.')
    .at(-1);
  const given = (node.arguments as Node[]).map((one) => meaning(one, scope));
  const texts = given.filter((one) => typeof one === 'string');
  if (name === 'resolve') return path.resolve(path.dirname(scope.file), ...texts);
  if (name === 'join') return path.join(...texts);
  if (name === 'dirname') return path.dirname(texts[0] ?? '');
  if (name === 'cwd') return path.dirname(scope.file);
  if (name === 'URL') return URL.canParse(texts[0] ?? '', texts[1]) ? new URL(texts[0] ?? '', texts[1]) : undefined;
  if (name === 'fileURLToPath') return given[0] instanceof URL ? given[0].pathname : pathOf(texts[0]);
  if (name === 'stringify') return given[0] === undefined ? undefined : JSON.stringify(given[0]);
  if (name === 'mergeConfig') return given.reduce(merged, {});
  if (/^(define|create|withNuxt|config)/i.test(name ?? '')) return given.find((one) => typeof one === 'object');
  return undefined;
}

function pathOf(url: string | undefined): string | undefined {
  return url?.startsWith('file:') && URL.canParse(url) ? new URL(url).pathname : url;
}

function returned({ body }: Node, scope: Scope): unknown {
  const block = body as Node;
  if (block.type !== 'BlockStatement') return meaning(block, scope);
  const last = (block.body as Node[]).findLast(({ type }) => type === 'ReturnStatement');
  return last?.argument ? meaning(last.argument as Node, scope) : undefined;
}

/** Two configurations as one, the later's words before the earlier's. */
export function merged(first: unknown, second: unknown): unknown {
  if (Array.isArray(first) && Array.isArray(second)) return [...first, ...second];
  if (!isObject(first) || !isObject(second)) return second ?? first;
  const whole: Record<string, unknown> = { ...first };
  for (const [key, value] of Object.entries(second)) whole[key] = key in first ? merged(first[key], value) : value;
  return whole;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function dotted(node: Node): string | undefined {
  if (node.type === 'Identifier') return String(node.name);
  if (node.type === 'MetaProperty') return 'import.meta';
  if (node.type !== 'MemberExpression' || node.computed) return undefined;
  const of = dotted(node.object as Node);
  return of && `${of}.${dotted(node.property as Node)}`;
}
