import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isTest } from '../../diagnosis/kinds-of-files.ts';
import type { Reach } from './reach.ts';

const beside = /(^|\/)(fixtures?|__fixtures__|helpers?|support|mocks?|__mocks__|__snapshots__|utils?)\//i;
const tests = /\b(test|it|describe|suite|tape|tap|t)\b\s*[.(]|from\s+['"]node:test['"]|\bassert\b/;

/** Files of tests that reach some files through their imports, or are named after them; those likeliest to tell first. */
export async function testsReaching(tree: string, reach: Reach, changed: string[]): Promise<string[]> {
  const names = new Set(changed.map(stem));
  const ranked = new Map<string, number>();
  for (const { file, steps } of reach.importersOf(changed))
    if (isTest(file)) ranked.set(file, steps - (names.has(stem(file)) ? 100 : 0));
  for (const file of reach.files) if (isTest(file) && names.has(stem(file)) && !ranked.has(file)) ranked.set(file, -50);
  const sorted = [...ranked].sort(([a, first], [b, second]) => first - second || (a < b ? -1 : 1));
  const found: string[] = [];
  for (const [file] of sorted) if (await isSuite(tree, file)) found.push(file);
  return found;
}

/** Whether a file holds tests itself, rather than something that tests use. */
async function isSuite(tree: string, file: string): Promise<boolean> {
  if (!/\.([cm]?[jt]s|[jt]sx)$/.test(file)) return false;
  if (/[._-](test|spec)\.[^/]+$/.test(file)) return true;
  return !beside.test(file) && tests.test(await readFile(path.join(tree, file), 'utf8'));
}

/** What a file is about, by its name: `lib/parse.js`, `test/parse.test.js` and `test/test-parse.js` are about parse. */
function stem(file: string): string {
  const base = path.posix.basename(file).replace(/\.[^.]+$/, '');
  const bare = base.replace(/[._-](test|spec)$|^(test|spec)[._-]/g, '');
  return bare === 'index' ? path.posix.basename(path.posix.dirname(file)) : bare;
}
