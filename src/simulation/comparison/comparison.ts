import type { TraceCounts, TraceEvent } from '../trace.ts';
import type { Verdict } from '../verdict.ts';

/** What differs, as a reader asks for it. */
export const groups = ['messages', 'writes', 'errors', 'calls', 'reads', 'logs'] as const;

/** One of the groups that events fall into. */
export type Group = (typeof groups)[number];

/** An event of one of two traces: as it was recorded, and the `seq` of the call that it happened in. */
export interface Placed extends TraceEvent {
  within?: number;
}

/**
 * What two traces have side by side, within one service: the same on both, something that says other things (a query
 * with another value, a function with other arguments), or what only one of them has.
 */
export interface Row {
  kind: 'same' | 'changed' | 'missing' | 'added';
  group: Group;
  service: string;
  /** Absent where it was added. */
  base?: Placed;
  /** Absent where it is missing. */
  head?: Placed;
}

/** How a call ended on one side. */
export interface Ending {
  /** The `seq` of the return or throw. */
  seq: number;
  kind: 'return' | 'throw';
  text: string;
  hash: string;
}

/** A function that got equal inputs on both sides and gave another result, or did something else inside. */
export interface PartedCall {
  service: string;
  name: string;
  /** Where it stands at head, and at base. */
  file: string;
  line: number;
  baseLine: number;
  /** The arguments, as a reader sees them. */
  args: string;
  /** The `seq` of the call on either side. */
  calls: { base: number; head: number };
  base?: Ending;
  head?: Ending;
  /** Set where what the function did inside is what differs, in the place of the endings. */
  did?: Row;
}

/** Where two traces part: at what a service did, or at a call that gave another result. */
export type Parting = { kind: 'effect'; row: Row } | { kind: 'call'; call: PartedCall };

/** One of the two simulations that are compared. */
export interface Side {
  /** The id of the tree it ran on. */
  tree: string;
  /** The hash of its trace, which opens it. */
  trace: string;
  counts: TraceCounts;
  outcome: Verdict['outcome'];
  reason: string;
}

/** How many rows of a group are the same, changed, missing or added. */
export type Counts = Record<Row['kind'], number>;

/** Base and head side by side, as plain data. */
export interface Comparison {
  /** `drifted`: the verdict is the same and what can be seen from outside is not; `unknown`: one of them gave no verdict. */
  outcome: 'same' | 'broke' | 'fixed' | 'drifted' | 'unknown';
  base: Side;
  head: Side;
  expectations: { index: number; text: string; base?: Told; head?: Told; isSame: boolean }[];
  /** What the checks saw, step by step. */
  results: { id: string; isSame: boolean; base?: unknown; head?: unknown }[];
  counts: Record<Group, Counts>;
  /** Rows that differ, in order; of each group only the first hundred. */
  differences: Row[];
  /** Functions that got equal inputs and gave another result, the innermost of the earliest first; at most a hundred. */
  calls: PartedCall[];
  /** The first point where the two part; null where nothing but lines of log and added calls differs. */
  first: Parting | null;
}

/** How an expectation came out on one side. */
export interface Told {
  met: boolean | null;
  seen?: string;
}
