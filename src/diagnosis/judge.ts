import type { Mirror } from '../codebase/mirror.ts';
import type { Tree } from '../codebase/tree.ts';
import { isFailure, tell } from '../errors.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Simulation, Simulator } from '../simulation/simulation.ts';
import type { Traces } from '../simulation/traces.ts';
import { type Likeness, sameReason } from './same-reason.ts';

/** What a tree says of the plan. */
export interface Judgement {
  outcome: 'holds' | 'violated' | 'unknown';
  reason: string;
  /** Absent when nothing could be run. */
  simulation?: Simulation;
}

/** Simulates one plan on many trees, each tree once, and counts. */
export interface Judge {
  at(revision: string): Promise<Judgement>;
  on(tree: Tree | null): Promise<Judgement>;
  /** A revision judged against a violation: one that fails for another reason is unknown. */
  against(reference: Simulation, judgement: Promise<Judgement>, likeness: Likeness): Promise<Judgement>;
  readonly simulations: number;
}

/** Makes a judge of one plan. */
export function createJudge({
  mirror,
  simulator,
  plan,
  traces,
  signal,
}: {
  mirror: Mirror;
  simulator: Simulator;
  plan: Plan;
  /** Where traces are kept: then their events are not held in memory as well. */
  traces?: Pick<Traces, 'open'>;
  signal?: AbortSignal;
}): Judge {
  const seen = new Map<string, Promise<Judgement>>();
  let simulations = 0;
  const run = async (tree: Tree): Promise<Judgement> => {
    signal?.throwIfAborted();
    simulations++;
    const simulation = await simulator.simulate(plan, tree, signal ? { signal } : {});
    const { outcome, reason } = simulation.verdict;
    const kept = traces ? { ...simulation, trace: { ...simulation.trace, events: [] } } : simulation;
    return { outcome, reason, simulation: kept };
  };
  const on = async (tree: Tree | null): Promise<Judgement> => {
    if (!tree) return { outcome: 'unknown', reason: 'the hunks do not apply' };
    const known = seen.get(tree.id) ?? run(tree);
    seen.set(tree.id, known);
    return known;
  };
  return {
    on,
    at: async (revision) => {
      const laid = await mirror.tree(revision).catch(onlyDependencies);
      return typeof laid === 'string' ? { outcome: 'unknown', reason: laid } : on(laid);
    },
    against: async (reference, judgement, likeness) => {
      const judged = await judgement;
      if (judged.outcome !== 'violated' || !judged.simulation) return judged;
      if (sameReason(reference, judged.simulation, likeness)) return judged;
      return { ...judged, outcome: 'unknown', reason: `it fails for another reason: ${judged.reason}` };
    },
    get simulations() {
      return simulations;
    },
  };
}

/** A revision whose packages cannot be installed cannot be judged; that is an answer, not a fault. */
export function onlyDependencies(thrown: unknown): string {
  if (isFailure(thrown) && thrown.code === 'DEPENDENCIES_FAILED') return tell(thrown);
  throw thrown;
}
