import type { Mirror } from '../codebase/mirror.ts';
import type { EnclosingFunction, RootCause } from '../diagnosis/root-cause.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Simulator } from '../simulation/simulation.ts';
import type { Patcher } from './patcher.ts';

/** What a fix is asked for. */
export interface Breakage {
  mirror: Mirror;
  simulator: Simulator;
  plan: Plan;
  /** The revision to be mended. */
  head: string;
  /** Why it is broken; absent where no revision was ever seen to hold. */
  cause?: RootCause;
  /** Without a cause: functions at head that may be at fault, the likeliest first; those that ran when none are given. */
  suspects?: EnclosingFunction[];
  /** Every other scenario that is remembered; none may change its verdict. */
  neighbours: { title: string; plan: Plan }[];
  /** Writes patches, where a model is configured. */
  patcher?: Patcher;
  limits?: Partial<Limits>;
  signal?: AbortSignal;
}

/** How much a search for a fix may cost. */
export interface Limits {
  /** Simulations in all, those of neighbours and tests included. */
  simulations: number;
  /** Candidates whose effect on the scenario is tried. */
  candidates: number;
  /** Files of the repository's own tests that are run. */
  testFiles: number;
  /** Neighbouring scenarios that are simulated again. */
  neighbours: number;
  /** Questions to a model. */
  rounds: number;
  /** Candidates that are tried at once. */
  width: number;
}

/** What a search may cost when nothing is said. */
export const defaultLimits: Limits = {
  simulations: 400,
  candidates: 60,
  testFiles: 12,
  neighbours: 100,
  rounds: 3,
  width: 2,
};
