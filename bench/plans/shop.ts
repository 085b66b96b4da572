import { makeShopRepository } from '../../src/local/demo/history.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import truth from '../../test/fixtures/shop-truth.json' with { type: 'json' };
import type { Open, PlanOf } from './plan-of.ts';

/** The plans that show the defects of the example, at its head. */
export async function* shopPlans(folder: string, open: Open): AsyncGenerator<PlanOf> {
  const mirror = await open((await makeShopRepository(folder)).path);
  const tip = await mirror.tip();
  for (const { id, plan } of truth.defects) yield { name: id, plan: parsePlan(plan), tree: () => mirror.tree(tip) };
}
