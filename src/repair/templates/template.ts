import { isFunction, isNode, type Node, type Syntax } from '../../codebase/syntax.ts';

/** A small change of a source text: what stands between two offsets is replaced. */
export interface Change {
  start: number;
  end: number;
  text: string;
  /** What it does, as a sentence that begins in the middle. */
  what: string;
}

/** What a template looks at. */
export interface Spot {
  node: Node;
  /** The nodes around it, innermost last. */
  around: Node[];
  syntax: Syntax;
  /** The file before the change that broke it, where that is known and parses. */
  earlier?: Syntax;
}

/** A kind of small mistake, and how it is mended wherever it may stand. */
export interface Template {
  name: string;
  changes(spot: Spot): Change[];
}

/** The text of a node. */
export function textAt({ syntax }: Spot, node: Node): string {
  return syntax.source.slice(node.start, node.end);
}

/** A change that puts a text for a node. */
export function replace(spot: Spot, node: Node, text: string, what?: string): Change {
  const was = textAt(spot, node);
  return { start: node.start, end: node.end, text, what: what ?? `putting ${short(text)} for ${short(was)}` };
}

/** A piece of code, short enough for a sentence. */
export function short(code: string): string {
  const line = code.replace(/\s+/g, ' ').trim();
  return `“${line.length > 60 ? `${line.slice(0, 59)}…` : line}”`;
}

/** The innermost function around a node. */
export function functionAround(around: Node[]): Node | undefined {
  return around.findLast(isFunction);
}

/** The node in a field, as it stands. */
export function field(node: Node | undefined, name: string): Node | undefined {
  const found = node?.[name];
  return isNode(found) ? found : undefined;
}
