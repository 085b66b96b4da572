import { parseSync } from 'oxc-parser';
import { isTooDeep } from './depth.ts';

/** A node of the syntax tree (ESTree, with TypeScript's own); offsets count UTF-16 units. */
export interface Node {
  type: string;
  start: number;
  end: number;
  [field: string]: unknown;
}

/** A source file, parsed. */
export interface Syntax {
  file: string;
  source: string;
  program: Node;
  /** The line, from 1, of an offset. */
  lineAt(offset: number): number;
}

/** Parses a JavaScript or TypeScript file; undefined when it does not parse, or is nested too deeply. */
export function parse(file: string, source: string): Syntax | undefined {
  if (isTooDeep(source)) return undefined;
  const parsed =
    parsedAs('module', file, source) ?? (/\.c?js$/.test(file) ? parsedAs('script', file, source) : undefined);
  if (!parsed) return undefined;
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineAt = (offset: number) => {
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  return { file, source, program: parsed.program as unknown as Node, lineAt };
}

/** Old scripts say things that a module may not, and the other way round. */
function parsedAs(sourceType: 'module' | 'script', file: string, source: string) {
  const parsed = parseSync(file, source, { sourceType });
  return parsed.errors.some(({ severity }) => severity === 'Error') ? undefined : parsed;
}

/** Whether something found in a field is a node. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

/** The node in a field, without parentheses and type assertions around it. */
export function child(node: Node | undefined, field: string): Node | undefined {
  const found = node?.[field];
  return isNode(found) ? bare(found) : undefined;
}

/** The nodes in a list field. */
export function list(node: Node | undefined, field: string): Node[] {
  const found = node?.[field];
  return Array.isArray(found) ? found.filter(isNode) : [];
}

/** An expression without parentheses and type assertions around it. */
export function bare(node: Node): Node {
  const wrapped = /^(ParenthesizedExpression|TS(As|Satisfies|NonNull|TypeAssertion|Instantiation)\w*|ChainExpression)$/;
  return wrapped.test(node.type) && isNode(node.expression) ? bare(node.expression) : node;
}

/** The name of an identifier, or the text of a string or number literal. */
export function nameOf(node: Node | undefined): string | undefined {
  if (!node) return undefined;
  if (typeof node.name === 'string') return node.name;
  if (node.type === 'Literal' && (typeof node.value === 'string' || typeof node.value === 'number'))
    return String(node.value);
  return undefined;
}

/** The text of a string literal, or of a template without holes. */
export function textOf(node: Node | undefined): string | undefined {
  if (node?.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node?.type !== 'TemplateLiteral' || list(node, 'expressions').length > 0) return undefined;
  return (list(node, 'quasis')[0]?.value as { cooked?: string } | undefined)?.cooked;
}

/** The property that a member expression names: `a.b` and `a['b']`. */
export function memberOf(node: Node | undefined): string | undefined {
  if (node?.type !== 'MemberExpression') return undefined;
  const property = child(node, 'property');
  return node.computed ? textOf(property) : nameOf(property);
}

/** A function of any kind. */
export interface FunctionNode extends Node {
  type: 'FunctionDeclaration' | 'FunctionExpression' | 'ArrowFunctionExpression';
}

/** Whether a node is a function of any kind. */
export function isFunction(node: Node | undefined): node is FunctionNode {
  return /^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node?.type ?? '');
}

/** Visits every node with the nodes around it, innermost last. */
export function walk(node: Node, visit: (node: Node, around: Node[]) => void, around: Node[] = []): void {
  visit(node, around);
  around.push(node);
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) {
      for (const item of value) if (isNode(item)) walk(item, visit, around);
    } else if (isNode(value)) walk(value, visit, around);
  }
  around.pop();
}

/** The names of a function's parameters, as written. */
export function parametersOf(node: Node): string[] {
  return list(node, 'params').map(parameter);
}

function parameter(node: Node): string {
  if (node.type === 'AssignmentPattern') return parameter(child(node, 'left') ?? node);
  if (node.type === 'RestElement') return `...${parameter(child(node, 'argument') ?? node)}`;
  if (node.type === 'TSParameterProperty') return parameter(child(node, 'parameter') ?? node);
  return nameOf(node) ?? (node.type === 'ArrayPattern' ? '[]' : '{}');
}
