import { rmSync } from 'node:fs';
import { parsePlan } from '../../src/simulation/plan.ts';
import { applicationNames, layApplication, planOf, plansOf } from '../../test/support/laid-application.ts';
import type { PlanOf } from './plan-of.ts';

/** The plans that lie beside the fixture applications, each on a tree with its packages. */
export async function* fixturePlans(): AsyncGenerator<PlanOf> {
  for (const name of applicationNames()) {
    const tree = await layApplication(name);
    try {
      for (const plan of plansOf(name)) {
        yield { name: `${name} ${plan}`, plan: parsePlan(planOf(name, plan)), tree: async () => tree };
      }
    } finally {
      rmSync(tree.path, { recursive: true, force: true });
    }
  }
}
