import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { suspicionLines } from '../../src/diagnosis/root-cause.ts';
import { ochiai } from '../../src/diagnosis/suspicion/ochiai.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { rehearsal } from '../simulation/rehearsal.ts';
import { makeHistory, temporaryFolder } from '../support/made-history.ts';

const { simulator } = rehearsal();

const source = [
  'const net = (cents, pieces) => cents * pieces;',
  'const domestic = (cents) => Math.round(cents * 0.2);',
  'const abroad = (cents) => Math.round(cents * 0.07) + 400;',
  'exports.total = (cents, pieces, country) => {',
  '  const sum = net(cents, pieces);',
  "  return sum + (country === 'DE' ? domestic(sum) : abroad(sum));",
  '};',
  '',
].join('\n');

const plan = (country: string, value: number) =>
  parsePlan({
    plan: 1,
    when: [{ call: { id: 'p', module: 'price.js', export: 'total', args: [1000, 3, country] } }],
    then: [{ check: `p.value = ${value}` }],
  });

async function diagnosed(neighbours: ReturnType<typeof plan>[]) {
  const { folder, commits } = makeHistory([{ files: { 'price.js': source } }, { files: { 'NOTES.md': 'x\n' } }]);
  const mirror = await openMirror({ source: folder, cacheFolder: temporaryFolder('cache') });
  const found = await diagnose({ mirror, simulator, plan: plan('US', 3210), bad: 'main', neighbours });
  if ('commit' in found) throw new Error('something was found that is not there');
  return { found, head: commits[1] };
}

it('what never held is suspected by what neighbours that hold do not run, and by who gave the wrong value first', async () => {
  const { found, head } = await diagnosed([plan('DE', 3600), plan('DE', 1)]);
  expect(found.reason).toContain('in every revision looked at');
  expect(found.suspicion).toMatchObject({
    revision: head,
    against: 1,
    suspects: [
      { name: 'abroad', at: { file: 'price.js', line: 3, revision: head }, ran: { violated: 1, holds: 0 } },
      {},
      {},
    ],
    origins: [{ name: 'total', value: '3610', args: '1000, 3, "US"', at: { line: 4 } }],
  });
  expect(found.suspicion?.suspects[0]?.score).toBe(1);
  if (found.suspicion)
    expect(suspicionLines(found.suspicion)[1]).toBe(
      'abroad price.js:3 ran here and in 0 of 1 scenarios that hold (Ochiai 1.00)',
    );
});

it('nothing is suspected by comparison where nothing holds to compare with', async () => {
  const { found } = await diagnosed([plan('DE', 1)]);
  expect(found.suspicion).toMatchObject({ against: 0, suspects: [], origins: [{ name: 'total' }] });
});

it('what runs where it fails and nowhere else is the most suspicious, what never runs there is not', () => {
  const names = fc.subarray(['a', 'b', 'c', 'd', 'e']);
  const spectrum = (ran: string[]) =>
    ran.map((name) => ({ service: 's', name, file: 'f', line: 1, endLine: 1, calls: 1 }));
  fc.assert(
    fc.property(fc.array(names, { minLength: 1 }), fc.array(names), (violated, holds) => {
      const scored = ochiai(
        violated.map((ran) => spectrum(['guilty', ...ran])),
        holds.map((ran) => spectrum(['innocent', ...ran])),
      );
      expect(scored[0]).toMatchObject({ score: 1 });
      expect(scored.find(({ run }) => run.name === 'guilty')?.score).toBe(1);
      expect(scored.some(({ run }) => run.name === 'innocent')).toBe(false);
      for (const { score } of scored) expect(score > 0 && score <= 1).toBe(true);
    }),
  );
});
