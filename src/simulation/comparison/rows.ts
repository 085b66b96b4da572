import type { Trace, TraceEvent } from '../trace.ts';
import type { Traces } from '../traces.ts';
import { type Aligner, createAligner } from './aligner.ts';
import type { Ending, PartedCall, Placed, Row } from './comparison.ts';
import { createReading, type Item, type Reading } from './items.ts';

/** The events of a trace from the first on, and how many there are. */
export interface Events {
  count: number;
  all(): Iterable<TraceEvent>;
}

/** The events of a trace: those in memory where that is all of them, else those of its file, read block by block. */
export function eventsOf(trace: Trace, traces?: Pick<Traces, 'open'>): Events {
  const { counts, events, hash } = trace;
  if (events.length >= counts.events || !traces) return { count: events.length, all: () => events };
  return {
    count: counts.events,
    *all() {
      using kept = traces.open(hash);
      yield* kept.events();
    },
  };
}

/**
 * Two traces side by side, row by row: aligned within each service, calls by function and arguments, so that neither an
 * added line of log nor another order between services is a difference. Reads both as streams. `onParted` hears of
 * every call that got equal inputs and gave another result.
 */
export function* alignedRows(
  base: Events,
  head: Events,
  onParted: (call: PartedCall) => void = () => undefined,
): Generator<Row> {
  const ready: Row[] = [];
  const endings = createEndings(onParted);
  const lanes = new Map<string, Aligner<Item>>();
  const laneOf = (service: string): Aligner<Item> => {
    const known =
      lanes.get(service) ??
      createAligner<Item>((aligned) => {
        const row = rowOf(aligned);
        endings.laid(row);
        ready.push(row);
      });
    lanes.set(service, known);
    return known;
  };
  const take = (side: 'base' | 'head', reading: Reading, event: TraceEvent): void => {
    const ended = reading.ending(event);
    if (ended) endings.ended(side, ended.of, ended.ending);
    const item = reading.item(event);
    if (item) laneOf(event.service)[side](item);
  };
  const readings = { base: createReading(), head: createReading() };
  for (const [side, event] of interleaved(base, head)) {
    take(side, readings[side], event);
    yield* ready.splice(0);
  }
  for (const lane of lanes.values()) lane.end();
  yield* ready;
}

/** Both streams in one, neither far ahead of the other. */
function* interleaved(base: Events, head: Events): Generator<['base' | 'head', TraceEvent]> {
  const streams = { base: base.all()[Symbol.iterator](), head: head.all()[Symbol.iterator]() };
  const taken = { base: 0, head: 0 };
  const next = { base: streams.base.next(), head: streams.head.next() };
  try {
    while (!next.base.done || !next.head.done) {
      const isBehind = taken.base * head.count <= taken.head * base.count;
      const side = next.head.done || (!next.base.done && isBehind) ? 'base' : 'head';
      if (!next[side].done) yield [side, next[side].value];
      taken[side] += 1;
      next[side] = streams[side].next();
    }
  } finally {
    streams.base.return?.();
    streams.head.return?.();
  }
}

function rowOf({ base, head, isSame }: { base?: Item; head?: Item; isSame: boolean }): Row {
  const kind = isSame ? 'same' : base && head ? 'changed' : base ? 'missing' : 'added';
  const { group = 'calls', event } = head ?? base ?? {};
  return {
    kind,
    group,
    service: event?.service ?? '',
    ...(base && { base: base.event }),
    ...(head && { head: head.event }),
  };
}

/** Brings together how the two sides of a call ended, whichever is known first. */
function createEndings(onParted: (call: PartedCall) => void) {
  type Half = { pair?: { base: Placed; head: Placed }; ending?: Ending };
  const sides = { base: new Map<number, Half | null>(), head: new Map<number, Half | null>() };
  const conclude = ({ base, head }: { base: Placed; head: Placed }): void => {
    const [was, is] = [sides.base.get(base.seq)?.ending, sides.head.get(head.seq)?.ending];
    if (!was || !is) return;
    sides.base.delete(base.seq);
    sides.head.delete(head.seq);
    if (isKnown(head) && (was.hash !== is.hash || was.kind !== is.kind))
      onParted(partedCall(base, head, { base: was, head: is }));
  };
  return {
    ended(side: 'base' | 'head', of: number, ending: Ending): void {
      const half = sides[side].get(of);
      if (half === null) sides[side].delete(of);
      else {
        sides[side].set(of, { ...half, ending });
        if (half?.pair) conclude(half.pair);
      }
    },
    laid({ kind, group, base, head }: Row): void {
      if (group !== 'calls') return;
      if (kind === 'same' && base && head) {
        const pair = { base, head };
        sides.base.set(base.seq, { ...sides.base.get(base.seq), pair });
        sides.head.set(head.seq, { ...sides.head.get(head.seq), pair });
        conclude(pair);
        return;
      }
      for (const [side, event] of [['base', base] as const, ['head', head] as const]) {
        if (!event) continue;
        if (sides[side].get(event.seq)?.ending) sides[side].delete(event.seq);
        else sides[side].set(event.seq, null);
      }
    },
  };
}

/** A function without a name that is given nothing may be any other of its file. */
function isKnown({ what, value }: Placed): boolean {
  return what !== '(anonymous)' || value?.text !== '';
}

/** A call that got equal inputs on both sides. */
export function partedCall(base: Placed, head: Placed, ends: { base?: Ending; head?: Ending }): PartedCall {
  return {
    service: head.service,
    name: head.what,
    file: head.file ?? '',
    line: head.line ?? 1,
    baseLine: base.line ?? 1,
    args: head.value?.text ?? '',
    calls: { base: base.seq, head: head.seq },
    ...ends,
  };
}
