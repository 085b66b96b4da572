import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createRecord } from '../../src/simulation/record.ts';
import type { TraceEvent } from '../../src/simulation/trace.ts';
import { fileOf } from '../../src/simulation/trace-file.ts';
import { openTraces } from '../../src/simulation/traces.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-traces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Given = Omit<TraceEvent, 'seq' | 'at'>;

/** Records events into a folder of traces and gives back the trace. */
function recorded(events: Iterable<Given>, into = folder) {
  using file = openTraces(into).begin();
  const record = createRecord(() => 0, file);
  for (const event of events) record.write(event);
  record.ran({ service: 'a', name: 'f', file: 'f.js', line: 1, endLine: 2 });
  return record.finish();
}

function* lines(count: number): Generator<Given> {
  for (let at = 1; at <= count; at += 1) yield { service: 'a', kind: 'log', what: `line ${at}` };
}

const traces = (): string[] =>
  readdirSync(path.join(folder, 'traces'), { recursive: true, encoding: 'utf8' }).filter((file) => /\./.test(file));

describe('a kept trace', () => {
  it('gives every event from any place, whatever the events are', () => {
    const event = fc.record({ service: fc.string(), kind: fc.constant('log' as const), what: fc.string() });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 3_000, size: 'max' }), fc.nat(3_000), (events, from) => {
        const { hash } = recorded(events);
        using kept = openTraces(folder).open(hash);
        const wanted = events.map((one, at) => ({ seq: at + 1, at: 0, ...one })).slice(from);
        expect([...kept.events(from + 1)]).toEqual(wanted);
      }),
      { numRuns: 20 },
    );
  });

  it('of a million events is read at its end by reading little of it', () => {
    const { hash, counts } = recorded(lines(1_000_000));
    expect(counts.events).toBe(1_000_000);
    using kept = openTraces(folder).open(hash.slice(0, 10));
    const before = process.memoryUsage.rss();
    expect([...kept.events(999_999)].map(({ what }) => what)).toEqual(['line 999999', 'line 1000000']);
    expect(process.memoryUsage.rss() - before).toBeLessThan(50 << 20);
    expect(readFileSync(fileOf(path.join(folder, 'traces'), hash)).length).toBeLessThan(20_000_000);
  }, 120_000);

  it('that comes about twice is kept once', () => {
    const first = recorded(lines(5));
    const count = traces().length;
    expect(recorded(lines(5)).hash).toBe(first.hash);
    expect(traces()).toHaveLength(count);
  });

  it('that never ended leaves nothing behind', () => {
    {
      using file = openTraces(folder).begin();
      const record = createRecord(() => 0, file);
      for (const event of lines(5_000)) record.write(event);
    }
    expect(traces().filter((file) => file.endsWith('.partial'))).toEqual([]);
  });

  it('left half-written by a process that is gone is taken away', () => {
    writeFileSync(path.join(folder, 'traces', '999999999-1.partial'), 'x');
    writeFileSync(path.join(folder, 'traces', `${process.pid}-77.partial`), 'x');
    openTraces(folder);
    expect(traces().filter((file) => file.endsWith('.partial'))).toEqual([`${process.pid}-77.partial`]);
  });

  it('that is damaged, unknown or named in a hostile way is refused in words', () => {
    const { hash } = recorded(lines(7));
    truncateSync(fileOf(path.join(folder, 'traces'), hash), 20);
    for (const name of [hash, 'f'.repeat(64), '../../../../etc/passwd', 'ab', '*'.repeat(10)])
      expect(() => openTraces(folder).open(name)).toThrow(expect.objectContaining({ code: 'TRACE_UNKNOWN' }));
  });

  it('gives way to newer ones beyond a number', () => {
    const own = path.join(folder, 'few');
    for (let at = 1; at <= 6; at += 1) recorded(lines(at), own);
    openTraces(own, 3).begin();
    expect(readdirSync(path.join(own, 'traces'), { recursive: true, encoding: 'utf8' }).filter(isTrace)).toHaveLength(
      3,
    );
  });
});

const isTrace = (file: string): boolean => file.endsWith('.trace');

describe('the counts of a trace', () => {
  it('tell what passed between services and what changed', () => {
    const { counts } = recorded([
      { service: 'plan', kind: 'request', what: 'POST http://web/' },
      { service: 'web', kind: 'request', what: 'GET http://stock/1' },
      { service: 'stock', kind: 'response', what: '200', of: 2 },
      { service: 'web', kind: 'write', what: 'insert orders' },
      { service: 'web', kind: 'publish', what: 'orders' },
      { service: 'mail', kind: 'message', what: 'orders' },
      { service: 'world', kind: 'clock', what: '2026-01-01T00:00:01.000Z' },
      { service: 'web', kind: 'read', what: 'PLAN' },
      { service: 'web', kind: 'response', what: '201', of: 1 },
    ]);
    expect(counts).toEqual({ events: 9, boundaries: 3, transitions: 4 });
  });
});
