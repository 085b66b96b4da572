import { beforeAll, expect, it } from 'vitest';
import type { Breakage } from '../../src/repair/breakage.ts';
import type { PatchMaterial, Proposal } from '../../src/repair/patcher.ts';
import { repair } from '../../src/repair/repair.ts';
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
    'edits how tests are run',
    [{ file: 'package.json', before: 'node --test', after: 'true' }],
    'it would edit how the tests are run, in package.json',
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

it.each(hostile)(
  'refuses a model’s patch that %s, tells it why, and takes the next that is sound',
  async (_, edits, reason) => {
    const seen: PatchMaterial[] = [];
    const patcher = {
      name: 'nobody:test',
      propose: async (material: PatchMaterial) => {
        seen.push({ ...material, refused: [...material.refused] });
        return { summary: 'Round once.', edits: seen.length === 1 ? edits : [mending] };
      },
    };
    const fix = await repair({ ...known, patcher, neighbours: [discount], limits: { candidates: 1 } });
    expect(seen[1]?.refused[0]?.reason).toContain(reason);
    expect(fix).toMatchObject({ kind: 'model', maker: 'nobody:test', summary: expect.stringContaining('nobody:test') });
  },
);

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
  const changes: Change[] = [
    {
      files: {
        'package.json': manifest,
        'tsconfig.json': config,
        'due.ts': typed('rate: number;', 'cents * options.rate'),
      },
    },
    { files: { 'due.ts': typed('percent: number; rate: number;', 'cents * options.percent') }, subject: 'per cent' },
    {
      files: {
        'bill.ts':
          "import { due } from './due.ts';\n\nexport const bill = (): number => due(100, { percent: 3, rate: 1 });\n",
      },
    },
  ];
  const asked = asks('due.ts', 'due', [100, { rate: 2, percent: 100 }], 'p.value = 200');
  const { fix } = await mend(plainSimulator(), asked, changes);
  expect(fix).toMatchObject({
    types: { outcome: 'clean', says: expect.stringContaining('no new error in the 2 files') },
  });
  const widened = {
    name: 'nobody:test',
    propose: async () => ({
      summary: 'Widen.',
      edits: [
        { file: 'due.ts', before: '): number {', after: '): string | number {' },
        { file: 'due.ts', before: 'options.percent', after: 'options.rate' },
      ],
    }),
  };
  const refused = await mend(plainSimulator(), asked, changes, {
    patcher: widened,
    limits: { candidates: 0 },
    neighbours: [{ title: 'Same', plan: asks('due.ts', 'due', [1, { rate: 1, percent: 1 }], 'p.value = 1') }],
  });
  expect(JSON.stringify(refused.fix)).not.toContain('string | number');
});
