import type { Mirror } from '../../codebase/mirror.ts';
import type { Survey } from '../../codebase/survey.ts';
import type { Tree } from '../../codebase/tree.ts';
import type { Drafter } from '../../reasoning/draft.ts';
import type { Simulator } from '../../simulation/simulation.ts';

/** The parts of the product that are measured. */
export interface Bench {
  mirror(source: string, given?: { dependencies?: string }): Promise<Mirror>;
  simulator: Simulator;
  survey(tree: Tree): Promise<Survey>;
  drafter: Drafter;
}

/** A simulator in which tests run with the settings that a repository's own run with. */
export function withTestSettings(simulator: Simulator, settings: Record<string, string>): Simulator {
  return {
    simulate: (plan, tree, options) => {
      const test = { ...settings, ...plan.world?.env?.test };
      const isTested = plan.when.some((step) => 'test' in step) && Object.keys(test).length > 0;
      const set = isTested ? { ...plan, world: { ...plan.world, env: { ...plan.world?.env, test } } } : plan;
      return simulator.simulate(set, tree, options);
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** A simulator that counts what goes through it. */
export function counting(simulator: Simulator): Simulator & { readonly runs: number } {
  let runs = 0;
  return {
    simulate: (plan, tree, options) => {
      runs++;
      return simulator.simulate(plan, tree, options);
    },
    [Symbol.asyncDispose]: async () => undefined,
    get runs() {
      return runs;
    },
  };
}
