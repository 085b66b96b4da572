import type { Session } from './session.ts';

/**
 * What belongs to one client, but to the one backend is everybody's: temporary tables, prepared statements and held
 * cursors by name, and the last number of a sequence.
 */
export interface PrivateNames {
  /** Takes in what a client runs; says what of it belongs to another client, if anything does. */
  ran(session: Session, sql: string): string | undefined;
  /** Whether there may be any: only then is it worth asking. */
  readonly isLikely: boolean;
  /** What the backend has, right after a client had its turn: what nobody else has is that client's. */
  found(session: Session, names: string[]): void;
  has(session: Session): boolean;
  /** Whether a client other than this one has any. */
  areOf(other: Session): boolean;
  forget(session: Session): void;
}

/** SQL that asks for the names of all there are. */
export const askPrivateNames = `select relname as name from pg_class where relnamespace = pg_my_temp_schema() and relkind in ('r', 'v', 'S', 'p')
  union all select proname from pg_proc where pronamespace = pg_my_temp_schema()
  union all select name from pg_prepared_statements where from_sql
  union all select name from pg_cursors where is_holdable`;

/** SQL that asks whether functions of the repository may make some. */
export const askMakers = `select exists (select from pg_proc where oid >= 16384 and pronamespace <> 'pg_catalog'::regnamespace
  and prosrc ~* '\\mtemp(orary)?\\M|pg_temp|\\mprepare\\M') as may`;

const maker = /\btemp(?:orary)?\b|\bpg_temp\b|\bprepare\b|\bwith\s+hold\b/i;
const numbers = /\b(currval|lastval)\s*\(/i;
const numbered = /\b(?:insert|nextval|setval)\b[\s\S]*\b(?:currval|lastval)\s*\(/i;
const backends = /\b(pg_terminate_backend|pg_cancel_backend)\s*\(/i;

/** Starts with nobody having any. */
export function keepPrivateNames(): PrivateNames {
  const owners = new Map<string, Session>();
  let isLikely = false;
  let last: Session | undefined;
  return {
    get isLikely() {
      return isLikely;
    },
    ran: (session, sql) => {
      isLikely ||= maker.test(sql);
      const others = [...owners].filter(([, owner]) => owner !== session).map(([one]) => one);
      const words = new Set(others.length > 0 ? (sql.match(/"(?:[^"]|"")+"|[\w$]+/g) ?? []).map(plain) : []);
      const foreign = others.find((one) => words.has(one));
      const [, number] = last === undefined || last === session || numbered.test(sql) ? [] : (numbers.exec(sql) ?? []);
      const [, backend] = backends.exec(sql) ?? [];
      last = session;
      if (foreign !== undefined)
        return `"${foreign}", a temporary table, prepared statement or cursor of another client`;
      if (number !== undefined) return `${number.toLowerCase()}, after another client was there`;
      return backend && `${backend.toLowerCase()}; all clients share one backend`;
    },
    found: (session, names) => {
      for (const one of owners.keys()) if (!names.includes(one)) owners.delete(one);
      for (const one of names) if (!owners.has(one)) owners.set(one, session);
    },
    has: (session) => [...owners.values()].includes(session),
    areOf: (other) => [...owners.values()].some((owner) => owner !== other),
    forget: (session) => {
      for (const [one, owner] of owners) if (owner === session) owners.delete(one);
    },
  };
}

function plain(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}
