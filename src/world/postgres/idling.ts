import type { Clock } from '../model.ts';
import type { Session } from './session.ts';
import { errorMessage } from './wire.ts';

/** Ends sessions that are idle, or in a transaction, for longer than they allow. */
export interface Idling {
  /** The session is idle from now on: within a transaction, or not. */
  rests(session: Session, isInTransaction: boolean): void;
  /** It does something again. */
  acts(session: Session): void;
  forget(session: Session): void;
}

/** Starts with nobody resting; `ended` is called when a session has been told that it is over. */
export function keepIdling(clock: Clock, ended: (session: Session) => void): Idling {
  const resting = new Map<Session, () => void>();
  const transactions = new Map<Session, () => void>();
  const after = (session: Session, ms: number, [code, words]: [string, string]) =>
    clock.at(clock.now() + ms, () => {
      if (session.gone) return;
      session.peer.send(errorMessage('FATAL', code, `terminating ${words}`));
      session.peer.end();
      session.gone = true;
      ended(session);
    });
  const stop = (which: Map<Session, () => void>, session: Session) => {
    which.get(session)?.();
    which.delete(session);
  };
  return {
    rests: (session, isInTransaction) => {
      const { idle, idleInTransaction, transaction } = session.timeouts;
      stop(resting, session);
      if (!isInTransaction) stop(transactions, session);
      if (isInTransaction && idleInTransaction > 0)
        resting.set(
          session,
          after(session, idleInTransaction, ['25P03', 'connection due to idle-in-transaction timeout']),
        );
      if (!isInTransaction && idle > 0)
        resting.set(session, after(session, idle, ['57P05', 'connection due to idle-session timeout']));
      if (isInTransaction && transaction > 0 && !transactions.has(session))
        transactions.set(session, after(session, transaction, ['25P04', 'connection due to transaction timeout']));
    },
    acts: (session) => stop(resting, session),
    forget: (session) => {
      stop(resting, session);
      stop(transactions, session);
    },
  };
}
