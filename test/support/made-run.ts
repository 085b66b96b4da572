import type { WebServices } from '../../src/adapters/web/services.ts';
import { startWeb, type Web } from '../../src/adapters/web/web.ts';
import { createLog } from '../../src/log.ts';
import type { Sheet, SheetRun } from '../../src/scenarios/sheet.ts';
import { openSheets } from '../../src/scenarios/sheets.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { createRecord } from '../../src/simulation/record.ts';
import type { Trace, TraceEvent } from '../../src/simulation/trace.ts';
import { openTraces } from '../../src/simulation/traces.ts';

/** An event as a test writes it down; `at` is virtual milliseconds. */
export type Written = Omit<TraceEvent, 'seq' | 'at'> & { at?: number };

/** Keeps a trace of some events in a cache folder. */
export function keptTrace(folder: string, events: Iterable<Written>): Trace {
  let now = 0;
  using file = openTraces(folder).begin();
  const record = createRecord(() => now, file);
  for (const { at = now, ...event } of events) {
    now = at;
    record.write(event);
  }
  return record.finish();
}

/** A small plan. */
export const plan = parsePlan({
  plan: 1,
  when: [{ http: { id: 'change', to: 'billing', method: 'POST', path: '/plan' } }],
  then: [{ check: 'change.body.total = 1728' }],
});

/** A run of that plan on a trace, violated or not. */
export function runOn(trace: Trace, outcome: 'holds' | 'violated', revision = 'c0ffee0'.padEnd(40, '1')): SheetRun {
  const seen = outcome === 'violated' ? { seen: 'change.body.total is 1731' } : {};
  const expectations = [{ index: 0, text: 'change.body.total = 1728', met: outcome === 'holds', ...seen }];
  const verdict = { outcome, reason: 'change.body.total is 1731', tier: 'executed' as const, expectations };
  const results = { change: { status: 200, body: { total: outcome === 'holds' ? 1728 : 1731 } } };
  return { revision, verdict, results, trace: { hash: trace.hash, counts: trace.counts } };
}

/** Pages served from a cache folder, on a clock that a test may move. */
export async function servedPages(
  folder: string,
  memory?: WebServices['memory'],
): Promise<Web & { link(sheet: Sheet, from?: string): string }> {
  const sheets = openSheets(folder);
  const traces = openTraces(folder);
  const options = { host: '127.0.0.1', port: 0, key: Buffer.alloc(32, 7), linkLifeMs: 60_000 };
  const services = {
    sheet: sheets.find,
    sheetsOf: sheets.ofTrace,
    openTrace: traces.open,
    ...(memory ? { memory } : {}),
  };
  const web = await startWeb(options, services, createLog('silent'));
  return { ...web, link: (sheet, from = 'terminal') => web.link(sheet, sheets.keep(sheet), from) };
}
