import { beforeAll, describe, expect, it } from 'vitest';
import { compared, inWorld } from '../../../bench/fidelity/compared.ts';
import type { PlainOutcome, PlainRunner } from '../../../bench/plain-runner.ts';
import type { Tree } from '../../../src/codebase/tree.ts';
import { plainly, suite, testFilesOf } from '../../support/suites.ts';
import { rehearsal } from '../rehearsal.ts';

const { simulator } = rehearsal({ memoryMb: 512, timeoutMs: 60_000 });
const runners: [name: string, runner: PlainRunner, packages: string][] = [
  ['node-test', 'node:test', 'node-test'],
  ['tape', 'tape', 'tape'],
  ['tap', 'tap', 'tap'],
  ['mocha', 'mocha', 'mocha'],
  ['jest', 'jest', 'jest'],
  ['vitest', 'vitest', 'vitest-3'],
  ['vitest', 'vitest', 'vitest-4'],
  ['vitest', 'vitest', 'vitest'],
];

describe.each(runners)('%s: a suite of %s with the packages of %s', (name, runner, packages) => {
  let tree: Tree;
  let plain: Map<string, PlainOutcome>;

  beforeAll(async () => {
    tree = await suite(name, packages);
    plain = await plainly(runner, tree, testFilesOf(name));
  }, 300_000);

  it.each(testFilesOf(name))('comes out in the world as in plain Node: %s', async (file) => {
    const outcome = plain.get(file);
    if (!outcome) throw new Error(`${runner} said nothing of ${file}`);
    const world = await inWorld({ simulator, tree, file });
    const { passing, failing, notes } = compared(file, outcome, world);
    expect(notes).toEqual([]);
    expect(passing.whole + failing.whole).toBeGreaterThan(0);
    expect(world.passed).toBe(outcome.passed);
    expect(world.tests.length).toBe(outcome.tests.length);
  });
});
