import { createHash } from 'node:crypto';
import { withoutFolders } from '../world/preview.ts';
import type { FunctionRun, Trace, TraceEvent } from './trace.ts';
import { createCounting } from './trace-counts.ts';
import type { TraceFile } from './trace-file.ts';

/** The most events that stay in memory. */
const mostEvents = 100_000;

/** A trace as it grows. */
export interface Record {
  /** Writes an event down and gives its `seq`. */
  write(event: Omit<TraceEvent, 'seq' | 'at'>): number;
  ran(run: Omit<FunctionRun, 'calls'>, calls?: number): void;
  /** The first event of all that is so, whether it is still in memory or only in the file. */
  find(holds: (event: TraceEvent) => boolean): TraceEvent | undefined;
  /** Every event so far that is kept, in order. */
  all(): Generator<TraceEvent>;
  /** Whether events came that are kept nowhere. */
  readonly isFull: boolean;
  finish(): Trace;
}

/** An empty trace; `at` gives virtual milliseconds since the first step. With a file, every event is kept there. */
export function createRecord(at: () => number, file?: TraceFile): Record {
  const events: TraceEvent[] = [];
  const runs = new Map<string, FunctionRun>();
  const hash = createHash('sha256');
  const counting = createCounting();
  const record: Record = {
    get isFull() {
      return counting.counts.events > mostEvents && !file;
    },
    write(event) {
      const whole = { seq: counting.counts.events + 1, at: at(), ...event, what: withoutFolders(event.what) };
      counting.count(whole);
      const line = JSON.stringify(whole);
      hash.update(line);
      file?.append(line);
      if (events.length < mostEvents) events.push(whole);
      return whole.seq;
    },
    ran(run, calls = 1) {
      const key = `${run.service}\n${run.file}\n${run.line}\n${run.name}`;
      const known = runs.get(key);
      if (known) known.calls += calls;
      else runs.set(key, { ...run, calls });
    },
    *all() {
      yield* events;
      if (file && counting.counts.events > events.length) yield* file.events(events.length + 1);
    },
    find(holds) {
      for (const event of record.all()) if (holds(event)) return event;
      return undefined;
    },
    finish() {
      const functions = [...runs.values()];
      const whole = hash.update(JSON.stringify(functions)).digest('hex');
      const counts = { ...counting.counts };
      file?.keep({ hash: whole, counts, functions });
      return { hash: whole, counts, events, functions };
    },
  };
  return record;
}
