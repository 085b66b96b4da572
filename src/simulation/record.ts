import { createHash } from 'node:crypto';
import type { FunctionRun, Trace, TraceEvent } from './trace.ts';

const mostEvents = 100_000;

/** A trace as it grows. */
export interface Record {
  /** Writes an event down and gives its `seq`. */
  write(event: Omit<TraceEvent, 'seq' | 'at'>): number;
  ran(run: Omit<FunctionRun, 'calls'>, calls?: number): void;
  events: readonly TraceEvent[];
  /** Whether events came that were no longer kept. */
  readonly isFull: boolean;
  finish(): Trace;
}

/** An empty trace; `at` gives virtual milliseconds since the first step. */
export function createRecord(at: () => number): Record {
  const events: TraceEvent[] = [];
  const runs = new Map<string, FunctionRun>();
  const hash = createHash('sha256');
  let seq = 0;
  return {
    events,
    get isFull() {
      return seq > mostEvents;
    },
    write(event) {
      seq += 1;
      const whole = { seq, at: at(), ...event };
      hash.update(JSON.stringify(whole));
      if (events.length < mostEvents) events.push(whole);
      return seq;
    },
    ran(run, calls = 1) {
      const key = `${run.service}\n${run.file}\n${run.line}\n${run.name}`;
      const known = runs.get(key);
      if (known) known.calls += calls;
      else runs.set(key, { ...run, calls });
    },
    finish() {
      const functions = [...runs.values()];
      return { hash: hash.update(JSON.stringify(functions)).digest('hex'), events, functions };
    },
  };
}
