import type { Session } from './session.ts';

/** Temporary tables and SQL-level prepared statements of each client: to the one backend they are everybody's. */
export interface PrivateNames {
  /** Takes in what a client runs; gives the name that belongs to another client, where the text has one. */
  ran(session: Session, sql: string): string | undefined;
  forget(session: Session): void;
}

const name = String.raw`(?:pg_temp\.)?("(?:[^"]|"")+"|[\w$]+)`;
const made = [
  new RegExp(
    String.raw`\bcreate\s+(?:local\s+|global\s+)?temp(?:orary)?\s+(?:table|view|sequence)\s+(?:if\s+not\s+exists\s+)?${name}`,
    'gi',
  ),
  new RegExp(String.raw`(?:^|;)\s*prepare\s+(?!transaction)${name}`, 'gi'),
];
const gone = [
  new RegExp(String.raw`\bdrop\s+(?:table|view|sequence)\s+(?:if\s+exists\s+)?${name}`, 'gi'),
  new RegExp(String.raw`(?:^|;)\s*deallocate\s+(?:prepare\s+)?${name}`, 'gi'),
];

/** Starts with nobody having any. */
export function keepPrivateNames(): PrivateNames {
  const owners = new Map<string, Session>();
  const namesIn = (sql: string, patterns: RegExp[]) =>
    patterns.flatMap((pattern) => [...sql.matchAll(pattern)].map(([, found = '']) => plain(found)));
  return {
    ran: (session, sql) => {
      const others = [...owners].filter(([, owner]) => owner !== session).map(([one]) => one);
      const words = new Set(others.length > 0 ? (sql.match(/"(?:[^"]|"")+"|[\w$]+/g) ?? []).map(plain) : []);
      const foreign = others.find((one) => words.has(one));
      if (!/\bon\s+commit\s+drop\b/i.test(sql)) for (const one of namesIn(sql, made)) owners.set(one, session);
      for (const one of namesIn(sql, gone)) if (owners.get(one) === session) owners.delete(one);
      return foreign;
    },
    forget: (session) => {
      for (const [one, owner] of owners) if (owner === session) owners.delete(one);
    },
  };
}

function plain(written: string): string {
  return written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written.toLowerCase();
}
