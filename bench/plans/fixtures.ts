import { rmSync } from 'node:fs';
import { parsePlan } from '../../src/simulation/plan.ts';
import { applicationNames, layApplication, planOf, plansOf } from '../../test/support/laid-application.ts';
import type { PlanOf } from './plan-of.ts';

/** The plans that lie beside the fixture applications, each on a tree with its packages. */
export async function* fixturePlans(): AsyncGenerator<PlanOf> {
  for (const name of applicationNames()) {
    // Laid out twice, and taken in turn: where the files lie makes no difference.
    const trees = [await layApplication(name), await layApplication(name)];
    let asked = 0;
    const tree = async () => trees[asked++ % trees.length] ?? (await layApplication(name));
    try {
      for (const plan of plansOf(name)) {
        yield { name: `${name} ${plan}`, plan: parsePlan(planOf(name, plan)), tree };
      }
    } finally {
      for (const { path } of trees) rmSync(path, { recursive: true, force: true });
    }
  }
}
