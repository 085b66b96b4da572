import type { TraceEvent } from '../../../simulation/trace.ts';

/** A service, a store or an API. */
export interface Lane {
  name: string;
  kind: 'plan' | 'service' | 'store' | 'api';
}

/** The lanes of one or more traces, and where each event stands among them. */
export interface Lanes {
  /** Begins to place the events of one trace, in order. */
  begin(): (event: TraceEvent) => { lane: number; to: number };
  /** The lanes in the order in which they are shown, and where each of those that were given out stands in it. */
  sorted(): { lanes: Lane[]; places: number[] };
}

const order: Lane['kind'][] = ['plan', 'service', 'store', 'api'];
const stores: Partial<Record<TraceEvent['kind'], string>> = {
  query: 'database',
  command: 'redis',
  publish: 'queues',
  message: 'queues',
};
const ofServices = new Set<TraceEvent['kind']>(['call', 'return', 'throw', 'log', 'query', 'command']);

/** Lanes, as yet without any. */
export function createLanes(): Lanes {
  const lanes: Lane[] = [];
  const byName = new Map<string, number>();
  const laneOf = (name: string, kind: Lane['kind']): number => {
    const known = byName.get(name) ?? lanes.length;
    const lane = lanes[known];
    if (!lane) {
      byName.set(name, known);
      lanes.push({ name, kind });
    } else if (kind === 'service' && lane.kind === 'api') lane.kind = kind;
    return known;
  };
  return {
    begin: () => placing(laneOf),
    sorted() {
      const sorted = lanes
        .map((lane, index) => ({ lane, index }))
        .sort((a, b) => order.indexOf(a.lane.kind) - order.indexOf(b.lane.kind) || a.index - b.index);
      const places: number[] = [];
      for (const [place, { index }] of sorted.entries()) places[index] = place;
      return { lanes: sorted.map(({ lane }) => lane), places };
    },
  };
}

function placing(laneOf: (name: string, kind: Lane['kind']) => number) {
  const askers = new Map<number, string>();
  const lastAsked = new Map<string, string>();
  return (event: TraceEvent): { lane: number; to: number } => {
    const { kind, service, seq, what, of } = event;
    if (kind === 'clock') return { lane: -1, to: -1 };
    const own = () => laneOf(service, service === 'plan' ? 'plan' : ofServices.has(kind) ? 'service' : 'api');
    if (kind === 'request') {
      askers.set(seq, service);
      const host = /\bhttps?:\/\/(\[[^\]]*\]|[^/:?\s]+)/.exec(what)?.[1];
      return { lane: own(), to: host === undefined ? -1 : laneOf(host, 'api') };
    }
    if (kind === 'response') {
      const asker = of === undefined ? undefined : askers.get(of);
      return { lane: own(), to: asker === undefined ? -1 : laneOf(asker, asker === 'plan' ? 'plan' : 'api') };
    }
    const store = stores[kind];
    if (store === undefined && kind === 'write') {
      const changed = lastAsked.get(service);
      return { lane: changed === undefined ? own() : laneOf(changed, 'store'), to: -1 };
    }
    if (store === undefined) return { lane: own(), to: -1 };
    lastAsked.set(service, store);
    const lane = own();
    return kind === 'message' ? { lane: laneOf(store, 'store'), to: lane } : { lane, to: laneOf(store, 'store') };
  };
}
