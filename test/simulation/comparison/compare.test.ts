import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { compare } from '../../../src/simulation/comparison/compare.ts';
import type { Row } from '../../../src/simulation/comparison/comparison.ts';
import { alignedRows, eventsOf } from '../../../src/simulation/comparison/rows.ts';
import { parsePlan } from '../../../src/simulation/plan.ts';
import { createRecord } from '../../../src/simulation/record.ts';
import type { Simulation } from '../../../src/simulation/simulation.ts';
import type { Trace, TraceEvent } from '../../../src/simulation/trace.ts';
import { openTraces } from '../../../src/simulation/traces.ts';
import { written } from '../../support/written-tree.ts';
import { rehearsal } from '../rehearsal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { simulate } = rehearsal();

const module = (edit: (source: string) => string = (source) => source) =>
  written({
    'price.js': edit(
      [
        'const rate = () => 20;',
        'const vat = (cents) => Math.round((cents * rate()) / 100);',
        'const sum = (cents, pieces) => cents * pieces;',
        'exports.total = (cents, pieces) => {',
        '  const net = sum(cents, pieces);',
        '  return net + vat(net);',
        '};',
        '',
      ].join('\n'),
    ),
  });

const plan = {
  when: [{ call: { id: 'p', module: 'price.js', export: 'total', args: [100, 3] } }],
  then: [{ check: 'p.value = 360' }],
};

describe('base and head side by side', () => {
  it('part at the innermost function that got equal inputs and gave another result', async () => {
    const base = await simulate(module(), plan);
    const head = await simulate(
      module((source) => source.replace('cents * pieces', 'cents * pieces + 1')),
      plan,
    );
    const found = compare(base, head);
    expect(found.outcome).toBe('broke');
    expect(found.first).toMatchObject({
      kind: 'call',
      call: { name: 'sum', file: 'price.js', line: 3, args: '100, 3', base: { text: '300' }, head: { text: '301' } },
    });
    expect(found.calls.map(({ name }) => name)).toEqual(['sum', 'total']);
    expect(found.expectations).toMatchObject([{ isSame: false, base: { met: true }, head: { met: false } }]);
    expect(found.results).toMatchObject([{ id: 'p', isSame: false, base: { value: 360 }, head: { value: 361 } }]);
  });

  it('part where one throws and the other returns', async () => {
    const head = await simulate(
      module((source) => source.replace('() => 20', '() => { throw new RangeError("no rate"); }')),
      plan,
    );
    expect(compare(await simulate(module(), plan), head).first).toMatchObject({
      call: {
        name: 'rate',
        base: { kind: 'return', text: '20' },
        head: { kind: 'throw', text: 'RangeError("no rate")' },
      },
    });
  });

  it('are the same when lines of log, calls and whole functions were only added or moved', async () => {
    const more = (source: string) =>
      `// moved\nconst twice = (x) => x * 2;\n${source.replace('  const net', '  console.log("asked", twice(4));\n  const net')}`;
    const found = compare(await simulate(module(), plan), await simulate(module(more), plan));
    expect(found).toMatchObject({ outcome: 'same', first: null, calls: [] });
    expect(found.counts.logs.added).toBe(1);
    expect(found.counts.calls).toEqual({ same: 4, changed: 0, missing: 0, added: 1 });
  });

  it('drift where the verdict is the same and what the checks saw is not', async () => {
    const loose = { ...plan, then: [{ check: 'p.value > 0' }] };
    const other = module((source) => source.replace('20', '19'));
    expect(compare(await simulate(module(), loose), await simulate(other, loose))).toMatchObject({
      outcome: 'drifted',
      first: { call: { name: 'rate' } },
    });
  });

  it('name a function that did something else inside while it gave the same', () => {
    const side = (text: string): Given[] => [
      call('a', 'save', '1'),
      { service: 'a', kind: 'query', what: 'insert into t values ($1)', value: { text, hash: text } },
      ending(1, 'undefined'),
    ];
    const found = compare(simulation(side('[1]')), simulation(side('[2]')));
    expect(found.first).toMatchObject({ kind: 'effect', row: { kind: 'changed', base: { seq: 2 }, head: { seq: 2 } } });
    expect(found.calls).toMatchObject([{ name: 'save', did: { kind: 'changed' } }]);
  });
});

describe('two traces', () => {
  it('laid side by side keep every event of both, in order, within each service', () => {
    const event = fc.record({
      service: fc.constantFrom('a', 'b'),
      kind: fc.constantFrom('write' as const, 'log' as const, 'error' as const),
      what: fc.constantFrom('x', 'y', 'z', 'x 1', 'x 2'),
    });
    const list = fc.array(event, { maxLength: 60 });
    fc.assert(
      fc.property(list, list, (one, two) => {
        const [base, head] = [recorded(one), recorded(two)];
        const rows = [...alignedRows(eventsOf(base), eventsOf(head))];
        for (const service of ['a', 'b']) {
          const of = (side: 'base' | 'head') =>
            rows.flatMap((row) => (row.service === service && row[side] ? [row[side]?.seq] : []));
          const all = (trace: Trace) => trace.events.filter((each) => each.service === service).map(({ seq }) => seq);
          expect([of('base'), of('head')]).toEqual([all(base), all(head)]);
        }
        expect(rows.every(isHonest)).toBe(true);
      }),
    );
  });

  it('that are equal have nothing but equal rows, and one added event adds one row', () => {
    const list = fc.array(fc.constantFrom('x', 'y', 'z'), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(list, fc.nat(50), (words, at) => {
        const events = words.map((what): Given => ({ service: 'a', kind: 'write', what }));
        const more = events.toSpliced(at, 0, { service: 'a', kind: 'log', what: 'looked' });
        const same = alignedRows(eventsOf(recorded(events)), eventsOf(recorded(events)));
        expect([...same].every(({ kind }) => kind === 'same')).toBe(true);
        const kinds = [...alignedRows(eventsOf(recorded(events)), eventsOf(recorded(more)))].map(({ kind }) => kind);
        expect(kinds.filter((kind) => kind !== 'same')).toEqual(['added']);
      }),
    );
  });

  it('of hundreds of thousands of events are read as streams, and one event that is missing is found', () => {
    const many = function* (without: number): Generator<Given> {
      for (let at = 0; at < 300_000; at += 1)
        if (at !== without) yield { service: `s${at % 3}`, kind: 'write', what: `row ${at}` };
    };
    const traces = openTraces(folder);
    const [base, head] = [recorded(many(-1), traces), recorded(many(250_000), traces)];
    expect(base.events.length).toBeLessThan(300_000);
    const found = compare(simulation([], base), simulation([], head), traces);
    expect(found.counts.writes).toEqual({ same: 299_999, changed: 0, missing: 1, added: 0 });
    expect(found.differences).toMatchObject([{ kind: 'missing', base: { what: 'row 250000' } }]);
    const small = recorded([{ service: 's0', kind: 'write', what: 'row 0' }]);
    expect(compare(simulation([], small), simulation([], base), traces).counts.writes.added).toBe(299_999);
  }, 120_000);
});

type Given = Omit<TraceEvent, 'seq' | 'at'>;

function call(service: string, what: string, text: string): Given {
  return { service, kind: 'call', what, file: 'f.js', line: 1, value: { text, hash: text } };
}

function ending(of: number, text: string): Given {
  return { service: 'a', kind: 'return', what: 'save', of, value: { text, hash: text } };
}

function recorded(events: Iterable<Given>, traces?: ReturnType<typeof openTraces>): Trace {
  using file = traces?.begin();
  const record = createRecord(() => 0, file);
  for (const event of events) record.write(event);
  return record.finish();
}

function simulation(events: Given[], trace = recorded(events)): Simulation {
  const verdict = { outcome: 'holds', reason: '', tier: 'executed', expectations: [] } as const;
  const asked = parsePlan({ plan: 1, when: [{ advance: 'PT1S' }], then: [{ check: 'true' }] });
  return { plan: asked, tree: 't', verdict: { ...verdict, expectations: [] }, results: {}, trace };
}

function isHonest({ kind, base, head }: Row): boolean {
  if (kind === 'same') return base?.what === head?.what && base?.kind === head?.kind;
  if (kind === 'changed') return base !== undefined && head !== undefined && base.what !== head.what;
  return kind === 'missing' ? !head : !base;
}
