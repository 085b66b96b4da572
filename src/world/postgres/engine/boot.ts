import { PGlite } from '@electric-sql/pglite';
import { btree_gin } from '@electric-sql/pglite/contrib/btree_gin';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { citext } from '@electric-sql/pglite/contrib/citext';
import { fuzzystrmatch } from '@electric-sql/pglite/contrib/fuzzystrmatch';
import { hstore } from '@electric-sql/pglite/contrib/hstore';
import { ltree } from '@electric-sql/pglite/contrib/ltree';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';
import { tablefunc } from '@electric-sql/pglite/contrib/tablefunc';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { uuid_ossp } from '@electric-sql/pglite/contrib/uuid_ossp';
import { vector } from '@electric-sql/pglite-pgvector';
import { advisoryLocks } from './advisory.ts';

const extensions = {
  btree_gin,
  btree_gist,
  citext,
  fuzzystrmatch,
  hstore,
  ltree,
  pg_trgm,
  pgcrypto,
  tablefunc,
  unaccent,
  uuid_ossp,
  vector,
};

/** Libraries that are loaded before the first image is taken, since what is loaded later cannot be taken back. */
const libraries = ['plpgsql', ...Object.keys(extensions).map((name) => name.replace('uuid_ossp', 'uuid-ossp'))];

/** A small buffer pool keeps the memory that has to be compared at every restore small. */
const settings = ['-c', 'shared_buffers=16MB', '-c', 'jit=off', '-c', 'autovacuum=off'];

const searchPath = 'search_path="$user", public';

/** Makes the files of an empty Postgres: seconds, so once. */
export async function dump(): Promise<Uint8Array> {
  const first = await PGlite.create();
  const files = await first.dumpDataDir('none');
  await first.close();
  return new Uint8Array(await files.arrayBuffer());
}

/** Starts Postgres on such files. */
export async function boot(files: Uint8Array): Promise<PGlite> {
  const defaults = PGlite.defaultStartParams.map((given) => given.replace(/^search_path=.*$/, searchPath));
  const startParams = [...defaults, ...settings];
  const postgres = await PGlite.create({ loadDataDir: new Blob([new Uint8Array(files)]), startParams, extensions });
  unbuffer(postgres.Module.FS as unknown as Devices);
  for (const library of libraries) await postgres.exec(`load '${library}'`);
  await postgres.exec(advisoryLocks);
  await postgres.exec('checkpoint');
  return postgres;
}

interface Devices {
  lookupPath(path: string): { node: { rdev: number } };
  devices: Record<
    number,
    { stream_ops: { read: (stream: unknown, buffer: Uint8Array, offset: number, length: number) => number } }
  >;
}

/** Emscripten reads chance 1024 bytes ahead, outside of what an image can put back: read just what is asked for. */
function unbuffer(fs: Devices): void {
  for (const name of ['/dev/random', '/dev/urandom']) {
    const device = fs.devices[fs.lookupPath(name).node.rdev];
    if (!device) throw new Error(`${name} is not a device`);
    device.stream_ops.read = (_stream, buffer, offset, length) => {
      const bytes = globalThis.crypto.getRandomValues(new Uint8Array(length));
      buffer.set(bytes, offset);
      return length;
    };
  }
}
