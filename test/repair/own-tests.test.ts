import { expect, it } from 'vitest';
import { rehearsal } from '../simulation/rehearsal.ts';
import { asks, mend } from './broken-price.ts';

const { simulator } = rehearsal({ memoryMb: 512, timeoutMs: 60_000 });

const manifest = '{ "type": "module", "scripts": { "test": "node --test" } }\n';
const price = (gross: string, rounded: string) =>
  `export function gross(cents, rate) {\n  return ${gross};\n}\n\nexport function rounded(cents) {\n  return ${rounded};\n}\n`;
const tests = (...cases: [name: string, expression: string, value: unknown][]) =>
  [
    "import assert from 'node:assert/strict';",
    "import test from 'node:test';",
    "import { gross, rounded } from '../src/price.js';",
    '',
    ...cases.map(([name, expression, value]) => `test('${name}', () => assert.equal(${expression}, ${value}));`),
    '',
  ].join('\n');

const start = {
  files: {
    'package.json': manifest,
    'src/price.js': price('cents + cents * rate', 'cents - (cents % 10)'),
    'test/price.test.js': tests(['adds the tax', 'gross(100, 0.5)', 150], ['is off', 'gross(1, 1)', 3]),
    'test/other.test.js': "import test from 'node:test';\n\ntest('nothing', () => undefined);\n",
  },
};
const plan = asks('src/price.js', 'gross', [200, 0.1], 'p.value = 220');

it('runs the tests that reach the change on head and with the patch, and counts none that failed before', async () => {
  const breaking = { files: { 'src/price.js': price('cents * rate', 'cents - (cents % 10)') }, subject: 'less' };
  const { fix } = await mend(simulator, plan, [start, breaking]);
  expect(fix).toMatchObject({
    kind: 'revert',
    tests: { files: ['test/price.test.js'], passed: 0, failedBefore: 2, undone: [], notRun: [] },
    undoes: { subject: 'less', places: { undone: 1, of: 1 } },
  });
  expect('patch' in fix && fix.proofs[0]?.traces?.before).toMatch(/^[0-9a-f]{64}$/);
});

it('refuses a patch that breaks a test which later work brought', async () => {
  const breaking = { files: { 'src/price.js': price('cents * (rate + 2)', 'cents') }, subject: 'twice' };
  const later = {
    files: { 'test/price.test.js': tests(['is three times as much', 'gross(1, 1)', 3], ['whole', 'rounded(7)', 7]) },
  };
  const { fix } = await mend(simulator, plan, [start, breaking, later], { limits: { candidates: 6 } });
  expect(fix).not.toHaveProperty('patch');
  expect(fix).toMatchObject({
    reason: expect.stringContaining('it breaks the test “is three times as much” in test/price.test.js'),
  });
});

it('runs the tests of every function that one change goes through, not of the first alone', async () => {
  const both = (gross: string, rounded: string) =>
    `export const gross = (cents, rate) => ${gross};\nexport const rounded = (cents) => ${rounded};\n`;
  const before = { files: { ...start.files, 'src/price.js': both('cents + cents * rate', 'cents - (cents % 10)') } };
  const breaking = { files: { 'src/price.js': both('cents * rate', 'cents') }, subject: 'both' };
  const later = { files: { 'test/price.test.js': tests(['is whole', 'rounded(7)', 7]) } };
  const { fix } = await mend(simulator, plan, [before, breaking, later], { limits: { candidates: 1 } });
  expect(fix).toMatchObject({
    reason: expect.stringContaining('it breaks the test “is whole” in test/price.test.js'),
  });
});

it('says which tests of the change would fail, and offers the revert where nothing keeps them', async () => {
  const breaking = {
    files: {
      'src/price.js': price('cents + 2 * cents * rate', 'cents - (cents % 10)'),
      'test/price.test.js': tests(['doubles the tax', 'gross(10, 0.5)', 20]),
    },
    subject: 'prices: double the tax',
  };
  const { fix } = await mend(simulator, plan, [start, breaking], { limits: { candidates: 1 } });
  expect(fix).toMatchObject({
    kind: 'revert',
    tests: { undone: ['test/price.test.js: doubles the tax'] },
    undoes: {
      says: expect.stringContaining('A test that came with it would fail: “test/price.test.js: doubles the tax”'),
    },
  });
});

it('prefers a small change that keeps the tests of the change over a revert that does not', async () => {
  const breaking = {
    files: {
      'src/price.js': price('Math.floor(cents + cents * rate)', 'cents - (cents % 10)'),
      'test/price.test.js': tests(['gives whole cents', 'gross(101, 0.1)', 111]),
    },
    subject: 'prices: whole cents',
  };
  const asked = asks('src/price.js', 'gross', [105, 0.15], 'p.value > 120.5');
  const { fix } = await mend(simulator, asked, [start, breaking]);
  expect(fix).toMatchObject({ kind: 'template', tests: { passed: 1, undone: [] } });
  expect('patch' in fix && fix.patch).toContain('+  return Math.round(cents + cents * rate);');
});

it('runs no more files of tests than it may, and names the others', async () => {
  const breaking = { files: { 'src/price.js': price('cents * rate', 'cents') }, subject: 'less' };
  const more = Object.fromEntries(
    ['a', 'b', 'c'].map((name) => [`test/${name}.test.js`, tests([`tells ${name}`, 'rounded(7)', 7])]),
  );
  const { fix } = await mend(simulator, plan, [start, breaking, { files: more }], { limits: { testFiles: 1 } });
  expect(fix).toMatchObject({
    tests: { notRun: [{ file: 'test/a.test.js' }, { file: 'test/b.test.js' }, { file: 'test/c.test.js' }] },
  });
});
