import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { type Change, makeHistory, temporaryFolder } from '../support/made-history.ts';
import { tokenSimulator } from '../support/token-simulator.ts';

const plan = parsePlan({ plan: 1, when: [{ advance: 'PT1S' }], then: [{ check: 'true' }] });
const perFile = 5;
const slots = [...Array(15).keys()];

/** What stands in each slot; a file is a few of them with lines between, so that two changed slots are two hunks. */
type State = string[];

function rendered(state: State): Record<string, string> {
  const files: Record<string, string> = { 'package.json': '{ "type": "module" }\n' };
  for (let at = 0; at < state.length; at += perFile) {
    const lines = state.slice(at, at + perFile).flatMap((word) => [`// ${word}`, 'void 0;', '']);
    files[`f${at / perFile}.js`] = lines.join('\n');
  }
  return files;
}

const histories = fc.integer({ min: 3, max: 14 }).chain((length) =>
  fc.record({
    length: fc.constant(length),
    faultAt: fc.integer({ min: 1, max: length - 1 }),
    fault: fc.subarray(slots, { minLength: 1, maxLength: 3 }),
    noise: fc.array(fc.subarray(slots, { maxLength: 4 }), { minLength: length, maxLength: length }),
    /** How long the side branch is on which a commit lies; 0 on the main line. */
    sides: fc.array(fc.integer({ min: 0, max: 2 }), { minLength: length, maxLength: length }),
    away: fc.array(fc.boolean(), { minLength: length, maxLength: length }),
    isKnown: fc.boolean(),
  }),
);

it('a fault of one to three hunks, planted anywhere in a history with side branches, is found to the commit and the hunks', async () => {
  const cacheFolder = temporaryFolder('cache');
  await fc.assert(
    fc.asyncProperty(histories, async ({ length, faultAt, fault, noise, sides, away, isKnown }) => {
      const words = fault.map((slot) => `fault${slot}!`);
      const changes: Change[] = [{ files: rendered(slots.map((slot) => `slot${slot}`)) }];
      let [state, tip, culprit] = [slots.map((slot) => `slot${slot}`), 0, -1];
      for (let at = 1; at < length; at++) {
        const forked = tip;
        const own = state.map((word, slot) =>
          at === faultAt && fault.includes(slot)
            ? `fault${slot}!`
            : noise[at]?.includes(slot) && !fault.includes(slot)
              ? `slot${slot} at ${at}`
              : word,
        );
        const isAway =
          away[at] === true && at !== faultAt && at !== faultAt + 1 && at !== faultAt - 1 && at !== length - 1;
        const files = { ...rendered(own), ...(isAway ? { 'gone.js': 'export const (\n' } : { 'gone.js': '\n' }) };
        changes.push({ files, parents: [tip] });
        tip = changes.length - 1;
        if (at === faultAt) culprit = tip;
        for (let more = 0; more < (sides[at] ?? 0); more++) {
          changes.push({ files: { 'SIDE.md': `${at} ${more}\n` }, parents: [tip] });
          tip = changes.length - 1;
        }
        if ((sides[at] ?? 0) > 0) {
          changes.push({ files: { 'MAIN.md': `${at}\n` }, parents: [forked] });
          changes.push({ files: { ...files, 'SIDE.md': `${at}\n` }, parents: [changes.length - 1, tip] });
          tip = changes.length - 1;
        }
        state = own;
      }
      const { folder, commits } = makeHistory(changes);
      const mirror = await openMirror({ source: folder, cacheFolder });
      const simulator = tokenSimulator(words);
      const found = await diagnose({
        ...{ mirror, simulator, plan, bad: commits[tip] ?? '' },
        ...(isKnown && { good: commits[0] ?? '' }),
      });
      if (!('commit' in found)) throw new Error(found.reason);
      expect(found.commit.id).toBe(commits[culprit]);
      const added = found.hunks.flatMap((hunk) => hunk.added.filter((line) => line.startsWith('// ')));
      const planted = words.map((word) => `// ${word}`);
      expect(added.length).toBeGreaterThan(0);
      expect(planted).toEqual(expect.arrayContaining(added));
      if ((await mirror.hunks(`${commits[culprit]}^`, commits[culprit] ?? '')).length <= 8)
        expect(added.toSorted()).toEqual(planted.toSorted());
      expect(planted).toContain(found.text);
    }),
    { numRuns: 15 },
  );
}, 240_000);
