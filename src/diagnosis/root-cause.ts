import type { Hunk } from '../codebase/hunk.ts';
import type { Commit } from '../codebase/mirror.ts';

/** The function that encloses a line, at one revision. */
export interface EnclosingFunction {
  name: string;
  file: string;
  line: number;
  endLine: number;
}

/** Why a scenario is violated: the commit, the fewest hunks that flip the verdict, and where they stand. */
export interface RootCause {
  /** The commit whose parent holds and which itself is violated. */
  commit: Commit;
  /** The last revision seen to hold. */
  good: string;
  /** Within the commit, the smallest set of hunks that flips the verdict. */
  hunks: Hunk[];
  /** The place to open first, at the culprit commit; the line exists there and reads as `text`. */
  file: string;
  line: number;
  text: string;
  /** The functions around those hunks, the likeliest first. */
  functions: EnclosingFunction[];
  /** Functions that the violated run passed through and that the commit changed as well, apart from those hunks. */
  nearby?: EnclosingFunction[];
  /** How many simulations it took. */
  simulations: number;
}

/** A diagnosis that could not be made, and why. */
export interface Undiagnosed {
  reason: string;
  simulations: number;
}
