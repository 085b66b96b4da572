import type { Tree } from '../codebase/tree.ts';
import type { Plan } from './plan.ts';
import type { Trace } from './trace.ts';
import type { Verdict } from './verdict.ts';

/** What the checks of a plan see, by step id. */
export type Results = Record<string, unknown>;

/** One plan on one tree in one world. */
export interface Simulation {
  plan: Plan;
  /** The id of the tree it ran on. */
  tree: string;
  verdict: Verdict;
  results: Results;
  trace: Trace;
}

/** How one simulation is asked for. */
export interface SimulateOptions {
  signal?: AbortSignal;
  /** The code comes from somebody who may not write to the repository: it is not run without the outer wall. */
  isForeign?: boolean;
}

/** Whatever can run plans on trees; never throws for what the target does, only for our own faults. */
export interface Simulator extends AsyncDisposable {
  simulate(plan: Plan, tree: Tree, options?: SimulateOptions): Promise<Simulation>;
}
