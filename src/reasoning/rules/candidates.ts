import type { Node } from 'oxc-parser';
import { evaluate } from './evaluate.ts';
import { type Invocation, keyOf, type Scope } from './known.ts';
import type { Place } from './mention.ts';
import type { Snippet } from './snippets.ts';
import { walk } from './syntax.ts';
import { isRecord } from './values.ts';

/** A call of the code that the thread speaks of, every name in it put in. */
export interface Candidate {
  invocation: Invocation;
  /** Wherever it is written. */
  places: Place[];
  /** As it is written first. */
  text: string;
  /** Texts that its result is joined to where it is written: `'/v2?' + f(x)`, `console.log('picked', f(x))`. */
  around: { before: string; after: string }[];
}

/** A call of the code that cannot be made, for something in it has no value in the thread. */
export interface Incomplete {
  text: string;
  lacks: string;
}

/** The calls of the code in a snippet, outermost first, and those that lack something. */
export function callsIn(
  { passage, code }: Snippet,
  scopeAt: (start: number) => Scope,
): { complete: Candidate[]; incomplete: Incomplete[] } {
  const complete: Candidate[] = [];
  const incomplete: Incomplete[] = [];
  for (const statement of code.statements) {
    walk(statement, (node, above) => {
      if (!['CallExpression', 'NewExpression', 'MemberExpression', 'AwaitExpression', 'Identifier'].includes(node.type))
        return undefined;
      if (node.type === 'Identifier' && !isUse(node, above.at(-1))) return undefined;
      const scope = scopeAt(node.start);
      const known = evaluate(node, code.text, scope);
      const text = code.text.slice(node.start, node.end);
      if (known.kind === 'result') {
        const place = { passage, start: node.start, end: node.end };
        complete.push({ invocation: known.of, places: [place], text, around: around(node, above, code.text, scope) });
        return false;
      }
      const target =
        node.type === 'CallExpression' || node.type === 'NewExpression'
          ? evaluate(node.callee, code.text, scope)
          : undefined;
      if (target?.kind === 'export' && known.kind === 'unknown') incomplete.push({ text, lacks: known.text });
      return undefined;
    });
  }
  return { complete, incomplete };
}

/** Calls that are the same, however often they are written, once. */
export function merged(candidates: Candidate[]): Candidate[] {
  const byKey = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = keyOf(candidate.invocation);
    const known = byKey.get(key);
    byKey.set(
      key,
      known
        ? { ...known, places: [...known.places, ...candidate.places], around: [...known.around, ...candidate.around] }
        : candidate,
    );
  }
  return [...byKey.values()];
}

function isUse(node: Node, parent: Node | undefined): boolean {
  if (!parent) return true;
  if (parent.type === 'ExpressionStatement' || parent.type === 'BinaryExpression' || parent.type === 'TemplateLiteral')
    return true;
  return parent.type === 'CallExpression' && parent.arguments.some((argument) => argument === node);
}

function around(node: Node, above: Node[], text: string, scope: Scope): Candidate['around'] {
  const parent = above.at(-1);
  const known = (of: Node) => {
    const value = evaluate(of, text, scope);
    return value.kind === 'value' && !isRecord(value.value) && !Array.isArray(value.value)
      ? String(value.value)
      : undefined;
  };
  if (parent?.type === 'BinaryExpression' && parent.operator === '+') {
    const other = known(parent.left === node ? parent.right : parent.left);
    if (other === undefined) return [];
    return [parent.left === node ? { before: '', after: other } : { before: other, after: '' }];
  }
  if (parent?.type === 'TemplateLiteral') {
    const at = parent.expressions.findIndex(({ start }) => start === node.start);
    const [before = '', after = ''] = [
      parent.quasis[at]?.value.cooked ?? '',
      parent.quasis[at + 1]?.value.cooked ?? '',
    ];
    return before || after ? [{ before, after }] : [];
  }
  if (
    parent?.type === 'CallExpression' &&
    /^(console|logger?)\.\w+$|^print$/.test(text.slice(parent.callee.start, parent.callee.end))
  ) {
    const at = parent.arguments.findIndex(({ start }) => start === node.start);
    const before = parent.arguments.slice(0, at).map(known);
    const after = parent.arguments.slice(at + 1).map(known);
    if (before.length + after.length === 0 || [...before, ...after].includes(undefined)) return [];
    return [{ before: before.map((part) => `${part} `).join(''), after: after.map((part) => ` ${part}`).join('') }];
  }
  return [];
}
