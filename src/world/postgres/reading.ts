import type { Session } from './session.ts';

/** What a turn did within a transaction, as far as it matters for stepping aside. */
export interface Deeds {
  /** `T` within a transaction; empty when the client has not yet asked for an end of its messages. */
  status: string;
  /** Nothing but `begin` and reading. */
  onlyReads: boolean;
  /** The statement that opened a transaction. */
  began: string | undefined;
}

interface Opened {
  begin: string;
  at: number;
  isSynced: boolean;
  isAside: boolean;
}

/**
 * Transactions that have only read so far. At `read committed` each statement sees what is committed by then, so such
 * a transaction may end and be opened again, with its own time, without anybody seeing a difference: others need not
 * wait for it.
 */
export interface Readers {
  did(session: Session, deeds: Deeds, now: number): void;
  /** Whether its transaction may step aside now, if Postgres agrees. */
  mayStepAside(session: Session): boolean;
  steppedAside(session: Session): void;
  /** How to open its transaction again, and at what time it began; nothing when it has not stepped aside. */
  reopening(session: Session): { begin: string; at: number } | undefined;
  forget(session: Session): void;
}

/** Whether the open transaction has written and locked nothing, and sees what others commit. */
export const whetherReading = `select pg_current_xact_id_if_assigned() is null and current_setting('transaction_isolation') = 'read committed' as light`;

/** Starts with no transaction open. */
export function keepReaders(): Readers {
  const open = new Map<Session, Opened>();
  return {
    did: (session, { status, onlyReads, began }, now) => {
      if (status === 'I' || status === 'E' || !onlyReads) open.delete(session);
      else if (began !== undefined) open.set(session, { begin: began, at: now, isSynced: true, isAside: false });
      const known = open.get(session);
      if (known) known.isSynced = status === 'T';
    },
    mayStepAside: (session) => open.get(session)?.isSynced === true,
    steppedAside: (session) => {
      const known = open.get(session);
      if (known) known.isAside = true;
    },
    reopening: (session) => {
      const known = open.get(session);
      if (!known?.isAside) return undefined;
      known.isAside = false;
      return known;
    },
    forget: (session) => void open.delete(session),
  };
}
