import type { TraceEvent } from '../trace.ts';
import type { Keyed } from './aligner.ts';
import type { Ending, Group, Placed } from './comparison.ts';

/** An event of one side, ready to be laid beside those of the other. */
export interface Item extends Keyed {
  event: Placed;
  group: Group;
}

const groupOf: Partial<Record<TraceEvent['kind'], Group>> = {
  request: 'messages',
  response: 'messages',
  publish: 'messages',
  message: 'messages',
  query: 'writes',
  command: 'writes',
  write: 'writes',
  error: 'errors',
  fault: 'errors',
  call: 'calls',
  read: 'reads',
  log: 'logs',
};

/** Kinds whose content is their text, so that digits in it make no other thing of it. */
const worded = new Set<TraceEvent['kind']>(['log', 'error', 'request', 'publish', 'message', 'write', 'command']);

/** One side of a comparison: which calls are open, and what an event stands for. */
export interface Reading {
  /** What is laid side by side of an event; undefined for what ends a call and for the clock. */
  item(event: TraceEvent): Item | undefined;
  /** How the call ended that an event ends. */
  ending(event: TraceEvent): { of: number; ending: Ending } | undefined;
}

/** Reads the events of one side in order. */
export function createReading(): Reading {
  const open = new Map<string, number[]>();
  return {
    ending({ kind, of, seq, value }) {
      if ((kind !== 'return' && kind !== 'throw') || of === undefined) return undefined;
      return { of, ending: { seq, kind, text: value?.text ?? '', hash: value?.hash ?? '' } };
    },
    item(event) {
      const calls = open.get(event.service) ?? [];
      open.set(event.service, calls);
      if (event.kind === 'return' || event.kind === 'throw') {
        const at = calls.lastIndexOf(event.of ?? 0);
        if (at >= 0) calls.splice(at, 1);
        return undefined;
      }
      const within = calls.at(-1);
      if (event.kind === 'call') calls.push(event.seq);
      const group = groupOf[event.kind];
      if (!group) return undefined;
      return { ...keysOf(event), event: within === undefined ? event : { ...event, within }, group };
    },
  };
}

/** Where a line of code stands and how long a call took are no part of what it does. */
function keysOf({ kind, what, file, value }: TraceEvent): Keyed {
  if (kind === 'response') return { key: `${kind}\n${what}\n${value?.hash}`, shape: kind };
  const subject = worded.has(kind) ? what.replace(/\?\S*|\d+/g, '#').slice(0, 300) : what;
  const place = kind === 'call' ? (file ?? '') : '';
  return { key: `${kind}\n${place}\n${what}\n${value?.hash}`, shape: `${kind}\n${place}\n${subject}` };
}
