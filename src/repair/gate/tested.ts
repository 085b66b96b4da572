import { type Plan, parsePlan } from '../../simulation/plan.ts';
import type { Trial } from '../trials.ts';

/** How the tests of a file came out, by name. */
export type Tested = Map<string, 'passed' | 'failed' | 'skipped'>;

/** The plan that a file of tests passes, with the settings that tests have in another plan. */
export function planOf(file: string, like: Plan): Plan {
  const test = like.world?.env?.test;
  return parsePlan({
    plan: 1,
    ...(test && { world: { env: { test } } }),
    when: [{ test: { id: 't', file } }],
    then: [{ check: 't.passed' }],
  });
}

/** How the tests of a simulated file came out; the file itself stands among them where it failed as a whole. */
export function testedIn({ results }: Trial, whole: string): Tested | undefined {
  const { tests, error } = Object(results.t);
  if (!Array.isArray(tests)) return undefined;
  const found: Tested = new Map();
  for (const test of tests) {
    const { name, passed, skipped } = Object(test);
    const outcome = skipped === true ? 'skipped' : passed === true ? 'passed' : 'failed';
    // Of two tests of one name, the worse speaks.
    if (found.get(String(name)) !== 'failed') found.set(String(name), outcome);
  }
  found.set(whole, error === undefined || error === null ? 'passed' : 'failed');
  return found;
}
