import type { PlanOf } from './plan-of.ts';

/** The plans of the fixture applications. */
export async function* fixturePlans(_scratch: string): AsyncGenerator<PlanOf> {
  yield* [];
}
