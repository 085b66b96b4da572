import type { Tree } from '../../src/codebase/tree.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import type { Simulator } from '../../src/simulation/simulation.ts';
import type { SuiteTest } from '../../src/world/suite/suite-test.ts';
import type { PlainOutcome } from '../plain-runner.ts';

/** What a test step gave in the world; `unknown` is the reason when the world could not tell. */
export interface WorldOutcome {
  passed: boolean;
  tests: SuiteTest[];
  error?: { name: string; message: string };
  unknown?: string;
}

/** How many of the tests of a file came out as in plain Node, and where they did not. */
export interface Compared {
  passing: { whole: number; alike: number };
  failing: { whole: number; alike: number };
  notes: string[];
}

/** Runs a file of tests in the world. */
export async function inWorld(given: {
  simulator: Simulator;
  tree: Tree;
  file: string;
  env?: Record<string, string>;
}): Promise<WorldOutcome> {
  const { simulator, tree, file, env = {} } = given;
  const world = Object.keys(env).length > 0 ? { world: { env: { test: env } } } : {};
  const plan = parsePlan({ plan: 1, ...world, when: [{ test: { id: 't', file } }], then: [{ check: 't.passed' }] });
  const { results, verdict } = await simulator.simulate(plan, tree);
  if (verdict.outcome === 'unknown') return { passed: false, tests: [], unknown: verdict.reason };
  return results.t as WorldOutcome;
}

/** Holds the tests of a file in the world against those in plain Node, each by its name. */
export function compared(file: string, plain: PlainOutcome, world: WorldOutcome): Compared {
  const found: Compared = { passing: { whole: 0, alike: 0 }, failing: { whole: 0, alike: 0 }, notes: [] };
  const inside = byName(world.tests);
  const why = world.unknown
    ? `unknown: ${world.unknown}`
    : world.error && `${world.error.name}: ${world.error.message}`;
  for (const [name, expected] of byName(plain.tests)) {
    if (expected.skipped) continue;
    const seen = inside.get(name);
    const side = expected.passed ? found.passing : found.failing;
    const isAlike = seen !== undefined && seen.passed === expected.passed && !seen.skipped;
    side.whole += 1;
    if (isAlike) side.alike += 1;
    else if (seen) found.notes.push(`${file} "${name}": ${seen.error ?? (seen.skipped ? 'skipped' : 'passed')}`);
    else if (!why || !plain.passed) found.notes.push(`${file} "${name}": not there in the world. ${why ?? ''}`);
  }
  if (why && plain.passed) found.notes.push(`${file}: ${why}`);
  if (!plain.passed && plain.tests.every(({ passed }) => passed)) {
    const isAlike = !world.passed && world.unknown === undefined;
    found.failing.whole += 1;
    if (isAlike) found.failing.alike += 1;
    else
      found.notes.push(
        `${file} fails as a whole in plain Node: ${plain.said ?? ''}; in the world ${why ?? 'it passes'}`,
      );
  }
  return found;
}

/** Runners part the names of nested tests differently, and two tests may have one name. */
function byName(tests: SuiteTest[]): Map<string, SuiteTest> {
  const named = new Map<string, SuiteTest>();
  for (const test of tests) {
    const name = test.name.replaceAll(' > ', ' ').replace(/\s+/g, ' ').trim();
    let key = name;
    for (let again = 2; named.has(key); again += 1) key = `${name} (${again})`;
    named.set(key, test);
  }
  return named;
}
