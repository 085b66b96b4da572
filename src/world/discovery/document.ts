import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { invalid } from './files.ts';

const mostAliases = 200;
const deepest = 200;
const mostParts = 500_000;
const tooDeep = 'it is nested too deeply, or within itself';

/** A YAML or JSON file that was read, with the line of everything in it. */
export interface Document {
  file: string;
  value: unknown;
  /** Where something stands, for people: `compose.yaml:12`. */
  at(...path: (string | number)[]): string;
}

/** Reads YAML (JSON is YAML); throws WORLD_INVALID with the line when it does not parse or explodes by aliases. */
export function readDocument(file: string, text: string): Document {
  if (isSteep(text)) throw invalid(`${file}:1`, tooDeep);
  const lines = new LineCounter();
  const parsed = parseDocument(text, { lineCounter: lines, merge: true, uniqueKeys: true, logLevel: 'silent' });
  const [broken] = parsed.errors;
  if (broken) {
    const line = lines.linePos(broken.pos[0]).line;
    throw invalid(`${file}:${line}`, firstLine(broken.message), broken);
  }
  const offset = (path: (string | number)[]): number => offsetOf(parsed.contents, path);
  return {
    file,
    value: plain(file, () => bounded(parsed.toJS({ maxAliasCount: mostAliases }))),
    at: (...path) => `${file}:${lines.linePos(offset(path)).line}`,
  };
}

/** Checks the shape of a part of a document; throws WORLD_INVALID with the line of the first thing that is wrong. */
export function shaped<T>(schema: z.ZodType<T>, value: unknown, document: Document, ...base: string[]): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = [...base, ...(issue?.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)))];
  throw invalid(
    document.at(...path),
    `${path.join('.') || 'the file'}: ${issue?.message ?? 'not of the expected shape'}`,
  );
}

function plain(file: string, read: () => unknown): unknown {
  try {
    return read();
  } catch (cause) {
    const isStack = cause instanceof RangeError;
    const problem = isStack ? tooDeep : cause instanceof Error ? cause.message : String(cause);
    throw invalid(`${file}:1`, firstLine(problem), cause);
  }
}

/** Whether brackets are opened so often, one within the other, that reading them alone would take long. */
function isSteep(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '[' || character === '{') depth += 1;
    else if ((character === ']' || character === '}') && depth > 0) depth -= 1;
    if (depth > deepest * 2) return true;
  }
  return /(?:[-?][ \t]+){300}/.test(text);
}

/** A value as it is, unless those who go through it would never end: by aliases it may hold itself. */
function bounded(value: unknown): unknown {
  let left = mostParts;
  const look = (one: unknown, depth: number): void => {
    left -= 1;
    if (depth > deepest || left < 0) throw new RangeError(tooDeep);
    if (typeof one === 'object' && one !== null) for (const inner of Object.values(one)) look(inner, depth + 1);
  };
  look(value, 0);
  return value;
}

function offsetOf(node: unknown, path: (string | number)[]): number {
  let current = node;
  let offset = 0;
  for (const part of path) {
    if (!isMap(current)) break;
    const pair = current.items.find((item) => isScalar(item.key) && String(item.key.value) === String(part));
    if (!pair) break;
    if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
    current = pair.value;
  }
  return offset;
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0]?.replace(/ at line \d+.*$/, '') ?? text;
}
