import type { Surroundings } from '../model.ts';
import { quoted } from './literal.ts';
import type { Locks } from './locks.ts';
import { askMakers, askPrivateNames, type PrivateNames } from './private-names.ts';
import { rowsOf } from './rows.ts';
import type { Session } from './session.ts';
import { sawUnmodelled } from './witness.ts';

/** What clients leave behind in the backend that they share. */
export interface Leftovers {
  /** Learns what a client made, before another one comes; says whether the backend was asked. */
  look(before: Session | undefined): Promise<boolean>;
  /** One client threw away what all have: what can be is made again; says whether it held advisory locks. */
  discard(by: Session, isAll: boolean): Promise<boolean>;
  /** A client goes, and what is its own with it; where others have some too, it stays, and stays its own. */
  leave(session: Session, isInForce: boolean): Promise<void>;
}

interface Shared {
  sql(words: string): Promise<Buffer>;
  surroundings: Surroundings;
  sessions: ReadonlySet<Session>;
  names: PrivateNames;
  locks: Locks;
  become(user: string): string;
}

/** Starts with nothing left behind. */
export function keepLeftovers({ sql, surroundings, sessions, names, locks, become }: Shared): Leftovers {
  /** Whether functions of the repository may leave something. */
  let mayMake: boolean | undefined;
  const leftovers: Leftovers = {
    look: async (before) => {
      if (!before) return false;
      const isFirst = mayMake === undefined;
      mayMake ??= rowsOf(await sql(askMakers))[0]?.may === true;
      if (!mayMake && !names.isLikely) return isFirst;
      const found = rowsOf(await sql(askPrivateNames));
      names.found(
        before,
        found.map(({ name }) => String(name)),
      );
      return true;
    },
    discard: async (by, isAll) => {
      for (const other of sessions) if (other !== by) other.statements.lose();
      if (names.areOf(by) || (isAll && locks.areOf(by)))
        sawUnmodelled(surroundings, by.peer.service, 'all that a backend has discarded, with that of other clients');
      if (!isAll) return false;
      await sql(become(by.user));
      return locks.forget(by);
    },
    leave: async (session, isInForce) => {
      if (isInForce) await leftovers.look(session);
      if (!names.has(session) || names.areOf(session)) return;
      await sql('discard temp; close all');
      const prepared = rowsOf(await sql('select name from pg_prepared_statements where from_sql'));
      for (const { name } of prepared) await sql(`deallocate ${quoted(String(name))}`);
      names.forget(session);
    },
  };
  return leftovers;
}
