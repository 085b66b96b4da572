import { beforeAll, expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { functionsOf } from '../../src/codebase/symbols.ts';
import { repair } from '../../src/repair/repair.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { makeHistory, temporaryFolder } from '../support/made-history.ts';
import { plainSimulator } from '../support/plain-simulator.ts';

let cacheFolder: string;
beforeAll(() => {
  cacheFolder = temporaryFolder('cache');
});

interface Fixture {
  template: string;
  source: string;
  /** Calls of the module, each with what it ought to give as JSONata. */
  calls: [name: string, args: unknown[], gives: string][];
  /** The line that the fix brings. */
  line: string;
}

const fixtures: Fixture[] = [
  {
    template: 'operator',
    source: 'export function due(price, tax, paid) {\n  const gross = price - tax;\n  return gross - paid;\n}\n',
    calls: [
      ['due', [100, 19, 50], 'value = 69'],
      ['due', [10, 2, 0], 'value = 12'],
    ],
    line: '+  const gross = price + tax;',
  },
  {
    template: 'boundary',
    source: "export function shipping(cents) {\n  if (cents > 5000) return 'free';\n  return 'paid';\n}\n",
    calls: [
      ['shipping', [5000], 'value = "free"'],
      ['shipping', [4999], 'value = "paid"'],
      ['shipping', [5001], 'value = "free"'],
    ],
    line: "+  if (cents >= 5000) return 'free';",
  },
  {
    template: 'null check',
    source: "export function city(order) {\n  return order.address.city ?? 'pick-up';\n}\n",
    calls: [
      ['city', [{ address: null }], 'value = "pick-up"'],
      ['city', [{ address: { city: 'Here' } }], 'value = "Here"'],
    ],
    line: "+  return order.address?.city ?? 'pick-up';",
  },
  {
    template: 'missing await',
    source:
      'async function rate(country) {\n  return country === 1 ? 2 : 3;\n}\n\nexport async function priced(cents, country) {\n  const by = rate(country);\n  return cents * by;\n}\n',
    calls: [
      ['priced', [10, 1], 'value = 20'],
      ['priced', [10, 5], 'value = 30'],
    ],
    line: '+  const by = await rate(country);',
  },
  {
    template: 'wrong argument',
    source:
      'const share = (part, whole) => part / whole;\n\nexport function percent(paid, total) {\n  return share(total, paid) * 100;\n}\n',
    calls: [
      ['percent', [25, 100], 'value = 25'],
      ['percent', [4, 8], 'value = 50'],
    ],
    line: '+  return share(paid, total) * 100;',
  },
  {
    template: 'rounding',
    source: 'export function vat(cents) {\n  return Math.floor(cents * 0.19);\n}\n',
    calls: [
      ['vat', [99], 'value = 19'],
      ['vat', [100], 'value = 19'],
      ['vat', [2], 'value = 0'],
    ],
    line: '+  return Math.round(cents * 0.19);',
  },
  {
    template: 'lost guard',
    source:
      "export function reserve(stock, pieces) {\n  if (pieces > stock) throw new RangeError('sold out');\n  return stock - pieces;\n}\n\nexport function sell(stock, pieces) {\n  const left = stock - pieces;\n  return { left };\n}\n",
    calls: [
      ['sell', [1, 2], 'error.message = "sold out"'],
      ['sell', [3, 2], 'value.left = 1'],
    ],
    line: "+  if (pieces > stock) throw new RangeError('sold out');",
  },
  {
    template: 'changed default',
    source: 'export function label(text, { trim = false } = {}) {\n  return `<${trim ? text.trim() : text}>`;\n}\n',
    calls: [
      ['label', [' a '], 'value = "<a>"'],
      ['label', [' a ', { trim: false }], 'value = "< a >"'],
    ],
    line: '+export function label(text, { trim = true } = {}) {',
  },
];

it.each(fixtures)('mends what never worked by a small change: $template', async ({ template, source, calls, line }) => {
  const { folder, commits } = makeHistory([{ files: { 'package.json': '{ "type": "module" }\n', 'main.js': source } }]);
  const mirror = await openMirror({ source: folder, cacheFolder });
  const plan = parsePlan({
    plan: 1,
    when: calls.map(([name, args], at) => ({ call: { id: `s${at}`, module: 'main.js', export: name, args } })),
    then: calls.map(([, , gives], at) => ({ check: `s${at}.${gives}` })),
  });
  const suspects = functionsOf(source, 'main.js').filter(({ name }) => name === calls[0]?.[0]);
  const fix = await repair({
    mirror,
    simulator: plainSimulator(),
    plan,
    head: commits[0] ?? '',
    suspects,
    neighbours: [],
    limits: { candidates: 80 },
  });
  expect(fix).toMatchObject({ kind: 'template', proofs: [{ before: 'violated', after: 'holds' }] });
  expect('patch' in fix && fix.patch.split('\n')).toContain(line);
  expect('patch' in fix && fix.summary.toLowerCase()).toContain(template);
});

it('sets a value of configuration back, where a later change stands beside it on the line', async () => {
  const code =
    "import { readFileSync } from 'node:fs';\n\nexport function rate() {\n  return JSON.parse(readFileSync(new URL('./settings.json', import.meta.url), 'utf8')).rate;\n}\n";
  const settings = (rate: number, name: string) =>
    `{\n  "name": "${name}",\n  "rate": ${rate},\n  "more": "${name}"\n}\n`;
  const { folder, commits } = makeHistory([
    { files: { 'package.json': '{ "type": "module" }\n', 'main.js': code, 'settings.json': settings(19, 'a') } },
    { files: { 'settings.json': settings(20, 'a') }, subject: 'a fifth' },
    { files: { 'settings.json': settings(20, 'b') } },
  ]);
  const mirror = await openMirror({ source: folder, cacheFolder });
  const plan = parsePlan({
    plan: 1,
    when: [{ call: { id: 'r', module: 'main.js', export: 'rate', args: [] } }],
    then: [{ check: 'r.value = 19' }],
  });
  const [good = '', broken = '', head = ''] = commits;
  const hunks = await mirror.hunks(good, broken);
  const cause = {
    commit: await mirror.commit(broken),
    good,
    hunks,
    file: 'settings.json',
    line: 3,
    text: '  "rate": 20,',
    functions: [],
    simulations: 0,
  };
  const fix = await repair({ mirror, simulator: plainSimulator(), plan, head, cause, neighbours: [] });
  expect(fix).toMatchObject({ kind: 'template', refused: [{ reason: 'later changes touch the same lines' }] });
  expect('patch' in fix && fix.patch).toContain('-  "rate": 20,\n+  "rate": 19,');
});
