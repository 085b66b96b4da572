import { createHash } from 'node:crypto';
import type { Edited, Mirror } from '../codebase/mirror.ts';
import type { Tree } from '../codebase/tree.ts';
import { isFailure, tell } from '../errors.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Results, Simulator } from '../simulation/simulation.ts';
import type { FunctionRun, TraceEvent } from '../simulation/trace.ts';
import type { Expectation } from '../simulation/verdict.ts';

/** What is kept of one simulation. */
export interface Trial {
  outcome: 'holds' | 'violated' | 'unknown';
  reason: string;
  /** The hash of its trace; empty when nothing ran. */
  hash: string;
  expectations: Expectation[];
  results: Results;
  functions: FunctionRun[];
  events: TraceEvent[];
  /** It was asked for beyond the limit, and nothing ran. */
  isUnpaid?: true;
}

/** Simulates plans on trees, each pair once, within a number. */
export interface Trials {
  at(plan: Plan, revision: string): Promise<Trial>;
  on(plan: Plan, edited: Edited): Promise<Trial>;
  readonly simulations: number;
  readonly isSpent: boolean;
}

const mostEvents = 200;

/** Makes trials that stop at a number of simulations: what is asked beyond is unknown, with that as its reason. */
export function createTrials({
  mirror,
  simulator,
  most,
  signal,
}: {
  mirror: Mirror;
  simulator: Simulator;
  most: number;
  signal?: AbortSignal;
}): Trials {
  const seen = new Map<string, Promise<Trial>>();
  let simulations = 0;
  const run = async (plan: Plan, tree: Tree): Promise<Trial> => {
    signal?.throwIfAborted();
    if (simulations >= most) return { ...untold(`the limit of ${most} simulations is reached`), isUnpaid: true };
    simulations++;
    const { verdict, trace, results } = await simulator.simulate(plan, tree, signal ? { signal } : {});
    const { outcome, reason, expectations } = verdict;
    const events = trace.events.slice(-mostEvents);
    return { outcome, reason, expectations, hash: trace.hash, results, functions: trace.functions, events };
  };
  const once = (plan: Plan, of: string, lay: () => Promise<Tree>): Promise<Trial> => {
    const key = createHash('sha256')
      .update(JSON.stringify([of, plan]))
      .digest('hex');
    const known = seen.get(key) ?? laid(lay).then((tree) => ('reason' in tree ? tree : run(plan, tree)));
    seen.set(key, known);
    return known;
  };
  return {
    at: (plan, revision) => once(plan, revision, () => mirror.tree(revision)),
    on: (plan, edited) => once(plan, edited.id, () => edited.lay()),
    get simulations() {
      return simulations;
    },
    get isSpent() {
      return simulations >= most;
    },
  };
}

/** Packages that cannot be installed leave a tree that cannot be judged. */
async function laid(lay: () => Promise<Tree>): Promise<Tree | Trial> {
  try {
    return await lay();
  } catch (thrown) {
    if (isFailure(thrown) && thrown.code === 'DEPENDENCIES_FAILED') return untold(tell(thrown));
    throw thrown;
  }
}

function untold(reason: string): Trial {
  return { outcome: 'unknown', reason, hash: '', expectations: [], results: {}, functions: [], events: [] };
}
