import type { Clock } from '../model.ts';
import type { Session } from './session.ts';
import type { Reason } from './waits.ts';

/** What a turn that sleeps has done, though nobody is told before it wakes. */
export interface Slept {
  reply: Buffer;
  passed: number;
  /** One statement that changed nothing: giving it up leaves nothing behind. */
  isHarmless: boolean;
}

/** Clients whose statement takes its time. */
export interface Sleepers {
  has(session: Session): boolean;
  sleep(session: Session, slept: Slept): void;
  /** Gives up a statement before its time; false when the client does not sleep. */
  interrupt(session: Session, reason: Reason): boolean;
}

/** Starts with nobody asleep; a statement that goes on for longer than its session allows is given up by itself. */
export function keepSleepers(
  clock: Clock,
  {
    woken,
    interrupted,
  }: {
    woken(session: Session, reply: Buffer): void;
    interrupted(session: Session, slept: Slept, reason: Reason): void;
  },
): Sleepers {
  const asleep = new Map<Session, { slept: Slept; stop(): void }>();
  const sleepers: Sleepers = {
    has: (session) => asleep.has(session),
    sleep: (session, slept) => {
      const limit = session.timeouts.statement;
      const isOver = limit > 0 && limit < slept.passed;
      const stop = clock.at(clock.now() + (isOver ? limit : slept.passed), () => {
        if (isOver) sleepers.interrupt(session, 'statement timeout');
        else {
          asleep.delete(session);
          woken(session, slept.reply);
        }
      });
      asleep.set(session, { slept, stop });
    },
    interrupt: (session, reason) => {
      const found = asleep.get(session);
      if (!found) return false;
      found.stop();
      asleep.delete(session);
      interrupted(session, found.slept, reason);
      return true;
    },
  };
  return sleepers;
}
