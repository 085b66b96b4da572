import type { Hunk } from './hunk.ts';
import type { Tree } from './tree.ts';

/** A commit as its author left it. */
export interface Commit {
  id: string;
  parents: string[];
  author: string;
  /** ISO 8601. */
  at: string;
  subject: string;
  body: string;
}

/** A change to a revision: whole texts of files that are there, hunks of it, hunks to be undone, or a patch for git. */
export type Edit =
  | { files: Record<string, string> }
  | { hunks: Hunk[] }
  | { undo: { commit: string; hunks: Hunk[] } }
  | { patch: string };

/** A revision with a change on it; laid out only when it is asked for. */
export interface Edited {
  /** Of the git tree: equal ids are equal files. */
  id: string;
  /** What leads from the revision to it. */
  hunks: Hunk[];
  /** The same as a unified diff that `git apply` takes. */
  patch: string;
  /** The text of a file in it. */
  read(file: string): Promise<string | undefined>;
  lay(): Promise<Tree>;
}

/** A repository, mirrored: its commits, files and differences, and its trees laid out to run. */
export interface Mirror {
  /** Where it came from: a folder, bundle or URL. */
  readonly source: string;
  /** The commit id of a branch, tag, short or full id; throws REVISION_UNKNOWN. */
  resolve(revision: string): Promise<string>;
  /** The commit id at the tip of the default branch. */
  tip(): Promise<string>;
  commit(revision: string): Promise<Commit>;
  /** The commits after `good` up to and including `bad`, oldest first. */
  between(good: string, bad: string): Promise<Commit[]>;
  /** The first-parent ancestors of a revision, itself first, newest first. */
  ancestors(revision: string, limit: number): Promise<Commit[]>;
  read(revision: string, file: string): Promise<string | undefined>;
  /** The hunks that lead from base to head, without context. */
  hunks(base: string, head: string): Promise<Hunk[]>;
  /** A revision laid out, with its dependencies; without them only to be read, under an id of its own. */
  tree(revision: string, options?: { packages?: boolean }): Promise<Tree>;
  /** A revision with some hunks of `hunks(base, …)` applied to it; null when they do not apply. */
  applied(base: string, hunks: Hunk[]): Promise<Tree | null>;
  /**
   * A revision with some hunks undone that came with `commit` (head itself, or an ancestor), and the patch that does
   * so on head; null when later changes stand in the way.
   */
  reverted(head: string, undo: { commit: string; hunks: Hunk[] }): Promise<{ tree: Tree; patch: string } | null>;
  /** A revision with a change on it; null when the change does not fit it. */
  edited(head: string, edit: Edit): Promise<Edited | null>;
  /** The commits that changed a file, among a revision and its ancestors, newest first. */
  touching(revision: string, file: string, limit: number): Promise<Commit[]>;
  /** A revision with a patch on it as `git apply` puts it there; null when git does not take the patch. */
  patched(head: string, patch: string): Promise<Tree | null>;
  /** Takes over what is new at the source. */
  refresh(): Promise<void>;
}
