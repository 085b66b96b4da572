import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Hunk } from '../codebase/hunk.ts';
import type { Mirror } from '../codebase/mirror.ts';
import { moduleName } from '../codebase/source-files.ts';
import { parse } from '../codebase/syntax.ts';
import type { Tree } from '../codebase/tree.ts';

/** Says of a candidate tree whether the files that some hunks changed still parse, so that it need not be simulated. */
export type Readable = (tree: Tree, part: Hunk[]) => Promise<boolean>;

/** Files that do not parse at the commit itself are none that a parse says anything about. */
export function readableAt(mirror: Mirror, commit: string): Readable {
  const known = new Map<string, Promise<boolean>>();
  const isKnown = (file: string) => {
    const answer = known.get(file) ?? mirror.read(commit, file).then((text) => text === undefined || reads(file, text));
    known.set(file, answer);
    return answer;
  };
  return async (tree, part) => {
    for (const file of new Set(part.map((hunk) => hunk.file))) {
      if (!isParsed(file) || !(await isKnown(file))) continue;
      const text = await readFile(path.join(tree.path, file), 'utf8').catch(() => undefined);
      if (text !== undefined && !reads(file, text)) return false;
    }
    return true;
  };
}

function isParsed(file: string): boolean {
  return moduleName.test(file) || file.endsWith('.json');
}

function reads(file: string, text: string): boolean {
  if (moduleName.test(file)) return parse(file, text) !== undefined;
  try {
    JSON.parse(text);
    return true;
  } catch (notJson) {
    if (notJson instanceof SyntaxError) return false;
    throw notJson;
  }
}
