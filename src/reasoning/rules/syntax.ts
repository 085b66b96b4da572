import { type Comment, type Node, parseSync } from 'oxc-parser';
import { mayBeDeep } from '../../codebase/depth.ts';

/** JavaScript or TypeScript that was pasted, as far as it parses. */
export interface Code {
  text: string;
  statements: Node[];
  comments: Comment[];
}

const lineLimit = 200;

/** Parses a snippet whole, or else the longest runs of its lines that parse; null when there is no code in it. */
export function parse(text: string): Code | null {
  const whole = attempt(text);
  if (whole) return whole;
  const lines = text.split('\n').slice(0, lineLimit);
  if (lines.length < 2) return null;
  const blanked = lines.map((line) => ' '.repeat(line.length));
  const parts: Code[] = [];
  for (let from = 0; from < lines.length; ) {
    const to = longest(lines, from);
    if (to > from) {
      // Blank lines before keep every offset that of the snippet itself.
      const padded = [...blanked.slice(0, from), ...lines.slice(from, to)].join('\n');
      const part = attempt(padded);
      if (part) parts.push(part);
    }
    from = Math.max(to, from + 1);
  }
  if (parts.length === 0) return null;
  return {
    text,
    statements: parts.flatMap(({ statements }) => statements),
    comments: parts.flatMap(({ comments }) => comments),
  };
}

/** Parses one expression; null when the text is not one. */
export function parseExpression(text: string): { node: Node; text: string } | null {
  const wrapped = `(${text}\n)`;
  const [statement, ...more] = attempt(wrapped)?.statements ?? [];
  if (statement?.type !== 'ExpressionStatement' || more.length > 0) return null;
  return { node: statement.expression, text: wrapped };
}

/** The nodes directly within a node, in order. */
export function within(node: Node): Node[] {
  return Object.entries(node).flatMap(([key, value]) => {
    if (key === 'parent' || typeof value !== 'object' || value === null) return [];
    const all: unknown[] = Array.isArray(value) ? value : [value];
    return all.filter(isNode);
  });
}

/** Visits a node and all within it, until told not to go deeper. */
export function walk(node: Node, visit: (node: Node, above: Node[]) => boolean | undefined, above: Node[] = []): void {
  if (visit(node, above) === false) return;
  for (const inner of within(node)) walk(inner, visit, [...above, node]);
}

function longest(lines: string[], from: number): number {
  const first = lines[from] ?? '';
  if (first.trim() === '' || /^\s*(at |[+-] |\$ |not ok|ok \d|#|✖|✔|✓)/.test(first)) return from;
  for (let to = Math.min(lines.length, from + 40); to > from; to -= 1) {
    if ((lines[to - 1] ?? '').trim() !== '' && attempt(lines.slice(from, to).join('\n'))) return to;
  }
  return from;
}

function attempt(text: string): Code | null {
  // The parser is native, and takes the whole process with it where its stack ends.
  if (mayBeDeep(text)) return null;
  const { program, comments, errors } = parseSync('snippet.ts', text, { preserveParens: false });
  return errors.length > 0 || program.body.length === 0 ? null : { text, statements: program.body, comments };
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
