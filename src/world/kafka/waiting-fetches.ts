import type { Clock } from '../model.ts';

/** A request for messages that can be answered later. */
export interface Pending {
  /** The connection that it came by. */
  connection: number;
  /** Answers where there is enough to answer with, or where the time is over; says whether it did. */
  attempt(isLate: boolean): boolean;
}

/** Requests that wait for messages, in the order in which they came. */
export interface WaitingFetches {
  wait(pending: Pending, ms: number): void;
  /** Something has changed: answers what can be answered. */
  serve(): void;
  /** Nobody is there any more to be answered. */
  leave(connection: number): void;
  close(): void;
}

/** Nobody waits yet. */
export function openWaitingFetches(clock: Clock): WaitingFetches {
  const waiting = new Map<Pending, () => void>();
  const leave = (connection: number | undefined): void => {
    for (const [pending, stop] of waiting) {
      if (connection !== undefined && pending.connection !== connection) continue;
      stop();
      waiting.delete(pending);
    }
  };
  return {
    wait(pending, ms) {
      const stop = clock.at(clock.now() + ms, () => {
        waiting.delete(pending);
        pending.attempt(true);
      });
      waiting.set(pending, stop);
    },
    serve() {
      for (const [pending, stop] of [...waiting]) {
        if (!waiting.has(pending) || !pending.attempt(false)) continue;
        stop();
        waiting.delete(pending);
      }
    },
    leave,
    close: () => leave(undefined),
  };
}
