import type { Clock } from './model.ts';

/** The world's time; only the coordinator moves it. */
export interface WorldClock extends Clock {
  /** When the earliest thing is due; null when nothing waits. */
  next(): number | null;
  /** Moves to a time and does what is due by then, earliest first. */
  moveTo(time: number): void;
}

/** Time that starts at a moment and stands until it is moved; each jump is told. */
export function createClock(start: number, jumped: (to: number) => void = () => undefined): WorldClock {
  let now = start;
  let waiting: { time: number; due: () => void }[] = [];
  const earliest = () =>
    waiting.reduce<number | null>((next, { time }) => (next === null || time < next ? time : next), null);
  return {
    now: () => now,
    next: earliest,
    at(time, due) {
      const entry = { time: Math.max(time, now), due };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((one) => one !== entry);
      };
    },
    moveTo(time) {
      if (time > now) {
        now = time;
        jumped(now);
      }
      for (let next = earliest(); next !== null && next <= now; next = earliest()) {
        const entry = waiting.find((one) => one.time === next);
        waiting = waiting.filter((one) => one !== entry);
        entry?.due();
      }
    },
  };
}
