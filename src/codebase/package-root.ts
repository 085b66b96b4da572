import { createHash } from 'node:crypto';

/** A folder of a tree whose packages are installed together, and what npm is given for it. */
export interface PackageRoot {
  /** Relative to the tree; '' for the tree itself. */
  folder: string;
  /** Equal keys are equal packages. */
  key: string;
  /** Files that npm reads, by path relative to the root. */
  files: Map<string, string>;
  locked: boolean;
  /** A lockfile of another tool: what it resolved is pinned where that can be said to npm, the rest npm resolves. */
  foreignLock?: string;
}

/** The name under which what these files ask for is kept: equal keys are equal packages. */
export function keyOf(files: Map<string, string>): string {
  const hash = createHash('sha256');
  for (const [file, text] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${file}\0${text}\0`);
  return hash.digest('hex').slice(0, 16);
}
