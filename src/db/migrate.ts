import path from 'node:path';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { Failure } from '../errors.ts';
import { reasonOf, withoutPassword } from './database.ts';

const migrations = path.resolve(import.meta.dirname, '../../migrations');

/** Brings a database up to date and names what was applied; safe when several processes start at once on a server. */
export async function migrate(url: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'rehearse migrate' });
  client.on('error', () => undefined); // The query that was under way is rejected with the same error.
  try {
    await client.connect();
  } catch (cause) {
    throw new Failure('DATABASE_UNREACHABLE', { at: withoutPassword(url), why: reasonOf(cause) }, { cause });
  }
  try {
    const applied = await runner({
      dbClient: client,
      dir: migrations,
      ignorePattern: '(?!\\d{4}-[a-z0-9-]+\\.sql$).*',
      direction: 'up',
      migrationsTable: 'migrations',
      singleTransaction: true,
      // A session lock of the server: the second process waits, then finds nothing to do.
      advisoryLockMode: 'wait',
      logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    });
    return applied.map((migration) => migration.name);
  } catch (cause) {
    throw new Failure('DATABASE_NOT_MIGRATED', { at: withoutPassword(url), why: reasonOf(cause) }, { cause });
  } finally {
    await client.end();
  }
}

function quiet(): void {
  // node-pg-migrate narrates every step; what was applied is returned instead.
}
