import { parseSync, visitorKeys } from 'oxc-parser';

interface Node {
  type: string;
  start: number;
  end: number;
  [part: string]: unknown;
}

/**
 * Blanks `null` and `undefined` beside one other type, at equal length. Where a project does not check them, TypeScript's
 * compiler leaves them out of what it tells decorators about types: `Date | null` is a `Date`.
 */
export function withoutNullTypes(file: string, source: string): string {
  if (!/\|\s*(?:null|undefined)\b|\b(?:null|undefined)\s*\|/.test(source)) return source;
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) return source;
  const blanked: [start: number, end: number][] = [];
  const visit = (node: Node): void => {
    if (node.type === 'TSUnionType') blanked.push(...around(node));
    for (const key of visitorKeys[node.type] ?? []) for (const one of [node[key]].flat()) if (isNode(one)) visit(one);
  };
  visit(program as unknown as Node);
  return blanked.reduce(
    (text, [start, end]) => text.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + text.slice(end),
    source,
  );
}

/** What stands before and after the only type of a union that is left. */
function around({ start, end, types }: Node): [start: number, end: number][] {
  const kept = (types as Node[]).filter(({ type }) => type !== 'TSNullKeyword' && type !== 'TSUndefinedKeyword');
  const [only] = kept;
  return only && kept.length === 1
    ? [
        [start, only.start],
        [only.end, end],
      ]
    : [];
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value;
}
