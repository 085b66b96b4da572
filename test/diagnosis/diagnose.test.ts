import { beforeAll, describe, expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { type Change, makeHistory, temporaryFolder } from '../support/made-history.ts';
import { plainSimulator } from '../support/plain-simulator.ts';

const plan = parsePlan({
  plan: 1,
  when: [{ call: { id: 'p', module: 'price.js', export: 'total', args: [200, 3] } }],
  then: [{ check: 'p.value = 600' }],
});

const manifest = '{ "name": "prices", "type": "module" }\n';
const sound = [
  '// Prices in cents.',
  'export function vat(cents) {',
  '  return Math.round(cents * 0.2);',
  '}',
  '',
  'export function label(cents) {',
  '  return String(cents / 100);',
  '}',
  '',
  'export function total(cents, pieces) {',
  '  return cents * pieces;',
  '}',
  '',
];
const text = (edit: Record<number, string | null> = {}) =>
  sound.flatMap((line, index) => (index in edit ? (edit[index] ?? []) : line)).join('\n');

let cacheFolder: string;
beforeAll(() => {
  cacheFolder = temporaryFolder('cache');
});

async function asked(changes: Change[], { good, bad }: { good?: number; bad?: number } = {}) {
  const { folder, commits } = makeHistory(changes);
  const mirror = await openMirror({ source: folder, cacheFolder });
  const simulator = plainSimulator();
  const found = await diagnose({
    mirror,
    simulator,
    plan,
    bad: commits[bad ?? commits.length - 1] ?? '',
    ...(good !== undefined && { good: commits[good] ?? '' }),
  });
  return { found, commits, simulator };
}

const start: Change = { files: { 'package.json': manifest, 'price.js': text() } };
const note = (at: number): Change => ({ files: { 'NOTES.md': `note ${at}\n` } });

describe('the commit', () => {
  it('is found between a good and a bad revision, with the line that broke it', async () => {
    const broken = text({ 2: '  return Math.ceil(cents * 0.2);', 10: '  return cents * (pieces + 1);' });
    const { found, commits } = await asked(
      [
        start,
        note(1),
        note(2),
        { files: { 'price.js': broken, 'NOTES.md': 'x\n' }, subject: 'prices: count the pack' },
        note(4),
        note(5),
      ],
      { good: 0 },
    );
    expect(found).toMatchObject({
      commit: { id: commits[3], subject: 'prices: count the pack', author: 'Ada Example' },
      good: commits[2],
      file: 'price.js',
      line: 11,
      text: '  return cents * (pieces + 1);',
      functions: [{ name: 'total', file: 'price.js', line: 10, endLine: 12 }],
    });
    expect('hunks' in found && found.hunks.map(({ oldStart }) => oldStart)).toEqual([11]);
  });

  it('is found with no good revision known, by looking back until the plan holds', async () => {
    const broken = { files: { 'price.js': text({ 10: '  return cents + pieces;' }) } };
    const notes = Array.from({ length: 21 }, (_, at) => note(at));
    const { found, commits, simulator } = await asked([start, ...notes.slice(0, 6), broken, ...notes.slice(6)]);
    expect('commit' in found && found.commit.id).toBe(commits[7]);
    expect(found.simulations).toBe(simulator.runs);
    expect(simulator.runs).toBeLessThanOrEqual(14);
  });

  it('is found past revisions that do not even load', async () => {
    const unloadable = { files: { 'price.js': 'export function (\n' } };
    const broken = { files: { 'price.js': text({ 10: '  return 0;' }) } };
    const { found, commits } = await asked(
      [start, note(1), unloadable, { files: { 'price.js': text() } }, note(4), broken, note(6)],
      {
        good: 0,
      },
    );
    expect('commit' in found && found.commit.id).toBe(commits[5]);
  });

  it('is not named when those around it cannot be judged, and they are listed', async () => {
    const unloadable = { files: { 'price.js': 'export function (\n' } };
    const broken = { files: { 'price.js': text({ 10: '  return 0;' }) } };
    const { found, commits } = await asked([start, unloadable, broken], { good: 0 });
    expect(found).not.toHaveProperty('commit');
    expect('reason' in found && found.reason).toContain(`${commits[1]?.slice(0, 7)},${commits[2]?.slice(0, 7)}`);
  });

  it('is the one on the side that a merge brought in, not the merge', async () => {
    const broken = { files: { 'price.js': text({ 10: '  return 7;' }) }, parents: [0], subject: 'on the side' };
    const side = { files: { 'SIDE.md': 'x\n' } };
    const trunk = { files: { 'TRUNK.md': 'x\n' }, parents: [0] };
    const merge = { files: { 'price.js': text({ 10: '  return 7;' }), 'SIDE.md': 'x\n' }, parents: [3, 2] };
    const { found, commits } = await asked([start, broken, side, trunk, merge, note(5)], { good: 0 });
    expect('commit' in found && found.commit.id).toBe(commits[1]);
  });

  it('is the merge itself when both sides hold', async () => {
    const side = { files: { 'SIDE.md': 'x\n' }, parents: [0] };
    const trunk = { files: { 'TRUNK.md': 'x\n' }, parents: [0] };
    const merge = { files: { 'price.js': text({ 10: '  return 7;' }) }, parents: [2, 1] };
    const { found, commits } = await asked([start, side, trunk, merge, note(5)], { good: 0 });
    expect('commit' in found && found.commit.id).toBe(commits[3]);
  });
});

describe('nothing is claimed', () => {
  it('when the plan holds at the revision asked about', async () => {
    const { found } = await asked([start, note(1)]);
    expect(found).toMatchObject({ reason: expect.stringContaining('is not violated') });
  });

  it('when it is violated at the good revision as well', async () => {
    const broken = { files: { 'package.json': manifest, 'price.js': text({ 10: '  return 0;' }) } };
    const { found } = await asked([broken, note(1)], { good: 0 });
    expect(found).toMatchObject({ reason: expect.stringContaining('as well') });
  });

  it('when it was never seen to hold', async () => {
    const broken = { files: { 'package.json': manifest, 'price.js': text({ 10: '  return 0;' }) } };
    const { found } = await asked([broken, ...Array.from({ length: 9 }, (_, at) => note(at))]);
    expect(found).toMatchObject({ reason: expect.stringContaining('in every revision looked at') });
  });
});

describe('the hunks', () => {
  it('are all that is needed when two must come together', async () => {
    const lines = {
      2: '  return Math.ceil(cents * 0.2);',
      6: '  return String(cents);',
      10: '  return cents * pieces * rate;',
    };
    const broken = text(lines).replace('// Prices in cents.', '// Prices in cents.\nconst rate = 2;');
    const { found } = await asked([start, { files: { 'price.js': broken } }], { good: 0 });
    expect('hunks' in found && found.hunks.map(({ added }) => added)).toEqual([
      ['const rate = 2;'],
      ['  return cents * pieces * rate;'],
    ]);
    expect('functions' in found && found.functions[0]?.name).toBe('total');
  });

  it('leave out tests that came with the commit', async () => {
    const broken = { 'price.js': text({ 10: '  return 1;' }), 'test/price.test.js': 'check(1)\n' };
    const { found } = await asked([start, { files: broken }], { good: 0 });
    expect('hunks' in found && found.hunks.map(({ file }) => file)).toEqual(['price.js']);
  });

  it('name a line that exists when lines were only taken away', async () => {
    const guarded = text().replace(
      '  return cents * pieces;',
      '  let all = 0;\n  all += cents * pieces;\n  return all;',
    );
    const gone = guarded.replace('  all += cents * pieces;\n', '');
    const { found } = await asked([
      { files: { 'package.json': manifest, 'price.js': guarded } },
      { files: { 'price.js': gone } },
    ]);
    expect(found).toMatchObject({ line: 12, text: '  return all;', functions: [{ name: 'total' }] });
  });

  it('are not taken for the cause when they crash instead of giving the wrong answer', async () => {
    const broken = text({ 0: 'import { more } from "./more.js";', 10: '  return more(cents) * pieces;' });
    const { found } = await asked(
      [start, { files: { 'price.js': broken, 'more.js': 'export const more = (x) => x + 1;\n' } }],
      { good: 0 },
    );
    expect('hunks' in found && found.hunks).toHaveLength(3);
  });
});
