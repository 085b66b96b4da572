import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { FunctionPlace } from './instrument.ts';
import type { Manner, Prepared } from './prepared.ts';
import { settingsOf } from './settings.ts';
import { transform } from './transform.ts';
import { type PathPattern, pathsIn } from './tsconfig.ts';

/** Raised whenever the same source would be prepared differently. */
const version = 8;
const largest = 5 << 20;

const Kept = z.object({
  code: z.string(),
  format: z.enum(['module', 'commonjs']),
  functions: z.array(z.object({ name: z.string(), line: z.number(), endLine: z.number() })),
});

/** The sources of one tree, made ready for sandboxes when they are asked for. */
export interface Sources {
  /** A file relative to the tree, for a service or for a runner of tests; what is wrong with it when it cannot be served. */
  serve(file: string, manner?: Manner): Prepared | { error: string };
  /** The functions of a file that was served. */
  functions(file: string): FunctionPlace[] | undefined;
  /** The path patterns of the tree's tsconfigs. */
  paths(): PathPattern[];
}

/**
 * Opens the sources of a tree; what was prepared once is kept in the folder under its content. Where nothing is to be
 * traced, functions do not report their runs: that only serves to measure what tracing costs.
 */
export function openSources(tree: string, folder: string, { isTraced = true } = {}): Sources {
  const root = realpathSync(tree);
  const settings = settingsOf(root);
  const served = new Map<string, Prepared | { error: string }>();
  const functions = new Map<string, FunctionPlace[]>();
  let paths: PathPattern[] | undefined;
  mkdirSync(folder, { recursive: true });
  const sources: Sources = {
    serve(file, manner = 'node') {
      const name = `${manner} ${file}`;
      const known = served.get(name);
      if (known) return known;
      const made = prepared(root, file, { folder, settings, manner, isTraced });
      served.set(name, made);
      if ('functions' in made) functions.set(file, made.functions);
      return made;
    },
    // What a service is known to do is told without its asking for a source: it is looked at then.
    functions(file) {
      if (!functions.has(file)) sources.serve(file);
      return functions.get(file);
    },
    paths: () => {
      paths ??= pathsIn(root);
      return paths;
    },
  };
  return sources;
}

function prepared(
  root: string,
  file: string,
  given: { folder: string; settings: ReturnType<typeof settingsOf>; manner: Manner; isTraced: boolean },
): Prepared | { error: string } {
  const { folder, settings, manner, isTraced } = given;
  const absolute = path.join(root, file);
  if (!existsSync(absolute) || !realpathSync(absolute).startsWith(root + path.sep)) return { error: 'No such file' };
  const { size } = statSync(absolute);
  if (size > largest) return { error: `${file} is larger than ${largest >> 20} MB` };
  const source = readFileSync(absolute, 'utf8');
  const setting = settings(file);
  const key = createHash('sha256')
    .update(JSON.stringify([version, file, setting, manner, source, ...(isTraced ? [] : ['bare'])]))
    .digest('hex');
  const kept = path.join(folder, `${key}.json`);
  const known = read(kept);
  if (known) return known;
  const made = transform(file, source, setting, manner, isTraced);
  if ('error' in made) return { error: `${file}: ${made.error}` };
  const partial = `${kept}.${process.pid}`;
  writeFileSync(partial, JSON.stringify(made));
  renameSync(partial, kept);
  return made;
}

function read(kept: string): Prepared | undefined {
  if (!existsSync(kept)) return undefined;
  const parsed = Kept.safeParse(JSON.parse(readFileSync(kept, 'utf8')));
  return parsed.success ? parsed.data : undefined;
}
