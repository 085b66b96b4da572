import type { Tree } from '../../codebase/tree.ts';
import { Failure } from '../../errors.ts';
import { filesOf } from '../discovery/files.ts';
import { upwards } from '../discovery/migrations.ts';
import type { Surroundings } from '../model.ts';
import type { StoreModel } from '../store-model.ts';
import type { Store } from '../world.ts';
import { bookkeeping } from './bookkeeping.ts';
import type { Engines } from './engines.ts';
import { insertion } from './fill.ts';
import type { Batch, Journal } from './journal.ts';
import { rowsOf } from './rows.ts';
import { readSetup } from './scripts.ts';
import { openServer } from './server.ts';
import { openSession, type Reach } from './session.ts';
import type { Turns } from './turns.ts';
import { errorMessage, readError, split } from './wire.ts';

/** What a Postgres of the world is made from. */
export interface PostgresOptions {
  /** Where its migrations are read. */
  tree: Tree;
  /** Shared between simulations; the second one on equal migrations takes milliseconds. */
  engines: Engines;
  /** What migrations in code said to it before. */
  journal?: Journal | undefined;
  /** Told what is said to it from here on, by database. */
  heard?: ((database: string, batch: Batch) => void) | undefined;
}

/** A Postgres inside the world, migrated and empty; throws MIGRATION_FAILED with the file and what Postgres said. */
export async function createPostgres(
  store: Store,
  surroundings: Surroundings,
  { tree, engines, journal, heard }: PostgresOptions,
): Promise<StoreModel> {
  const user = store.user ?? 'postgres';
  const main = store.database ?? user;
  const server = await openServer({
    engines,
    surroundings,
    main,
    user,
    setup: readSetup(scriptsOf(store, tree), main),
    databases: store.databases ?? [],
    replays: journal ?? new Map(),
    heard,
    seed: heard ? 1 : Math.floor(surroundings.chance.next() * 2 ** 32),
  });
  const place = (database: string | undefined): Turns => {
    if (database === undefined) return server.main;
    const found = server.reach(database);
    if (found) return found;
    const asked = `a database "${database}" in the store ${store.name}`;
    throw new Failure('WORLD_UNMODELLED', { asked, databases: server.databases() });
  };
  const sql = async (words: string, facts: Record<string, string>, database?: string): Promise<Buffer> => {
    const turns = place(database);
    const reply = await turns.alone(words);
    if (!split(reply).messages.some((one) => one.type === 'E')) return reply;
    if (!reply.toString('latin1').endsWith('I')) await turns.alone('rollback');
    const where = database === undefined ? {} : { database };
    throw new Failure('PLAN_INVALID', { store: store.name, ...where, ...facts, problem: readError(reply).message });
  };
  let sessions = 0;
  const entered = new Map<number, () => void>();
  return {
    connected: (peer) => {
      sessions += 1;
      const reach: Reach = (session, asked) => {
        if (!server.hasRole(session.user)) {
          return errorMessage('FATAL', '28000', `role "${session.user}" does not exist`);
        }
        const desk = server.reach(asked);
        if (desk) entered.set(session.id, () => desk.cancel(session));
        return desk ?? errorMessage('FATAL', '3D000', `database "${asked}" does not exist`);
      };
      const cancel = (id: number) => entered.get(id)?.();
      return openSession(sessions, peer, { store, reach, dialect: engines.dialect, cancel });
    },
    settled: server.settled,
    apply: async (given, database) => {
      if ('rows' in given) await sql(insertion(given.rows), { table: given.rows.table }, database);
      else if ('sql' in given) await sql(given.sql.text, { sql: given.sql.text }, database);
      else
        throw new Failure('PLAN_INVALID', {
          store: store.name,
          problem: 'keys are given to a Redis, not to a Postgres',
        });
    },
    query: async (words, database) => rowsOf(await sql(words, { sql: words }, database)),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

function scriptsOf(store: Store, tree: Tree): { file: string; text: string }[] {
  const files = filesOf(tree);
  const scripts = store.migrations.map((file) => {
    const text = files.read(file);
    if (text === undefined) throw new Failure('MIGRATION_FAILED', { file, problem: 'there is no such file' });
    return { file, text: upwards(text) };
  });
  return [...scripts, ...bookkeeping(store.migrations, files.read)];
}
