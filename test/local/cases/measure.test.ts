import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pino } from 'pino';
import { beforeAll, expect, it } from 'vitest';
import { openMirror } from '../../../src/codebase/git-mirror.ts';
import { survey } from '../../../src/codebase/read-survey.ts';
import { measureCases } from '../../../src/local/cases/measure.ts';
import type { Outcome } from '../../../src/local/cases/outcome.ts';
import { createDrafter } from '../../../src/reasoning/drafter.ts';
import { makeHistory, temporaryFolder } from '../../support/made-history.ts';
import { plainSimulator } from '../../support/plain-simulator.ts';

const sound = 'exports.total = function total(cents, pieces) {\n  return cents * pieces;\n};\n';
let root: string;
let commits: string[];

beforeAll(() => {
  root = temporaryFolder('cases');
  const made = makeHistory([
    { files: { 'package.json': '{ "name": "sums", "main": "index.js" }\n', 'index.js': sound } },
    { files: { 'README.md': '# sums\n' } },
    { files: { 'index.js': sound.replace('* pieces', '* (pieces + 1)'), 'README.md': '# sums\n\nAdds.\n' } },
    { files: { LICENSE: 'MIT\n' } },
  ]);
  commits = made.commits;
  const git = (...args: string[]) => execFileSync('git', args, { cwd: made.folder });
  git('branch', 'cases/one/base', commits[0] ?? '');
  git('branch', 'cases/one/head', commits[3] ?? '');
  mkdirSync(path.join(root, 'repos/sums/deps'), { recursive: true });
  git('bundle', 'create', '--quiet', path.join(root, 'repos/sums/repo.bundle'), '--all');
  put('repos/sums/deps/package.json', { name: 'sums-deps', private: true });
});

function put(file: string, content: unknown) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), JSON.stringify(content));
}

const range = { repository: 'sums', base: 'cases/one/base', head: 'cases/one/head' };
const truth = (edit = {}) => ({
  base: 600,
  head: 800,
  culprit: commits[2],
  files: ['index.js'],
  hunks: [{ file: 'index.js', lines: [2, 2], insertOnly: false }],
  ...edit,
});

function putCall(folder: string, id: string, { texts, edit = {} }: { texts: string[]; edit?: object }) {
  const messages = texts.map((text, at) => ({ user: 'U01', ts: `17639472${at}6.001119`, text }));
  put(`${folder}/${id}/thread.json`, { ...range, channel: { name: 'incidents', private: false }, messages });
  put(`${folder}/${id}/truth.json`, truth(edit));
}

async function measured(folder: string, asked: { limit?: number; only?: string } = {}) {
  const { document, text, wrong } = await measureCases({
    ...asked,
    folder: path.join(root, folder),
    mirror: (source, { dependencies } = {}) =>
      openMirror({ source, dependencies, cacheFolder: path.join(root, 'cache'), path: process.env.PATH }),
    simulator: plainSimulator(),
    survey,
    drafter: createDrafter({ log: pino({ level: 'silent' }) }),
  });
  return { ...(document as { summary: Record<string, number>; cases: Outcome[] }), text, wrong };
}

const report = "```\nconst sums = require('sums')\nsums.total(200, 3)\n// expected: 600\n// got:      800\n```";

it('a thread that is grounded, traced and mended is right, and every count says so', async () => {
  putCall('right', 'sums-one', { texts: [report, 'since the release'] });
  const { summary, cases, wrong } = await measured('right');
  expect(wrong).toBe(0);
  expect(cases[0]).toMatchObject({ id: 'sums-one', right: true, culprit: true, file: true, function: true, fix: true });
  expect(summary).toMatchObject({
    cases: 1,
    plans: 1,
    right: 1,
    wrong: 0,
    unknown: 0,
    culprit: 1,
    file: 1,
    function: 1,
    fix: 1,
  });
  expect(summary.simulations).toBeGreaterThan(3);
  expect(summary.simulationsMost).toBe(summary.simulations);
  expect(summary.diagnosisMedian).toBe(cases[0]?.diagnosis);
  expect(Number(cases[0]?.diagnosis)).toBeLessThan(cases[0]?.simulations ?? 0);
});

it('a claim that the truth contradicts is wrong, whichever it is', async () => {
  putCall('wrong', 'culprit', { texts: [report], edit: { culprit: commits[1] } });
  putCall('wrong', 'difference', { texts: [report], edit: { base: 601 } });
  putCall('wrong', 'expectation', { texts: [report.replace('600', '5000')] });
  const { summary, cases, wrong } = await measured('wrong');
  expect(cases.map(({ id, said }) => `${id} ${said}`)).toEqual([
    'culprit wrong',
    'difference wrong',
    'expectation wrong',
  ]);
  expect([wrong, summary.right]).toEqual([3, 0]);
});

it('a thread that cannot be grounded is unknown, with what is missing', async () => {
  putCall('unknown', 'vague', { texts: ['something with the totals is off, please have a look'] });
  const { summary, cases, wrong } = await measured('unknown');
  expect(cases[0]).toMatchObject({ said: 'unknown', right: false, why: expect.stringMatching(/not grounded: \w/) });
  expect([wrong, summary.plans, summary.unknown]).toEqual([0, 0, 1]);
});

it('a pull request is counted by its plans, its culprit and a fix after which all of them hold', async () => {
  const plan = (check: string) => ({
    plan: 1,
    when: [{ call: { id: 'p', module: 'index.js', export: 'total', args: [200, 3] } }],
    then: [{ check }],
  });
  const plans = [
    { expect: { base: 'holds', head: 'violated' }, plan: plan('p.value = 600') },
    { expect: { base: 'holds', head: 'holds' }, plan: plan('p.value > 0') },
  ];
  put('pulls/sums-one.json', { id: 'sums-one', ...range, commits: 3, hunks: 3, plans, truth: truth() });
  put('pulls/sums-two.json', {
    id: 'sums-two',
    ...range,
    plans: [{ ...plans[1], expect: { base: 'violated', head: 'violated' } }],
    truth: truth(),
  });
  const { summary, cases } = await measured('pulls');
  expect(cases[0]).toMatchObject({ right: true, culprit: true, file: true, function: true, fix: true });
  expect(cases[1]).toMatchObject({ right: false, said: 'wrong' });
  expect(summary).toMatchObject({ cases: 2, plans: 3, right: 2, wrong: 1, unknown: 0, culprit: 1, fix: 1 });
  expect((await measured('pulls', { only: 'sums-two' })).summary.cases).toBe(1);
  expect((await measured('pulls', { limit: 1 })).cases.map(({ id }) => id)).toEqual(['sums-one']);
});

it('a refactoring whose tests cannot be run is unknown, not silent', async () => {
  put('refactors/sums-one.json', {
    id: 'sums-one',
    ...range,
    subject: 'tidy',
    files: ['index.js'],
    tests: ['test/none.js'],
  });
  const { summary } = await measured('refactors');
  expect(summary).toMatchObject({ cases: 1, plans: 1, right: 0, wrong: 0, unknown: 1, silent: 0 });
});

it('a folder without cases, or without the one asked for, is refused with what to do', async () => {
  await expect(measured('repos')).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
  await expect(measured('nowhere')).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
  await expect(measured('right', { only: 'other' })).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' });
});
