import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { detectOuterWall } from '../../../src/world/sandbox/outer-wall.ts';
import { type Bait, openBait } from '../../support/hostile/bait.ts';
import { hostilePrograms, writtenThrough } from '../../support/hostile/programs.ts';
import { createTrials } from '../../support/hostile/trial.ts';

/** Memory outside of the heap is not bounded by Node's own limit. */
const unbounded = /^exhaust\/memory-/;

describe('a hostile program, behind every wall that stands here', () => {
  let bait: Bait;
  let trials: ReturnType<typeof createTrials>;
  let through: Record<string, string>;
  beforeAll(async () => {
    bait = await openBait();
    const walls = (await detectOuterWall()) === 'bubblewrap' ? 'both' : 'inner';
    trials = createTrials(bait, walls);
    through = writtenThrough()[walls];
  });
  afterAll(async () => {
    await trials[Symbol.asyncDispose]();
    await bait[Symbol.asyncDispose]();
  });

  it.each(hostilePrograms().filter(({ name }) => !unbounded.test(name)))('$name: $tries', async (program) => {
    const { achieved, told } = await trials.run(program);
    if (Object.hasOwn(through, program.name)) expect(achieved, told).toBeDefined();
    else expect(achieved, told).toBeUndefined();
  });

  it('gets past both walls in no case that is written down, and past one only where it is told of a program', () => {
    const names = new Set(hostilePrograms().map(({ name }) => name));
    const { both, inner, outer } = writtenThrough();
    expect(both).toEqual({});
    for (const [name, consequence] of Object.entries({ ...inner, ...outer })) {
      expect(names).toContain(name);
      expect(consequence).toMatch(/\w+ .* \w+/);
    }
  });
});
