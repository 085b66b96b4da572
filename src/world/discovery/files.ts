import { lstatSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Tree } from '../../codebase/tree.ts';
import { Failure } from '../../errors.ts';

/** Settings are short; documents that are long by nature are asked for as such. */
const mostBytes = 256_000;
/** The most bytes of a document that is long by nature: of an API, or of recorded exchanges. */
export const mostOfDocument = 2_000_000;

/** The files of a tree as discovery may see them: nothing outside, nothing huge. */
export interface Files {
  /** The path relative to the tree of something named from a folder of it; throws WORLD_INVALID when it leaves the tree. */
  within(folder: string, named: string, from: string): string;
  isFile(file: string): boolean;
  isFolder(folder: string): boolean;
  /** The text of a file, or nothing when there is none; throws WORLD_INVALID when it is longer than settings are. */
  read(file: string, mostBytes?: number): string | undefined;
  /** The names in a folder, sorted; empty when there is no such folder. */
  list(folder: string): string[];
}

/** Looks at a tree without ever leaving it, not by `..` and not by a symbolic link. */
export function filesOf(tree: Tree): Files {
  const root = realpathSync(tree.path);
  const real = (file: string): string | undefined => {
    try {
      const found = realpathSync(path.join(root, file));
      return found === root || found.startsWith(root + path.sep) ? found : undefined;
    } catch (cause) {
      if (isMissing(cause)) return undefined;
      throw cause;
    }
  };
  const is = (file: string, kind: 'isFile' | 'isDirectory'): boolean => {
    const found = real(file);
    return found !== undefined && statSync(found)[kind]();
  };
  return {
    within: (folder, named, from) => within(folder, named, from),
    isFile: (file) => is(file, 'isFile'),
    isFolder: (folder) => is(folder, 'isDirectory'),
    read: (file, most = mostBytes) => {
      const found = real(file);
      if (found === undefined || !lstatSync(found).isFile()) return undefined;
      if (statSync(found).size > most) throw invalid(file, `it is larger than ${most} bytes`);
      return readFileSync(found, 'utf8');
    },
    list: (folder) => (is(folder, 'isDirectory') ? readdirSync(real(folder) ?? root).sort() : []),
  };
}

/** A failure to read the world, told with where and what. */
export function invalid(where: string, problem: string, cause?: unknown): Failure {
  return new Failure('WORLD_INVALID', { where, problem }, { cause });
}

function within(folder: string, named: string, from: string): string {
  const joined = path.posix.normalize(path.posix.join(folder, named));
  const outside = named.startsWith('/') || named.startsWith('~') || joined === '..' || joined.startsWith('../');
  if (outside || named.includes('\0')) throw invalid(from, `"${named}" lies outside the repository`);
  return joined.replace(/\/$/, '') || '.';
}

function isMissing(thrown: unknown): boolean {
  return (
    typeof thrown === 'object' &&
    thrown !== null &&
    'code' in thrown &&
    ['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(String(thrown.code))
  );
}
