import { beforeAll, expect, it } from 'vitest';
import type { Breakage } from '../../src/repair/breakage.ts';
import type { PatchMaterial, Proposal } from '../../src/repair/patcher.ts';
import { repair } from '../../src/repair/repair.ts';
import { gateSentences } from '../../src/repair/told.ts';
import type { Simulator } from '../../src/simulation/simulation.ts';
import type { Change } from '../support/made-history.ts';
import { plainSimulator } from '../support/plain-simulator.ts';
import { asks, broken, mend } from './broken-price.ts';

const manifest = '{ "type": "module", "scripts": { "test": "node --test" }, "name": "prices" }\n';
const price = (line: string) => `export function total(cents, pieces, discount = 0) {\n  ${line}\n}\n`;
const start = {
  files: {
    'package.json': manifest,
    'price.js': price('return cents * pieces;'),
    'test/price.test.js': "import '../price.js';\n",
    'test/__snapshots__/price.js.snap': 'exports[`total`] = `6`;\n',
    'plans/total.json': '{ "plan": 1, "when": [{}], "then": [{}] }\n',
    'rehearse.yaml': 'services: {}\n',
  },
};
const breaking = {
  files: { 'price.js': price('return Math.floor(cents * pieces * (1 - discount)) - 1;') },
  subject: 'prices: discounts',
};
const plan = asks('price.js', 'total', [200, 3], 'p.value = 600');
const discount = {
  title: 'A tenth off',
  plan: asks('price.js', 'total', [100, 1, 0.1], 'p.value >= 89 and p.value <= 90'),
};
const whole = { title: 'Free is free', plan: asks('price.js', 'total', [100, 1, 1], 'p.value <= 0') };

let known: Breakage;
beforeAll(async () => {
  known = await broken(plainSimulator(), plan, [start, breaking]);
});

it('offers a small change where the revert would break a neighbour', async () => {
  const { fix } = await mend(plainSimulator(), plan, [start, breaking], { neighbours: [discount, whole] });
  expect(fix).toMatchObject({
    kind: 'template',
    refused: [{ kind: 'revert', reason: expect.stringContaining('would break "A tenth off"') }],
  });
  expect('patch' in fix && fix.proofs.map(({ after }) => after)).toEqual(['holds', 'holds', 'holds']);
  expect('patch' in fix && fix.patch).toContain('(1 - discount)');
});

it('offers nothing and says why, where every candidate is refused', async () => {
  const opposite = { title: 'One less', plan: asks('price.js', 'total', [200, 3], 'p.value = 599') };
  const { fix } = await mend(plainSimulator(), plan, [start, breaking], {
    neighbours: [opposite],
    limits: { candidates: 12 },
  });
  expect(fix).not.toHaveProperty('patch');
  expect(fix).toMatchObject({
    reason: expect.stringContaining('it would break "One less", which holds now'),
    spent: { stopped: 'the limit of 12 candidates was reached' },
  });
});

it('takes nothing for a fix once the simulations are used up', async () => {
  const { fix } = await mend(plainSimulator(), plan, [start, breaking], {
    neighbours: [discount],
    limits: { simulations: 2 },
  });
  expect(fix).not.toHaveProperty('patch');
  expect(fix).toMatchObject({ spent: { simulations: 2, stopped: 'the limit of 2 simulations was reached' } });
});

it('offers nothing with which a neighbour that could not be told comes to be violated', async () => {
  const late = { title: 'Half price', plan: asks('sale.js', 'half', [100], 'p.value = 49') };
  const sale = "import { total } from './price.js';\nexport const half = (cents) => total(cents, 1, 0.5);\n";
  const plain = plainSimulator();
  // On head, where it would be 49, this neighbour is not told in time.
  const simulator: Simulator = {
    ...plain,
    async simulate(asked, tree) {
      const simulation = await plain.simulate(asked, tree);
      if (asked !== late.plan || Object(simulation.results.p).value !== 49) return simulation;
      return { ...simulation, verdict: { ...simulation.verdict, outcome: 'unknown', reason: 'it took too long' } };
    },
  };
  const files = { ...start.files, 'sale.js': sale };
  const { fix } = await mend(simulator, plan, [{ files }, breaking], { neighbours: [late], limits: { candidates: 4 } });
  expect(fix).not.toHaveProperty('patch');
  expect(fix).toMatchObject({
    reason: expect.stringContaining('"Half price", which cannot be told now, would be violated with it'),
  });
});

it('says how many kept scenarios it was not tried on, where there are too many', async () => {
  const many = [discount, { ...discount, title: 'Again' }, { ...discount, title: 'And again' }];
  const { fix } = await mend(plainSimulator(), plan, [start, breaking], {
    neighbours: many,
    limits: { neighbours: 1 },
  });
  expect(fix).toMatchObject({ unproved: 2, proofs: [{}, { scenario: 'A tenth off' }] });
  expect('patch' in fix && gateSentences(fix)[0]).toBe('2 more kept scenarios were not tried with it.');
});

const line = 'return Math.floor(cents * pieces * (1 - discount)) - 1;';
const mending = { file: 'price.js', before: line, after: 'return Math.round(cents * pieces * (1 - discount));' };
const hostile: [what: string, edits: Proposal['edits'], reason: string][] = [
  [
    'edits a test',
    [mending, { file: 'test/price.test.js', before: 'import', after: '// import' }],
    'it would edit the test test/price.test.js',
  ],
  [
    'edits a snapshot',
    [{ file: 'test/__snapshots__/price.js.snap', before: '6', after: '7' }],
    'it would edit the snapshot test/__snapshots__/price.js.snap',
  ],
  ['edits a plan', [{ file: 'plans/total.json', before: '1', after: '1 ' }], 'it would edit the plan plans/total.json'],
  [
    'chooses what is installed or how tests are run',
    [{ file: 'package.json', before: 'node --test', after: 'true' }],
    'it changes package.json, and what a repository installs is not a model’s to choose',
  ],
  [
    'edits the world',
    [{ file: 'rehearse.yaml', before: '{}', after: '{ a: {} }' }],
    'it would edit what the world is described by, rehearse.yaml',
  ],
  ['leads outside', [{ file: '../../etc/passwd', before: 'root', after: 'toor' }], 'leads outside of the repository'],
  [
    'leads outside by its root',
    [{ file: '/etc/passwd', before: 'root', after: 'toor' }],
    'leads outside of the repository',
  ],
  ['names what is not there', [{ file: '__proto__', before: 'a', after: 'b' }], 'there is no file __proto__'],
  ['does not parse', [{ ...mending, after: 'return (;' }], 'price.js does not parse with it'],
  ['finds nothing', [{ ...mending, before: 'return 0;' }], 'the text to be replaced does not stand in price.js'],
  ['is not sure where', [{ ...mending, before: 'cents' }], 'the text to be replaced stands more than once in price.js'],
  ['mends nothing', [{ ...mending, after: 'return 1;' }], 'the scenario is violated with it'],
  ['is empty', [], 'it changes nothing'],
];

it('refuses every hostile patch of a model, tells it why, and takes the first that is sound', async () => {
  const seen: PatchMaterial[] = [];
  const patcher = {
    name: 'nobody:test',
    propose: async (material: PatchMaterial) => {
      seen.push({ ...material, refused: [...material.refused] });
      return { summary: 'Round once.', edits: hostile[seen.length - 1]?.[1] ?? [mending] };
    },
  };
  const limits = { candidates: 1, rounds: hostile.length + 1 };
  const fix = await repair({ ...known, patcher, neighbours: [discount], limits });
  const reasons = seen.at(-1)?.refused.map(({ reason }) => reason) ?? [];
  expect(reasons.map((reason, at) => [hostile[at]?.[0], reason])).toEqual(
    hostile.map(([what, , reason]) => [what, expect.stringContaining(reason)]),
  );
  expect(fix).toMatchObject({ kind: 'model', maker: 'nobody:test', summary: expect.stringContaining('nobody:test') });
});

it('asks a model no more than three times', async () => {
  let asked = 0;
  const patcher = {
    name: 'nobody:test',
    propose: async () => {
      asked++;
      return { summary: 'Again.', edits: [{ ...mending, after: `return ${asked};` }] };
    },
  };
  const { fix } = await mend(plainSimulator(), plan, [start, breaking], {
    patcher,
    neighbours: [{ title: 'One less', plan: asks('price.js', 'total', [200, 3], 'p.value = 599') }],
    limits: { candidates: 1 },
  });
  expect(asked).toBe(3);
  expect(fix).not.toHaveProperty('patch');
});

it('refuses what breaks types, and takes what does not', async () => {
  const config =
    '{ "compilerOptions": { "strict": true, "noEmit": true, "types": [], "allowImportingTsExtensions": true } }\n';
  const typed = (rate: string, use: string) =>
    `export interface Options { ${rate} }\n\nexport function due(cents: number, options: Options): number {\n  return ${use};\n}\n`;
  const bill =
    "import { due } from './due.ts';\n\nexport const bill = (): number => due(100, { percent: 3, rate: 1 });\n";
  const options = 'percent: number; rate: number;';
  const files = { 'package.json': manifest, 'tsconfig.json': config, 'bill.ts': bill };
  const changes: Change[] = [
    { files: { ...files, 'due.ts': typed(options, 'cents * options.rate') } },
    { files: { 'due.ts': typed(options, 'cents * options.percent') }, subject: 'per cent' },
    { files: { 'due.ts': typed(options, 'cents * options.percent * 1') } },
  ];
  const asked = asks('due.ts', 'due', [100, { rate: 2, percent: 100 }], 'p.value = 200');
  const use = { file: 'due.ts', before: 'options.percent * 1', after: 'options.rate' };
  const widened = { file: 'due.ts', before: '): number {', after: '): string | number {' };
  const told: string[] = [];
  const patcher = {
    name: 'nobody:test',
    propose: async ({ refused }: PatchMaterial) => {
      told.push(...refused.map(({ reason }) => reason));
      return { summary: 'Take the rate.', edits: refused.length === 0 ? [widened, use] : [use] };
    },
  };
  const { fix } = await mend(plainSimulator(), asked, changes, { patcher, limits: { candidates: 1 } });
  expect(told).toEqual([expect.stringContaining('types break in bill.ts: TS2322')]);
  expect(fix).toMatchObject({
    kind: 'model',
    types: { outcome: 'clean', says: expect.stringContaining('no new error in the 2 files') },
  });
});
