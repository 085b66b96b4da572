import type { TraceEvent } from '../../src/simulation/trace.ts';
import type { Surroundings } from '../../src/world/model.ts';

/** Surroundings in which nothing happens by itself: time is moved by the test, chance is a fixed row. */
export interface StillWorld extends Surroundings {
  events: Omit<TraceEvent, 'seq' | 'at'>[];
  /** Lets virtual time pass, calling back what falls due on the way. */
  pass(milliseconds: number): void;
}

/** Makes such surroundings. */
export function stillWorld(start = Date.UTC(2026, 2, 31)): StillWorld {
  let now = start;
  let state = 7;
  const timers = new Set<{ time: number; due: () => void }>();
  const events: StillWorld['events'] = [];
  return {
    events,
    record: (event) => events.push(event),
    chance: {
      next: () => {
        state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
        return state / 2 ** 31;
      },
    },
    clock: {
      now: () => now,
      at: (time, due) => {
        const timer = { time, due };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    pass: (milliseconds) => {
      const end = now + milliseconds;
      for (;;) {
        const [next] = [...timers].filter((timer) => timer.time <= end).sort((a, b) => a.time - b.time);
        if (!next) break;
        timers.delete(next);
        now = Math.max(now, next.time);
        next.due();
      }
      now = end;
    },
  };
}
