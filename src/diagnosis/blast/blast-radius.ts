import type { SourceFunction } from '../../codebase/symbols.ts';

/** Something that the guilty code was seen to touch, or to run for. */
export interface Hit {
  name: string;
  /** In how many scenarios. */
  scenarios: number;
  /** How often the guilty code ran there, over all of them. */
  calls: number;
}

/** A scenario whose simulation ran through the guilty code. */
export interface HitScenario {
  id?: string;
  title: string;
  outcome: 'holds' | 'violated' | 'unknown';
  reason: string;
  calls: number;
  /** The hash of the trace that shows it. */
  trace: string;
}

/** A scenario that was violated at the same commits before. */
export interface Fragile {
  id: string;
  title: string;
  /** At how many commits both were violated. */
  commits: number;
  /** When that was last seen; ISO 8601. */
  lastAt: string;
}

/** Whom and what a guilty piece of code hits: what was seen in traces, and apart from it what only reading the code tells. */
export interface BlastRadius {
  revision: string;
  /** The guilty code at that revision. */
  code: SourceFunction[];
  scenarios: HitScenario[];
  routes: Hit[];
  tables: Hit[];
  queues: Hit[];
  flags: Hit[];
  /** Configuration keys. */
  settings: Hit[];
  workflows: Hit[];
  customers: Hit[];
  metrics: Hit[];
  /** Kept scenarios that were looked at, and those left out since there are too many or they gave no trace. */
  looked: { at: number; leftOut: number };
  /** What reaches the code by imports and calls and ran in no scenario that was looked at. */
  uncovered: {
    functions: SourceFunction[];
    routes: { name: string; file: string; line: number }[];
    /** How many modules import it, directly or through others. */
    modules: number;
    isCut: boolean;
  };
  /** What was violated together with this scenario before. */
  fragile: Fragile[];
}
