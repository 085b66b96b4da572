import { expect, it } from 'vitest';
import { causeLines } from '../../src/adapters/cli/bisect.ts';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { makeHistory, temporaryFolder } from '../support/made-history.ts';
import { tokenSimulator } from '../support/token-simulator.ts';

const plan = parsePlan({ plan: 1, when: [{ advance: 'PT1S' }], then: [{ check: 'true' }] });
const slots = [...Array(24).keys()];
const file = (word: (slot: number) => string) => ({
  'a.js': slots.flatMap((slot) => [`// ${word(slot)}`, 'void 0;', '']).join('\n'),
});
const { folder, commits } = makeHistory([
  { files: { 'package.json': '{}\n', ...file((slot) => `slot ${slot}`) } },
  { files: file((slot) => `other ${slot}`) },
]);

async function found(most?: number) {
  const mirror = await openMirror({ source: folder, cacheFolder: temporaryFolder('cache') });
  const simulator = tokenSimulator(['other 3', 'other 19']);
  const cause = await diagnose({ mirror, simulator, plan, bad: 'main', ...(most !== undefined && { most }) });
  if (!('commit' in cause)) throw new Error(cause.reason);
  return cause;
}

it('where the search for fewer hunks meets its limit, what is named still flips the verdict, and it is said', async () => {
  const whole = await found();
  expect(whole).toMatchObject({ hunks: { length: 1 } });
  expect(whole).not.toHaveProperty('isCut');
  for (const most of [0, 1, 2, 3]) {
    const cause = await found(most);
    expect(cause).toMatchObject({ isCut: true, commit: { id: commits[1] } });
    expect(cause.simulations).toBeLessThanOrEqual(2 + most + 2);
    expect(cause.hunks.flatMap(({ added }) => added)).toContain('// other 3');
    expect(causeLines(cause).join('\n')).toContain('flip the verdict (the search for fewer ended at its limit)');
  }
});
