import { beforeAll, expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { repair } from '../../src/repair/repair.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { type Change, makeHistory, temporaryFolder } from '../support/made-history.ts';
import { plainSimulator } from '../support/plain-simulator.ts';

const asks = (name: string, args: unknown[], check: string) =>
  parsePlan({ plan: 1, when: [{ call: { id: 'p', module: 'price.js', export: name, args } }], then: [{ check }] });
const plan = asks('total', [200, 3], 'p.value = 600');

const sound = `export function vat(cents) {
  return Math.round(cents * 0.2);
}

export function total(cents, pieces) {
  return cents * pieces;
}
`;
const broken = sound.replace('cents * pieces', 'cents * (pieces + 1)');
const start: Change = { files: { 'package.json': '{ "type": "module" }\n', 'price.js': sound } };
const breaking: Change = { files: { 'price.js': broken, 'README.md': 'packs\n' }, subject: 'prices: count the pack' };

let cacheFolder: string;
beforeAll(() => {
  cacheFolder = temporaryFolder('cache');
});

async function mended(changes: Change[], neighbours: { title: string; plan: typeof plan }[] = []) {
  const { folder, commits } = makeHistory(changes);
  const mirror = await openMirror({ source: folder, cacheFolder });
  const simulator = plainSimulator();
  const head = commits.at(-1) ?? '';
  const cause = await diagnose({ mirror, simulator, plan, bad: head });
  if (!('commit' in cause)) throw new Error(cause.reason);
  return { fix: await repair({ mirror, simulator, plan, head, cause, neighbours }), mirror, head, cause };
}

it('undoes only what broke it, keeps later work, and proves it on the patched revision', async () => {
  const later = { files: { 'price.js': broken.replace('0.2', '0.25').replace('export', '// Cents.\nexport') } };
  const neighbour = { title: 'VAT is a quarter', plan: asks('vat', [100], 'p.value = 25') };
  const { fix, mirror, head } = await mended([start, breaking, later], [neighbour]);
  expect(fix).toMatchObject({
    kind: 'revert',
    summary: expect.stringContaining('prices: count the pack'),
    proofs: [
      { before: 'violated', after: 'holds' },
      { scenario: 'VAT is a quarter', before: 'holds', after: 'holds' },
    ],
  });
  const patch = 'patch' in fix ? fix.patch : '';
  expect(patch).toContain('-  return cents * (pieces + 1);\n+  return cents * pieces;');
  expect(patch).not.toContain('README');
  expect(await mirror.patched(head, patch)).not.toBeNull();
});

it('is refused when it would break another scenario', async () => {
  const neighbour = { title: 'The pack is counted', plan: asks('total', [100, 1], 'p.value = 200') };
  const { fix } = await mended([start, breaking], [neighbour]);
  expect(fix).toMatchObject({ reason: expect.stringContaining('would break "The pack is counted"') });
});

it('puts back a part of the function as it was, where later changes stand on the same lines', async () => {
  const later = { files: { 'price.js': broken.replace('(pieces + 1)', '(pieces + 1) + 0') } };
  const { fix } = await mended([start, breaking, later]);
  expect(fix).toMatchObject({
    kind: 'history',
    refused: [{ kind: 'revert', reason: 'later changes touch the same lines' }],
  });
});

it('undoes another part of the change that mends it as well, where the first was built upon', async () => {
  const two = (rate: string, use: string) =>
    `const rate = ${rate};\nconst a = 1;\nconst b = 2;\n\nexport function total(cents, pieces) {\n  return ${use};\n}\n`;
  const changes: Change[] = [
    { files: { 'package.json': '{ "type": "module" }\n', 'price.js': two('1', 'cents * pieces') } },
    { files: { 'price.js': two('2', 'cents * pieces * rate') }, subject: 'prices: rates' },
    { files: { 'price.js': two('2', 'pieces * cents * rate') } },
  ];
  const { fix } = await mended(changes);
  expect(fix).toMatchObject({ kind: 'revert', proofs: [{ before: 'violated', after: 'holds' }] });
  expect('patch' in fix && fix.patch).toContain('-const rate = 2;\n+const rate = 1;');
});

it('is refused when it would edit a test', async () => {
  const asked = parsePlan({
    ...plan,
    when: [{ call: { id: 'p', module: 'test/price.js', export: 'total', args: [200, 3] } }],
  });
  const moved = (text: string): Change => ({
    files: { 'package.json': '{ "type": "module" }\n', 'test/price.js': text },
  });
  const { folder, commits } = makeHistory([moved(sound), moved(broken)]);
  const mirror = await openMirror({ source: folder, cacheFolder });
  const simulator = plainSimulator();
  const head = commits[1] ?? '';
  const cause = await diagnose({ mirror, simulator, plan: asked, bad: head });
  if (!('commit' in cause)) throw new Error(cause.reason);
  const fix = await repair({ mirror, simulator, plan: asked, head, cause, neighbours: [] });
  expect(fix).toMatchObject({ reason: expect.stringContaining('would edit the test test/price.js') });
});
