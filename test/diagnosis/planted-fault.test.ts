import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { rehearsal } from '../simulation/rehearsal.ts';
import { type Change, makeHistory, temporaryFolder } from '../support/made-history.ts';
import { plainSimulator } from '../support/plain-simulator.ts';

const places = 12;
const plan = parsePlan({
  plan: 1,
  when: [{ call: { id: 'p', module: 'sum.js', export: 'sum', args: [] } }],
  then: [{ check: 'p.value = 66' }],
});

/** A module of twelve functions whose results are added; a note beside each gives harmless edits a place. */
function module(values: number[], notes: number[]): string {
  const parts = values.flatMap((value, at) => [
    `// note ${notes[at]}`,
    `const part${at} = () => {`,
    `  return ${value};`,
    '};',
    '',
  ]);
  return [...parts, `export const sum = () => ${values.map((_, at) => `part${at}()`).join(' + ')};`, ''].join('\n');
}

const histories = fc.integer({ min: 2, max: 14 }).chain((length) =>
  fc.record({
    faultAt: fc.integer({ min: 1, max: length - 1 }),
    fault: fc.integer({ min: 0, max: places - 1 }),
    edits: fc.array(fc.subarray([...Array(places).keys()], { maxLength: 5 }), { minLength: length, maxLength: length }),
    unloadable: fc.array(fc.boolean(), { minLength: length, maxLength: length }),
    known: fc.boolean(),
  }),
);

const { simulator: executed } = rehearsal();

it.each([
  { judge: 'a plain process', simulator: plainSimulator, numRuns: 4 },
  { judge: 'the sandbox', simulator: () => executed, numRuns: 2 },
])(
  'a fault planted anywhere in a history of harmless edits is found, judged by $judge: the commit, the hunk, the line and the function',
  async ({ simulator, numRuns }) => {
    const cacheFolder = temporaryFolder('cache');
    await fc.assert(
      fc.asyncProperty(histories, async ({ faultAt, fault, edits, unloadable, known }) => {
        const values = [...Array(places).keys()];
        const notes = values.map(() => 0);
        const changes = edits.map((edited, at): Change => {
          for (const place of edited) notes[place] = at + 1;
          if (at === faultAt) values[fault] = 1000;
          const away = unloadable[at] && at !== 0 && Math.abs(at - faultAt) > 1 && at !== edits.length - 1;
          const text = away ? 'export const (\n' : module(values, notes);
          return { files: { 'package.json': '{ "type": "module" }\n', 'sum.js': text, 'LOG.md': `${at}\n` } };
        });
        const { folder, commits } = makeHistory(changes);
        const mirror = await openMirror({ source: folder, cacheFolder });
        const bad = commits.at(-1) ?? '';
        const found = await diagnose({
          mirror,
          simulator: simulator(),
          plan,
          bad,
          ...(known && { good: commits[0] ?? '' }),
        });
        expect(found).toMatchObject({
          commit: { id: commits[faultAt] },
          good: commits[faultAt - 1],
          hunks: [{ file: 'sum.js', removed: [`  return ${fault};`], added: ['  return 1000;'] }],
          line: fault * 5 + 3,
          functions: [{ name: `part${fault}` }],
        });
      }),
      { numRuns },
    );
  },
  180_000,
);
