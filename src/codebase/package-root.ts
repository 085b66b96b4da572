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
