import { describe, expect, it } from 'vitest';
import { parsePlan } from '../../../src/simulation/plan.ts';
import { combinations, type Knob, turnedText, withTurned } from '../../../src/simulation/whatif/knob.ts';
import { type Matrix, whatIf } from '../../../src/simulation/whatif/what-if.ts';
import { written } from '../../support/written-tree.ts';
import { rehearsal } from '../rehearsal.ts';

const { simulator } = rehearsal();

const system = (total: string) =>
  written({
    'package.json': { name: 'shop', scripts: { start: 'node main.js' } },
    'main.js': `
      const http = require('node:http');
      const rounding = process.env.ROUNDING;
      const tax = process.env.TAX_MODE === 'net' ? 0 : 19;
      const where = process.env.LOG_URL;
      http.createServer((_, response) => {
        const total = ${total};
        response.end(JSON.stringify({ total: rounding === 'down' ? Math.floor(total) : Math.ceil(total) }));
      }).listen(4000);
    `,
  });
const plan = parsePlan({
  plan: 1,
  when: [{ http: { id: 'a', to: 'shop', path: '/' } }],
  then: [{ check: '$number($match(a.body, /\\d+/).match) = 101' }],
});
const outcomes = ({ rows }: Matrix) =>
  rows.map(({ turned, cells }) => [turned.map(turnedText).join(' and '), ...cells.map(({ outcome }) => outcome)]);

describe('a what-if', () => {
  it('turns what was seen to be read to the other values that the code names, singly and in pairs', async () => {
    const matrix = await whatIf({
      plan,
      revisions: [{ revision: 'a', tree: system('tax > 0 && rounding === "down" ? 0.5 : 100.5') }],
      knobs: [],
      budget: 20,
      simulator,
    });
    expect(outcomes(matrix)).toEqual([
      ['', 'holds'],
      ['ROUNDING of shop = down', 'violated'],
      ['TAX_MODE of shop = net', 'holds'],
      ['ROUNDING of shop = down and TAX_MODE of shop = net', 'violated'],
    ]);
    expect(matrix.without).toEqual(['LOG_URL']);
    expect(matrix.rows[1]?.cells[0]).toMatchObject({ differs: 'broke', first: expect.anything() });
  });

  it('goes over named settings and several revisions, each world held against the same on its own revision', async () => {
    const matrix = await whatIf({
      plan,
      revisions: [
        { revision: 'a', tree: system('100.5') },
        { revision: 'b', tree: system('101.5') },
      ],
      knobs: [{ kind: 'setting', name: 'ROUNDING', services: [], values: ['down'] }],
      budget: 20,
      simulator,
    });
    expect(outcomes(matrix)).toEqual([
      ['', 'holds', 'violated'],
      ['ROUNDING of shop = down', 'violated', 'holds'],
    ]);
    expect(matrix.rows.map(({ cells }) => cells.map(({ differs }) => differs))).toEqual([
      ['same', 'broke'],
      ['broke', 'fixed'],
    ]);
  });

  it('stays within its budget and says how much it left out', async () => {
    const knobs: Knob[] = [{ kind: 'setting', name: 'ROUNDING', services: ['shop'], values: ['a', 'b', 'c', 'd'] }];
    const revisions: [{ revision: string; tree: ReturnType<typeof system> }] = [{ revision: 'a', tree: system('1') }];
    const matrix = await whatIf({ plan, revisions, knobs, budget: 3, simulator });
    expect([matrix.rows.length, matrix.leftOut]).toEqual([3, 2]);
  });
});

it('knobs turned in a plan leave what it says otherwise as it is', () => {
  const knobs: Knob[] = [
    { kind: 'setting', name: 'A', services: ['x', 'y'], values: ['1'] },
    { kind: 'flag', name: 'f', values: [true] },
    { kind: 'clock', values: ['2026-03-31T23:59:30Z'] },
    { kind: 'fault', values: [{ on: 'postgres', do: 'refuse' }] },
  ];
  const { chosen } = combinations(knobs, 100);
  const given = parsePlan({
    ...plan,
    world: { seed: 7, env: { x: { B: '2' } }, faults: [{ on: 'redis', do: 'reset' }] },
  });
  expect(withTurned(given, chosen.at(-1) ?? []).world).toEqual({
    seed: 7,
    env: { x: { A: '1', B: '2' }, y: { A: '1' } },
    flags: { f: true },
    clock: '2026-03-31T23:59:30Z',
    faults: [
      { on: 'redis', do: 'reset' },
      { on: 'postgres', do: 'refuse' },
    ],
  });
  expect(given.world?.env).toEqual({ x: { B: '2' } });
});

it('combinations beyond the budget are counted without going through them', () => {
  const knobs = Array.from({ length: 20 }, (_, at): Knob => {
    return { kind: 'setting', name: `A${at}`, services: ['x'], values: ['1', '2', '3'] };
  });
  const { chosen, leftOut } = combinations(knobs, 30);
  expect(chosen).toHaveLength(30);
  expect(leftOut).toBe(4 ** 20 - 1 - 30);
  expect(combinations(knobs.slice(0, 3), 1_000)).toMatchObject({ leftOut: 0, chosen: { length: 4 ** 3 - 1 } });
});
