import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { type Database, openDatabase } from '../../src/db/database.ts';
import { startEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';

/** The real server to test on, where one is given; what depends on locks, order or concurrency runs only there. */
export const serverUrl = process.env.TEST_DATABASE_URL;

const root = path.resolve(import.meta.dirname, '../..');

/** A fresh, migrated database of its own: on the server when one is given, else embedded in memory. */
export async function openTestDatabase(): Promise<Database & { url: string }> {
  return serverUrl ? await onServer(serverUrl) : await openEmbeddedTestDatabase();
}

/** The same on the embedded database, whatever else is there. */
export async function openEmbeddedTestDatabase(): Promise<Database & { url: string }> {
  const embedded = await startEmbedded({ from: await migratedDump() });
  return await opened(embedded.url, embedded);
}

/** An empty database on the server, not migrated, dropped again when disposed of. */
export async function createServerDatabase(server: string): Promise<{ url: string } & AsyncDisposable> {
  const name = `rehearse_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return {
    url: url.href,
    [Symbol.asyncDispose]: () => administer(server, `drop database ${name} with (force)`),
  };
}

async function onServer(server: string): Promise<Database & { url: string }> {
  const created = await createServerDatabase(server);
  await migrate(created.url);
  return await opened(created.url, created);
}

async function opened(url: string, under: AsyncDisposable): Promise<Database & { url: string }> {
  const database = await openDatabase({ url, poolSize: 8 });
  return {
    sql: database.sql,
    pool: database.pool,
    url,
    async [Symbol.asyncDispose]() {
      await database[Symbol.asyncDispose]();
      await under[Symbol.asyncDispose]();
    },
  };
}

/** Making a cluster takes seconds, so the migrated one is kept as a dump, named after all that it was made from. */
async function migratedDump(): Promise<Blob> {
  const file = path.join(root, 'node_modules/.cache/rehearse', `postgres-${await fingerprint()}.tar`);
  const kept = await readFile(file).catch(() => undefined);
  if (kept) return new Blob([kept]);
  await using embedded = await startEmbedded({});
  await migrate(embedded.url);
  const dump = await embedded.dump();
  const part = `${file}.${randomUUID()}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(part, new Uint8Array(await dump.arrayBuffer()));
  await rename(part, file);
  return dump;
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const migrations = path.join(root, 'migrations');
  for (const file of (await readdir(migrations)).sort())
    hash.update(file).update(await readFile(path.join(migrations, file)));
  hash.update(await readFile(path.join(root, 'node_modules/@electric-sql/pglite/package.json')));
  hash.update(await readFile(path.join(root, 'node_modules/@electric-sql/pglite-pgvector/package.json')));
  return hash.digest('hex').slice(0, 16);
}

async function administer(server: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
