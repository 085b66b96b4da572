import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDesk, filterFrom } from '../../../src/adapters/web/desk.ts';
import { align } from '../../../src/adapters/web/timeline/align.ts';
import { createNumbering, itemsOf } from '../../../src/adapters/web/timeline/items.ts';
import { createLanes } from '../../../src/adapters/web/timeline/lanes.ts';
import type { TraceEvent } from '../../../src/simulation/trace.ts';
import { openTraces } from '../../../src/simulation/traces.ts';
import { keptTrace, plan, runOn, type Written } from '../../support/made-run.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rehearse-timeline-'));
});
afterAll(() => rm(folder, { recursive: true }));

const value = (text: string) => ({ text, hash: text });
const call = (what: string, given: string): Written => ({
  service: 'billing',
  kind: 'call',
  what,
  value: value(given),
});
const back = (of: number, gave: string): Written => ({
  service: 'billing',
  kind: 'return',
  what: 'f',
  of,
  value: value(gave),
});
const all = filterFrom(() => undefined);

function compared(base: Written[], head: Written[]) {
  const sheet = {
    sheet: 1 as const,
    kind: 'comparison' as const,
    repository: 'r',
    plan,
    visibility: null,
    base: runOn(keptTrace(folder, base), 'holds'),
    head: runOn(keptTrace(folder, head), 'violated'),
  };
  const desk = createDesk((hash) => openTraces(folder).open(hash));
  const glance = desk.glance(sheet, all);
  return { glance, rows: desk.rows(sheet, all, { from: 0, count: glance.total }), sheet, desk };
}

it('a call and what it gave back are one row, and the two runs stand side by side', () => {
  const { rows, glance } = compared(
    [call('outer', '1'), call('part', '1900'), back(2, '919'), back(1, '919')],
    [call('outer', '1'), call('part', '1900'), call('rate', 'DE'), back(3, '61'), back(2, '915'), back(1, '915')],
  );
  expect(rows.map(({ state, depth, head }) => [state, depth, head?.what, head?.result])).toEqual([
    ['changed', 0, 'outer', '915'],
    ['changed', 1, 'part', '915'],
    ['head', 2, 'rate', '61'],
  ]);
  expect(rows[1]?.base?.result).toBe('919');
  expect(glance.guilty).toBe(1);
});

it('the first difference is the first in time: not the call around it, which came back later', () => {
  const { glance } = compared(
    [call('outer', '1'), { service: 'billing', kind: 'query', what: 'select 1', value: value('["a"]') }, back(1, 'x')],
    [call('outer', '1'), { service: 'billing', kind: 'query', what: 'select 1', value: value('["b"]') }, back(1, 'y')],
  );
  expect(glance.parting).toBe(1);
});

it('equal runs part nowhere', () => {
  const events = [call('f', '1'), back(1, '2')];
  const { glance } = compared(events, events);
  expect([glance.parting, glance.guilty, glance.differing]).toEqual([-1, -1, []]);
});

it('messages lead from lane to lane, questions to their store, changes stand in the store', () => {
  const { glance, rows } = compared(
    [],
    [
      { service: 'plan', kind: 'request', what: 'POST http://billing:4002/plan' },
      { service: 'billing', kind: 'query', what: 'insert into t' },
      { service: 'billing', kind: 'write', what: 'insert t' },
      { service: 'billing', kind: 'request', what: 'GET https://api.rates.example/v1' },
      { service: 'api.rates.example', kind: 'response', what: '200', of: 4 },
      { service: 'billing', kind: 'response', what: '201', of: 1 },
    ],
  );
  const name = (lane: number) => glance.lanes[lane]?.name;
  expect(rows.map(({ lane, to }) => [name(lane), name(to)])).toEqual([
    ['plan', 'billing'],
    ['billing', 'database'],
    ['database', undefined],
    ['billing', 'api.rates.example'],
    ['api.rates.example', 'billing'],
    ['billing', 'plan'],
  ]);
  expect(glance.lanes.map(({ kind }) => kind)).toEqual(['plan', 'service', 'store', 'api']);
});

it('a filter hides groups, lanes and equal calls, finds words on either side, and never hides where the runs part', () => {
  const { sheet, desk } = compared(
    [
      call('same', '1'),
      back(1, '1'),
      call('f', '2'),
      back(3, 'needle'),
      { service: 'orders', kind: 'log', what: 'hi' },
    ],
    [call('same', '1'), back(1, '1'), call('f', '2'), back(3, 'straw'), { service: 'orders', kind: 'log', what: 'hi' }],
  );
  const shown = (query: Record<string, string>) => {
    const filter = filterFrom((name) => query[name]);
    return desk.rows(sheet, filter, { from: 0, count: 10 }).map(({ head }) => head?.what);
  };
  expect(shown({ calls: 'differing' })).toEqual(['f', 'hi']);
  expect(shown({ groups: 'logs' })).toEqual(['f', 'hi']);
  expect(shown({ hidden: 'orders', groups: 'logs' })).toEqual(['f']);
  expect(shown({ words: 'NEEDLE' })).toEqual(['f']);
  expect(shown({ words: 'nowhere' })).toEqual([]);
});

it('pages of a list, read block by block, are the list', () => {
  const events = Array.from({ length: 3_000 }, (_, index) => call(`f${index % 7}`, String(index)));
  const { sheet, desk, glance } = compared([], events);
  const filter = filterFrom((name) => (name === 'words' ? 'f3' : undefined));
  const total = desk.glance(sheet, filter).total;
  const pages = Array.from({ length: Math.ceil(total / 50) }, (_, page) =>
    desk.rows(sheet, filter, { from: page * 50, count: 50 }),
  );
  const values = pages.flat().map(({ head }) => Number(head?.value));
  // The first row is where these runs part, and stays.
  expect(values).toEqual(events.flatMap((_, index) => (index % 7 === 3 ? [index] : [])));
  expect(glance.all).toBe(3_000);
});

it('law: every item of both runs stands in one row, in order, and equal neighbours never stand apart', () => {
  const kinds = fc.constantFrom('a', 'b', 'c', 'd');
  fc.assert(
    fc.property(fc.array(kinds, { maxLength: 60 }), fc.array(kinds, { maxLength: 60 }), (base, head) => {
      const number = createNumbering();
      const items = (names: string[]) =>
        itemsOf(
          names.map((what, index): TraceEvent => ({ seq: index + 1, at: 0, service: 's', kind: 'query', what })),
          createLanes(),
          number,
        );
      const rows = align(items(base), items(head));
      const column = (side: Int32Array) => [...side].filter((at) => at >= 0);
      expect(column(rows.base)).toEqual(base.map((_, index) => index));
      expect(column(rows.head)).toEqual(head.map((_, index) => index));
      for (const [row, state] of rows.state.entries())
        if (state < 2) expect(base[rows.base[row] ?? -1]).toBe(head[rows.head[row] ?? -1]);
      expect(rows.state.every((state) => state === 0)).toBe(base.join() === head.join());
    }),
  );
});
