import { Failure } from '../errors.ts';
import type { WorldClock } from './clock.ts';
import type { Host } from './host.ts';
import type { Enqueue } from './network.ts';

/** How a wait ended: what was waited for came, nothing can come any more, or the time was over. */
export type Waited = 'done' | 'stuck' | 'late';

/** Delivers one thing at a time, in order, and moves time only when everything is idle. */
export interface Coordinator {
  enqueue: Enqueue;
  /** Carries out everything that waits, and what a model has put off until all is quiet, without moving time. */
  settle(): Promise<void>;
  /** Goes on, time included, until something holds. */
  until(holds: () => boolean, limitMs: number): Promise<Waited>;
  /** Lets virtual time pass. */
  advance(ms: number): Promise<void>;
}

const mostDeliveries = 1_000_000;

/** The order of the world: a queue of deliveries, the clock, and the services that have timers. */
export function createCoordinator(clock: WorldClock, hosts: () => readonly Host[], halted: AbortSignal): Coordinator {
  let waiting: (() => void | Promise<void>)[] = [];
  let at = 0;
  let delivered = 0;
  const isDue = (): boolean => (clock.next() ?? Number.POSITIVE_INFINITY) <= clock.now();
  const settle = async (): Promise<void> => {
    await deliver();
    for (; isDue(); await deliver()) clock.moveTo(clock.now());
  };
  const deliver = async (): Promise<void> => {
    for (; at < waiting.length; at += 1) {
      halted.throwIfAborted();
      delivered += 1;
      if (delivered > mostDeliveries) {
        throw new Failure('SIMULATION_LIMIT', { limit: `${mostDeliveries} messages between services` });
      }
      await waiting[at]?.();
    }
    waiting = [];
    at = 0;
    halted.throwIfAborted();
  };
  const nextTime = (): number | null => {
    const times = [clock.next(), ...hosts().map((host) => host.next)].filter((time) => time !== null);
    return times.length === 0 ? null : Math.min(...times);
  };
  const moveTo = (time: number): void => {
    clock.moveTo(time);
    for (const host of hosts()) {
      if (host.next !== null && host.next <= clock.now()) {
        waiting.push(() => host.turn({ t: 'tick', now: clock.now() }));
      }
    }
  };
  return {
    enqueue: (work) => void waiting.push(work),
    settle,
    async until(holds, limitMs) {
      const limit = clock.now() + limitMs;
      while (true) {
        await settle();
        if (holds()) return 'done';
        const next = nextTime();
        if (next === null) return 'stuck';
        if (next > limit) {
          clock.moveTo(limit);
          return 'late';
        }
        moveTo(next);
      }
    },
    async advance(ms) {
      const limit = clock.now() + ms;
      await settle();
      for (let next = nextTime(); next !== null && next <= limit; next = nextTime()) {
        moveTo(next);
        await settle();
      }
      clock.moveTo(limit);
      await settle();
    },
  };
}
