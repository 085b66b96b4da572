import type { BlastRadius } from '../diagnosis/blast/blast-radius.ts';
import type { RootCause, Undiagnosed } from '../diagnosis/root-cause.ts';
import type { Visibility } from '../evidence/evidence.ts';
import type { Fix, Refused } from '../repair/fix.ts';
import type { Comparison } from '../simulation/comparison/comparison.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Results } from '../simulation/simulation.ts';
import type { TraceCounts } from '../simulation/trace.ts';
import type { Verdict } from '../simulation/verdict.ts';

/** What a page can be about. */
export const sheetKinds = ['simulation', 'comparison', 'finding'] as const;

/** A plan as it came out on one revision. */
export interface SheetRun {
  revision: string;
  verdict: Verdict;
  /** What the checks saw, by step id; what is too long to show is cut. */
  results: Results;
  /** The trace by its hash, empty when nothing ran. */
  trace: { hash: string; counts: TraceCounts };
}

/** Some lines of a file at a revision, with those marked that are spoken of. */
export interface SourceWindow {
  file: string;
  revision: string;
  /** The number of the first line. */
  from: number;
  lines: string[];
  marked: number[];
  /** Lines that stood there before, by the number of the line they stood in front of. */
  gone: { before: number; lines: string[] }[];
  /** The line to look at first. */
  first?: number;
}

/** The `seq` of something in either trace. */
export interface SeenAt {
  base?: number;
  head?: number;
}

/**
 * Everything that a page shows besides the events themselves, which stay in the files of the traces. Written once and
 * never changed, so that what somebody was told can be looked at again.
 */
export interface Sheet {
  sheet: 1;
  kind: (typeof sheetKinds)[number];
  repository: string;
  /** Link to a line, with {commit}, {file} and {line}. */
  codeUrl?: string;
  plan: Plan;
  /** Who may see it: as far as the source of the scenario; null for what was asked for at a terminal. */
  visibility: Visibility | null;
  scenario?: { id: string; title: string; narrative: string };
  head: SheetRun;
  base?: SheetRun;
  /** What the two runs come to, held against each other. */
  outcome?: Comparison['outcome'];
  /** Where they part first, and the first call that got the same and gave something else, where that was told. */
  parting?: SeenAt;
  guiltyCall?: SeenAt;
  /** The revision that was asked about, where the run shown is that of the commit that broke it. */
  asked?: { revision: string; verdict: Verdict };
  cause?: RootCause | Undiagnosed;
  guilty?: SourceWindow[];
  fix?: Fix | Refused;
  blast?: BlastRadius;
}
