import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';
import { holdFolder } from './lock.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** A Postgres inside this process, reached like any other by its URL, on loopback only. */
export interface Embedded extends AsyncDisposable {
  url: string;
  /** Everything in it as one tar, from which another starts in a fraction of the time. */
  dump(): Promise<Blob>;
}

/** Where the embedded database keeps its data; in memory when no folder is given. */
export interface EmbeddedOptions {
  folder?: string;
  port?: number;
  /** Start from this dump instead of empty; for databases in memory. */
  from?: Blob;
}

/** Starts the embedded database; throws DATABASE_LOCKED when another process has the folder. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const held = options.folder ? await hold(options.folder) : undefined;
  const database = await PGlite.create({
    extensions: { vector },
    ...(options.folder ? { dataDir: path.join(options.folder, 'postgres') } : {}),
    ...(options.from ? { loadDataDir: options.from } : {}),
  }).catch((error) => {
    held?.[Symbol.dispose]();
    throw error;
  });
  const server = new PGLiteSocketServer({
    db: oneAtATime(database),
    host: '127.0.0.1',
    port: options.port ?? 0,
    maxConnections: 100,
  });
  await server.start();
  return {
    url: `postgres://postgres@${server.getServerConn()}/postgres`,
    dump: () => database.dumpDataDir('none'),
    async [Symbol.asyncDispose]() {
      if (database.closed) return;
      await server.stop();
      await database.close();
      held?.[Symbol.dispose]();
    },
  };
}

async function hold(folder: string): Promise<Disposable> {
  await mkdir(folder, { recursive: true });
  return await holdFolder(folder);
}
