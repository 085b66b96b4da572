import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectOuterWall } from '../../../src/world/sandbox/outer-wall.ts';
import { type Bait, openBait } from '../../support/hostile/bait.ts';
import { hostilePrograms } from '../../support/hostile/programs.ts';
import { createTrials } from '../../support/hostile/trial.ts';

/** Memory outside of the heap is not bounded by Node's own limit. */
const unbounded = /^exhaust\/memory-/;

describe('a hostile program, behind every wall that stands here', () => {
  let bait: Bait;
  let trials: ReturnType<typeof createTrials>;
  beforeAll(async () => {
    bait = await openBait();
    trials = createTrials(bait, (await detectOuterWall()) === 'bubblewrap' ? 'both' : 'inner');
  });
  afterAll(async () => {
    await trials[Symbol.asyncDispose]();
    await bait[Symbol.asyncDispose]();
  });

  it.each(hostilePrograms().filter(({ name }) => !unbounded.test(name)))('$name: $tries', async (program) => {
    const { achieved, told } = await trials.run(program);
    expect(achieved, told).toBeUndefined();
  });
});
