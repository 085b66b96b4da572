import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Tree } from './tree.ts';

const skipped = new Set(['node_modules', 'dist', 'build', 'out', 'coverage', 'vendor', 'bower_components']);
const largestFile = 1 << 20;
const mostFiles = 5000;

/** A file of a tree with its text. */
export interface SourceFile {
  file: string;
  text: string;
}

/** The paths of a tree that somebody wrote: nothing installed, built, hidden; sorted, at most 5 000. */
export async function writtenFiles(tree: Tree): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    const children = await readdir(path.join(tree.path, folder), { withFileTypes: true });
    for (const child of children.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const at = path.posix.join(folder, child.name);
      if (child.isDirectory() && !skipped.has(child.name) && !child.name.startsWith('.')) await walk(at);
      else if (child.isFile() && found.length < mostFiles) found.push(at);
    }
  };
  await walk('');
  return found;
}

/** Reads those of the files whose names match, up to 1 MB each. */
export async function readFiles(tree: Tree, files: string[], wanted: RegExp): Promise<SourceFile[]> {
  const read: SourceFile[] = [];
  for (const file of files.filter((name) => wanted.test(name))) {
    const at = path.join(tree.path, file);
    if ((await stat(at)).size <= largestFile) read.push({ file, text: await readFile(at, 'utf8') });
  }
  return read;
}

/** Names of JavaScript and TypeScript modules; declarations are none. */
export const moduleName = /(?<!\.d)\.([cm]?[jt]s|[jt]sx)$/;

/** Names of tests and what they stand on; they are read by nobody's callers. */
export const testName =
  /(^|\/)(tests?|__tests__|__mocks__|specs?|fixtures?|__fixtures__|e2e|bench(marks?)?|tap-snapshots|__snapshots__)\/|[._-](test|spec|bench|stories)\.[^/]+$/;

/** The file that a relative specifier means, among those that exist. */
export function resolveSpecifier(
  from: string,
  specifier: string,
  exists: (file: string) => boolean,
): string | undefined {
  if (!/^\.\.?(\/|$)/.test(specifier)) return undefined;
  return resolvePath(path.posix.join(path.posix.dirname(from), specifier), exists);
}

/** The file that a path means as Node and TypeScript complete it: as it is, with an ending, or as a folder. */
export function resolvePath(wanted: string, exists: (file: string) => boolean): string | undefined {
  const clean = wanted.replace(/\/+$/, '').replace(/^\.\//, '');
  const endings = ['.ts', '.tsx', '.mts', '.cts', '.js', '.mjs', '.cjs', '.jsx'];
  const swapped = /\.([cm]?)jsx?$/.test(clean) ? [clean.replace(/\.([cm]?)js(x?)$/, '.$1ts$2')] : [];
  const inside = endings.map((ending) => path.posix.join(clean, `index${ending}`));
  return [clean, ...swapped, ...endings.map((ending) => clean + ending), ...inside].find(
    (candidate) => moduleName.test(candidate) && exists(candidate),
  );
}
