import type { Tree } from '../../codebase/tree.ts';
import { Failure } from '../../errors.ts';
import { filesOf } from '../discovery/files.ts';
import { upwards } from '../discovery/migrations.ts';
import type { Surroundings } from '../model.ts';
import type { StoreModel } from '../store-model.ts';
import type { Store } from '../world.ts';
import type { Engines, Template } from './engines.ts';
import { insertion } from './fill.ts';
import { rowsOf } from './rows.ts';
import { openSession, type Session } from './session.ts';
import { openTurns } from './turns.ts';
import { errorMessage, readError, split } from './wire.ts';
import { sawUnmodelled } from './witness.ts';

/** What a Postgres of the world is made from. */
export interface PostgresOptions {
  /** Where its migrations are read. */
  tree: Tree;
  /** Shared between simulations; the second one on equal migrations takes milliseconds. */
  engines: Engines;
}

/** A Postgres inside the world, migrated and empty; throws MIGRATION_FAILED with the file and what Postgres said. */
export async function createPostgres(
  store: Store,
  surroundings: Surroundings,
  { tree, engines }: PostgresOptions,
): Promise<StoreModel> {
  const template = templateOf(store, tree);
  const seed = Math.floor(surroundings.chance.next() * 2 ** 32);
  const database = await engines.lease(template, seed);
  const turns = openTurns(database, surroundings, template.user);
  const sql = async (words: string, facts: Record<string, string>): Promise<Buffer> => {
    const reply = await turns.alone(words);
    if (!split(reply).messages.some((one) => one.type === 'E')) return reply;
    if (!reply.toString('latin1').endsWith('I')) await turns.alone('rollback');
    throw new Failure('PLAN_INVALID', { store: store.name, ...facts, problem: readError(reply).message });
  };
  const known = rowsOf(await turns.alone(residents));
  const names = (kind: string) => new Set(known.filter((row) => row.kind === kind).map((row) => row.name));
  const doors: Doors = { template, roles: names('role'), databases: names('database'), surroundings };
  let sessions = 0;
  return {
    connected: (peer) => {
      sessions += 1;
      const refuse = (session: Session, asked: string) => refusal(session, asked, doors);
      return openSession(sessions, peer, store, { refuse, take: turns.take, left: turns.left });
    },
    settled: turns.settled,
    apply: async (given) => {
      if ('rows' in given) await sql(insertion(given.rows), { table: given.rows.table });
      else if ('sql' in given) await sql(given.sql.text, { sql: given.sql.text });
      else
        throw new Failure('PLAN_INVALID', {
          store: store.name,
          problem: 'keys are given to a Redis, not to a Postgres',
        });
    },
    query: async (words) => rowsOf(await sql(words, { sql: words })),
    [Symbol.asyncDispose]: async () => {
      turns.stop();
      // What went wrong was told to whoever waited for it to settle; the engine is given back all the same.
      await Promise.allSettled([turns.settled()]);
      await database[Symbol.asyncDispose]();
    },
  };
}

function templateOf(store: Store, tree: Tree): Template {
  const files = filesOf(tree);
  const user = store.user ?? 'postgres';
  const scripts = store.migrations.map((file) => {
    const text = files.read(file);
    if (text === undefined) throw new Failure('MIGRATION_FAILED', { file, problem: 'there is no such file' });
    return { file, text: upwards(text) };
  });
  return { user, database: store.database ?? user, scripts };
}

interface Doors {
  template: Template;
  roles: Set<unknown>;
  databases: Set<unknown>;
  surroundings: Surroundings;
}

const residents = `select 'role' as kind, rolname as name from pg_roles union all select 'database', datname from pg_database`;

function refusal(
  session: Session,
  asked: string,
  { template, roles, databases, surroundings }: Doors,
): Buffer | undefined {
  if (!roles.has(session.user)) return errorMessage('FATAL', '28000', `role "${session.user}" does not exist`);
  if (asked === template.database) return undefined;
  if (databases.has(asked) || asked === 'postgres') {
    sawUnmodelled(surroundings, session.peer.service, `a second database, "${asked}"`);
  }
  return errorMessage('FATAL', '3D000', `database "${asked}" does not exist`);
}
