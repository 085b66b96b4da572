/** The files of a revision laid out on disk, dependencies in place, read-only to whoever runs them. */
export interface Tree {
  /** Content address: equal ids are equal files and equal dependencies. */
  id: string;
  /** Absolute folder. */
  path: string;
  /** Absolute folders that the links in `node_modules` lead into; absent when the tree needs no packages. */
  dependencies?: string[];
}
