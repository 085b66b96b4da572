import type { TraceEvent } from '../../../simulation/trace.ts';
import type { KeptTrace } from '../../../simulation/trace-file.ts';
import { states } from './align.ts';
import type { Items } from './items.ts';
import { itemOf, type Timeline } from './timeline.ts';

/** One side of a row as the page shows it. */
export interface ShownEvent {
  seq: number;
  kind: TraceEvent['kind'];
  service: string;
  what: string;
  value?: string;
  /** What a call gave back, or threw. */
  result?: string;
  threw?: boolean;
  file?: string;
  line?: number;
}

/** A row as the page shows it. */
export interface ShownRow {
  /** Its place among all rows, whatever is filtered. */
  row: number;
  at: number;
  state: (typeof states)[number];
  lane: number;
  to: number;
  depth: number;
  base?: ShownEvent;
  head?: ShownEvent;
}

/** The traces that rows are read from. */
export interface Sources {
  head: KeptTrace;
  base?: KeptTrace;
}

/** Farther than this it is cheaper to look for an event anew than to read on. */
const readOn = 1_024;

/** Some rows with what happened in them, read from the files of the traces. */
export function shownRows(timeline: Timeline, sources: Sources, rows: Iterable<number>): ShownRow[] {
  const all = [...rows];
  const side = (items: Items | undefined, column: Int32Array, trace: KeptTrace | undefined) =>
    items && trace ? eventsOf(trace, items, all, column) : new Map<number, ShownEvent>();
  const head = side(timeline.head, timeline.rows.head, sources.head);
  const base = side(timeline.base, timeline.rows.base, sources.base);
  return all.map((row) => {
    const { items, at } = itemOf(timeline, row);
    return {
      row,
      at: items.at[at] ?? 0,
      state: states[timeline.rows.state[row] ?? 0] ?? 'same',
      lane: items.lane[at] ?? -1,
      to: items.to[at] ?? -1,
      depth: items.depth[at] ?? 0,
      ...(base.has(row) ? { base: base.get(row) } : {}),
      ...(head.has(row) ? { head: head.get(row) } : {}),
    };
  });
}

/** Which rows have a text in them, on either side. */
export function rowsWith(timeline: Timeline, sources: Sources, words: string): (row: number) => boolean {
  const wanted = words.toLowerCase();
  const side = (items: Items | undefined, trace: KeptTrace | undefined) => {
    const found = new Set<number>();
    if (items && trace) for (const event of trace.events()) if (speaksOf(event, wanted)) found.add(event.seq);
    return found;
  };
  const atHead = side(timeline.head, sources.head);
  const atBase = side(timeline.base, sources.base);
  const has = (found: Set<number>, items: Items | undefined, at: number) =>
    at >= 0 && items !== undefined && (found.has(items.seq[at] ?? 0) || found.has(items.end[at] ?? 0));
  return (row) =>
    has(atHead, timeline.head, timeline.rows.head[row] ?? -1) ||
    has(atBase, timeline.base, timeline.rows.base[row] ?? -1);
}

function speaksOf({ service, kind, what, file, line, value }: TraceEvent, wanted: string): boolean {
  return `${service} ${kind} ${what} ${file ?? ''}:${line ?? ''} ${value?.text ?? ''}`.toLowerCase().includes(wanted);
}

function eventsOf(trace: KeptTrace, items: Items, rows: number[], column: Int32Array): Map<number, ShownEvent> {
  const places = rows.map((row) => ({ row, at: column[row] ?? -1 })).filter(({ at }) => at >= 0);
  const seqs = places.flatMap(({ at }) => [items.seq[at] ?? 0, items.end[at] ?? 0]).filter((seq) => seq > 0);
  const events = pick(trace, seqs);
  const shown = new Map<number, ShownEvent>();
  for (const { row, at } of places) {
    const event = events.get(items.seq[at] ?? 0);
    if (event) shown.set(row, shownEvent(event, events.get(items.end[at] ?? 0)));
  }
  return shown;
}

/** The events of some numbers; blocks of the file are read once, and only where something in them is wanted. */
function pick(trace: KeptTrace, seqs: number[]): Map<number, TraceEvent> {
  const found = new Map<number, TraceEvent>();
  let reading: Generator<TraceEvent> | undefined;
  let next = 0;
  for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
    if (!reading || seq < next || seq - next > readOn) {
      reading = trace.events(seq);
      next = seq;
    }
    for (let step = reading.next(); !step.done; step = reading.next()) {
      next = step.value.seq + 1;
      if (step.value.seq < seq) continue;
      found.set(seq, step.value);
      break;
    }
  }
  return found;
}

function shownEvent(event: TraceEvent, end: TraceEvent | undefined): ShownEvent {
  const { seq, kind, service, what, file, line, value } = event;
  return {
    seq,
    kind,
    service,
    what,
    ...(value ? { value: value.text } : {}),
    ...(end ? { result: end.value?.text ?? '', ...(end.kind === 'throw' ? { threw: true } : {}) } : {}),
    ...(file === undefined ? {} : { file, line }),
  };
}
