import type { PGlite } from '@electric-sql/pglite';

/** Parse, Bind, Describe, Execute, Close and Flush: after these a Sync is still to come. */
const unfinished = new Set([...'PBDECH'].map((letter) => letter.charCodeAt(0)));

/**
 * The database as pglite-socket should see it when it serves several connections.
 *
 * The one backend behind the socket has one unnamed statement, one portal and one error state. pglite-socket hands it
 * one message at a time and keeps other clients out only inside a transaction block, so that between two clients'
 * Parse, Bind and Execute the statement of one is run with the values of the other (seen: "portal does not exist",
 * bind errors, lost answers). A request is therefore held together here, by saying that a transaction is open until
 * its Sync has been answered.
 */
export function oneAtATime(database: PGlite): PGlite {
  let inRequest = false;
  const overrides = {
    isInTransaction: () => inRequest || database.isInTransaction(),
    execProtocolRawStream: async (...[message, options]: Parameters<PGlite['execProtocolRawStream']>) => {
      await database.execProtocolRawStream(message, options);
      inRequest = unfinished.has(message[0] ?? 0);
    },
    // Asked by pglite-socket only to roll back what a client left behind when it went away.
    exec: async (...[text, options]: Parameters<PGlite['exec']>) => {
      inRequest = false;
      return await database.exec(text, options);
    },
  };
  return new Proxy(database, {
    get(target, key) {
      if (key in overrides) return overrides[key as keyof typeof overrides];
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
