import type { TraceEvent } from '../../../simulation/trace.ts';
import { groupOf } from './groups.ts';
import type { Lanes } from './lanes.ts';

/** A trace as columns of numbers: a call and what it gave back are one item, everything else is one item each. */
export interface Items {
  length: number;
  seq: number[];
  at: number[];
  /** What kind of thing it is, to whom and of whom: equal in two traces means that the two can stand side by side. */
  key: number[];
  /** The value that went in. */
  value: number[];
  /** The `seq` at which a call came back, 0 when it did not, and what it gave. */
  end: number[];
  result: number[];
  lane: number[];
  /** The lane that a message or a question goes to; -1 when it stays. */
  to: number[];
  depth: number[];
  /** Bits of the groups it belongs to. */
  groups: number[];
  /** Events of the trace that are left out, because there are too many. */
  left: number;
}

/** Gives equal texts equal numbers; shared by the traces that are compared. */
export type Numbering = (text: string) => number;

/** The most items of one trace that a page looks at. */
const mostItems = 300_000;

/** A numbering of its own. */
export function createNumbering(): Numbering {
  const known = new Map<string, number>();
  return (text) => {
    const number = known.get(text) ?? known.size;
    if (number === known.size) known.set(text, number);
    return number;
  };
}

/** Reads the events of a trace into items. */
export function itemsOf(events: Iterable<TraceEvent>, lanes: Lanes, number: Numbering): Items {
  const items = empty();
  const place = lanes.begin();
  const open = new Map<number, number>();
  const depths = new Map<string, number>();
  for (const event of events) {
    const { seq, kind, service, of } = event;
    const call = of !== undefined && (kind === 'return' || kind === 'throw') ? open.get(of) : undefined;
    if (call !== undefined) {
      items.end[call] = seq;
      items.result[call] = number(`${kind} ${contentOf(event)}`);
      if (kind === 'throw') items.groups[call] = (items.groups[call] ?? 0) | groupOf('throw');
      depths.set(service, Math.max(0, (depths.get(service) ?? 1) - 1));
      open.delete(of ?? 0);
      continue;
    }
    if (items.length === mostItems) {
      items.left += 1;
      continue;
    }
    const depth = depths.get(service) ?? 0;
    if (kind === 'call') {
      open.set(seq, items.length);
      depths.set(service, depth + 1);
    }
    const { lane, to } = place(event);
    push(items, { event, lane, to, depth, number });
  }
  return items;
}

function push(
  items: Items,
  { event, lane, to, depth, number }: { event: TraceEvent; lane: number; to: number; depth: number; number: Numbering },
): void {
  const { seq, at, kind, service, what } = event;
  // A log line says when and with which numbers it was written: lines are held against each other, not looked up.
  const isLog = kind === 'log';
  items.length += 1;
  items.seq.push(seq);
  items.at.push(at);
  items.key.push(number(isLog ? `${service} ${kind}` : `${service} ${kind} ${what}`));
  items.value.push(number(isLog ? what : contentOf(event)));
  items.end.push(0);
  items.result.push(-1);
  items.lane.push(lane);
  items.to.push(to);
  items.depth.push(depth);
  items.groups.push(groupOf(kind));
}

function contentOf({ value }: TraceEvent): string {
  return value ? value.hash || value.text : '';
}

function empty(): Items {
  return {
    length: 0,
    seq: [],
    at: [],
    key: [],
    value: [],
    end: [],
    result: [],
    lane: [],
    to: [],
    depth: [],
    groups: [],
    left: 0,
  };
}
