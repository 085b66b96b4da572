import { literal } from './literal.ts';
import type { Session } from './session.ts';
import { fieldsOf, type Message } from './wire.ts';

/** The advisory locks that clients hold beyond a transaction. */
export interface Locks {
  /** SQL that tells the backend who asks and what the others hold, where that can matter for these texts. */
  announce(session: Session, texts: string[]): string | undefined;
  /** Takes in a notice of our own functions; says whether it was one, and whether it came from this client. */
  heard(session: Session, notice: Message): 'no' | 'taken' | 'given back' | 'of another';
  /** Whether a client other than this one holds any. */
  areOf(other: Session): boolean;
  /** Forgets a client; says whether it held any. */
  forget(session: Session): boolean;
}

/** Starts with no lock held. */
export function keepLocks(): Locks {
  const held = new Map<Session, Map<string, number>>();
  const generations = new WeakMap<Session, number>();
  const nameOf = (session: Session) => `${session.id}.${generations.get(session) ?? 0}`;
  return {
    announce: (session, texts) => {
      if (held.size === 0 && !texts.some((text) => /advisory/i.test(text))) return undefined;
      const others = [...held].filter(([other]) => other !== session).flatMap(([, locks]) => [...locks.keys()]);
      const list = others.map((lock) => `,${lock},`).join('');
      return `select set_config('rehearse.client', ${literal(nameOf(session))}, false), set_config('rehearse.held', ${literal(list)}, false)`;
    },
    heard: (session, notice) => {
      const { C: code, M: words = '' } = fieldsOf(notice.body);
      if (code !== 'RH001') return 'no';
      const [client, verb, lock = ''] = words.split(' ');
      if (client !== nameOf(session)) return 'of another';
      const own = held.get(session) ?? new Map<string, number>();
      if (verb === 'lock') own.set(lock, (own.get(lock) ?? 0) + 1);
      if (verb === 'unlock') own.set(lock, (own.get(lock) ?? 1) - 1);
      if (own.get(lock) === 0) own.delete(lock);
      if (verb === 'all') {
        own.clear();
        generations.set(session, (generations.get(session) ?? 0) + 1);
      }
      if (own.size > 0) held.set(session, own);
      else held.delete(session);
      return verb === 'lock' || verb === 'transaction' ? 'taken' : 'given back';
    },
    areOf: (other) => [...held.keys()].some((session) => session !== other),
    forget: (session) => held.delete(session),
  };
}
