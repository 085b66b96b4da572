import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { invalid } from './files.ts';

const mostAliases = 200;

/** A YAML or JSON file that was read, with the line of everything in it. */
export interface Document {
  file: string;
  value: unknown;
  /** Where something stands, for people: `compose.yaml:12`. */
  at(...path: (string | number)[]): string;
}

/** Reads YAML (JSON is YAML); throws WORLD_INVALID with the line when it does not parse or explodes by aliases. */
export function readDocument(file: string, text: string): Document {
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
    value: plain(file, () => parsed.toJS({ maxAliasCount: mostAliases })),
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
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`${file}:1`, firstLine(problem), cause);
  }
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
