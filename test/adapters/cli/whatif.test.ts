import { describe, expect, it } from 'vitest';
import { knobsOf } from '../../../src/adapters/cli/whatif.ts';
import { matrixLines } from '../../../src/simulation/whatif/told.ts';
import type { Cell, Matrix } from '../../../src/simulation/whatif/what-if.ts';

const none = { repo: '.', plan: 'p.json' };

describe('the options of a what-if', () => {
  it('name settings of one service or of all, flags, clocks and faults; several of one are alternatives', () => {
    expect(
      knobsOf({
        ...none,
        set: ['A=1', 'A=2', 'billing.B=x=y'],
        flag: ['new=on', 'depth=3', 'kind=slow'],
        clock: ['2026-03-31T23:59:30Z'],
        fault: ['http://fx/rates?a=b=timeout'],
      }),
    ).toEqual([
      { kind: 'setting', name: 'A', services: [], values: ['1', '2'] },
      { kind: 'setting', name: 'B', services: ['billing'], values: ['x=y'] },
      { kind: 'flag', name: 'new', values: [true] },
      { kind: 'flag', name: 'depth', values: [3] },
      { kind: 'flag', name: 'kind', values: ['slow'] },
      { kind: 'clock', values: ['2026-03-31T23:59:30Z'] },
      { kind: 'fault', values: [{ on: 'http://fx/rates?a=b', do: 'timeout' }] },
    ]);
  });

  it.each([
    [{ set: ['A'] }, 'ARGUMENTS_INVALID'],
    [{ flag: ['new'] }, 'ARGUMENTS_INVALID'],
    [{ fault: ['timeout'] }, 'ARGUMENTS_INVALID'],
    [{ fault: ['fx=explode'] }, 'PLAN_INVALID'],
    [{ clock: ['tomorrow'] }, 'PLAN_INVALID'],
  ])('refuse %j in words', (options, code) => {
    expect(() => knobsOf({ ...none, ...options })).toThrow(expect.objectContaining({ code }));
  });
});

it('the matrix leaves out combinations of which nothing is learned, and says so', () => {
  const cell = (outcome: Cell['outcome']): Cell => ({
    revision: 'abcdef0',
    outcome,
    reason: outcome,
    trace: 'f'.repeat(64),
    differs: outcome === 'holds' ? 'same' : 'broke',
    first: null,
  });
  const [a, b, c] = ['A', 'B', 'C'].map((name) => ({ kind: 'flag', name, values: [true] }) as const);
  const matrix = {
    knobs: [a, b, c],
    without: [],
    leftOut: 0,
    rows: [
      { turned: [], cells: [cell('holds')] },
      ...[a, b, c].map((knob) => ({
        turned: [{ knob, value: true }],
        cells: [cell(knob === c ? 'violated' : 'holds')],
      })),
      { turned: [a, c].map((knob) => ({ knob, value: true })), cells: [cell('violated')] },
      { turned: [a, b].map((knob) => ({ knob, value: true })), cells: [cell('violated')] },
    ],
  } as unknown as Matrix;
  const text = matrixLines(matrix).join('\n');
  expect(text).toContain('flag A = true and flag B = true  violated');
  expect(text).not.toContain('flag A = true and flag C');
  expect(text).toContain('1 combinations give what their parts give.');
});
