import { parseSync } from 'oxc-parser';
import { languageOf } from './instrument.ts';

interface Spot {
  type: string;
  start: number;
  end: number;
}

const empty = /^TS(?:Null|Undefined)Keyword$/;

/**
 * A source without `| null` and `| undefined` in its types, as TypeScript sees them where `strictNullChecks` is off:
 * the metadata of a decorated `Date | null` is then that of `Date`. Every other character stays in its place.
 */
export function withoutNulls(file: string, source: string): string {
  if (!/\|\s*(?:null|undefined)\b|\b(?:null|undefined)\s*\|/.test(source)) return source;
  const gaps: [start: number, end: number][] = [];
  walk(parseSync(file, source, { lang: languageOf(file) }).program, gaps);
  let out = source;
  for (const [start, end] of gaps)
    out = out.slice(0, start) + out.slice(start, end).replace(/[^\r\n]/g, ' ') + out.slice(end);
  return out;
}

function walk(node: unknown, gaps: [number, number][]): void {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && node.type === 'TSUnionType' && 'types' in node) gaps.push(...gapsIn(node.types as Spot[]));
  for (const inner of Object.values(node)) walk(inner, gaps);
}

/** What is blanked of a union: each empty type with the bar beside it, unless nothing else is there. */
function gapsIn(types: Spot[]): [number, number][] {
  const first = types.findIndex(({ type }) => !empty.test(type));
  if (first < 0) return [];
  return types.flatMap((one, at): [number, number][] => {
    if (!empty.test(one.type)) return [];
    return at < first ? [[one.start, types[at + 1]?.start ?? one.end]] : [[types[at - 1]?.end ?? one.start, one.end]];
  });
}
