import type { Mirror } from '../../src/codebase/mirror.ts';
import type { Tree } from '../../src/codebase/tree.ts';
import type { Plan } from '../../src/simulation/plan.ts';

/** A plan and the tree that it is simulated on. */
export interface PlanOf {
  name: string;
  plan: Plan;
  tree: () => Promise<Tree>;
}

/** Opens a repository: a folder, bundle or URL, with its packages from a folder where one is given. */
export type Open = (source: string, dependencies?: string) => Promise<Mirror>;
