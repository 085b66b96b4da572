import pg from 'pg';
import { Failure } from '../errors.ts';
import { type Sql, sqlOver } from './sql.ts';

/** One database, for as long as it is held: the tag to ask it, and the pool for libraries that want one. */
export interface Database extends AsyncDisposable {
  sql: Sql;
  pool: pg.Pool;
}

/** How to reach a database and how long to wait for it. */
export interface DatabaseOptions {
  url: string;
  poolSize?: number;
  /** One statement may take this long before the server stops it. */
  statementTimeoutMs?: number;
  /** Told when a connection is lost while nobody was asking; the pool makes a new one by itself. */
  onLost?: (error: Error) => void;
}

/** Opens a pool on a database and asks it one question; throws DATABASE_UNREACHABLE with the host, never the password. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, poolSize = 10, statementTimeoutMs = 60_000, onLost = () => undefined } = options;
  const pool = new pg.Pool({
    connectionString: url,
    max: poolSize,
    application_name: 'rehearse',
    connectionTimeoutMillis: 30_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: 5 * 60_000,
    // Kept by the client, so that it also holds on the embedded database, which keeps no timeouts of its own.
    query_timeout: statementTimeoutMs + 5_000,
    options: '-c timezone=UTC',
  });
  pool.on('error', onLost);
  // While a connection is checked out the pool does not listen, and an unheard error would end the process.
  pool.on('connect', (client) => client.on('error', onLost));
  await reach(pool, url);
  let closed = false;
  return {
    sql: sqlOver(pool),
    pool,
    async [Symbol.asyncDispose]() {
      if (closed) return;
      closed = true;
      await pool.end();
    },
  };
}

async function reach(pool: pg.Pool, url: string): Promise<void> {
  try {
    await pool.query('select 1');
  } catch (cause) {
    await pool.end();
    throw new Failure('DATABASE_UNREACHABLE', { at: withoutPassword(url), why: reasonOf(cause) }, { cause });
  }
}

/** Where a database is, for people: host, port and name, without user and password. */
export function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  return parsed ? `${parsed.host}${parsed.pathname}` : 'a URL that does not parse';
}

/** Why a connection did not come about, in the server's or the system's words. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
