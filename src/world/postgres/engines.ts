import { createHash } from 'node:crypto';
import { Failure } from '../../errors.ts';
import { baseFilesIn } from './base-files.ts';
import { type Engine, startEngine } from './engine/engine.ts';
import type { Batch } from './journal.ts';
import { literal, quoted } from './literal.ts';
import { query, readError } from './wire.ts';

/** The database that every simulation of a revision starts from. */
export interface Template {
  database: string;
  user: string;
  /** SQL that runs in this order, once. */
  scripts: { file: string; text: string }[];
  /** What is said to it after that, once. */
  replay?: Batch[];
}

/** A fresh copy of a template, for one simulation. */
export interface Database extends AsyncDisposable {
  /** Hands messages to Postgres at a virtual time; `passed` is how long it waited, in virtual milliseconds. */
  run(messages: Uint8Array[], now: number): Promise<Answered>;
}

/** What Postgres replied, and what about it is not the world's. */
export interface Answered {
  bytes: Uint8Array;
  passed: number;
  unmodelled?: string[];
}

/** Where one kind of engine is spoken to otherwise than another. */
export interface Dialect {
  /** As a server says it of itself; known when the first database is there. */
  version(): string;
  isSuperuser: boolean;
  /** SQL by which a database gets to know of another one beside it. */
  register(database: string): string;
  /** SQL by which a session becomes another user's. */
  become(user: string): string;
}

/** Postgres engines that are kept between simulations, so that a fresh database costs milliseconds. */
export interface Engines extends AsyncDisposable {
  dialect: Dialect;
  /** Throws MIGRATION_FAILED with the file and what Postgres said. */
  lease(template: Template, seed: number): Promise<Database>;
}

/**
 * Opens a pool that keeps at most so many idle engines (about 300 MB each); with a folder, what the first start of all
 * makes is kept there.
 */
export function openEngines({
  mostIdle = 2,
  replyTimeoutMs = 30_000,
  folder = undefined as string | undefined,
} = {}): Engines {
  const idle: Engine[] = [];
  let files: Promise<Uint8Array | undefined> | undefined;
  const base = baseFilesIn(folder);
  const start = async (): Promise<Engine> => {
    const known = (await files) ?? (await base.read());
    if (known) files ??= Promise.resolve(known);
    const engine = startEngine({ files: known, replyTimeoutMs });
    files ??= engine.then(async (first) => {
      const made = (await first.ask({ do: 'files' })).files;
      if (made) await base.keep(made);
      return made;
    });
    files.catch(() => {
      files = undefined;
    });
    return engine;
  };
  const giveBack = async (engine: Engine) => {
    if (!engine.spent && idle.length < mostIdle) idle.push(engine);
    else await engine.stop();
  };
  const ready = async (template: Template, seed: number): Promise<Engine> => {
    const key = keyOf(template);
    const at = idle.findIndex((engine) => engine.known.has(key));
    const engine = idle.splice(at < 0 ? idle.length - 1 : at, 1)[0] ?? (await start());
    try {
      await prepare(engine, key, template);
      const { worn } = await engine.ask({ do: 'open', key, seed });
      if (!worn) return engine;
    } catch (thrown) {
      await giveBack(engine);
      throw thrown;
    }
    await engine.stop();
    return ready(template, seed);
  };
  return {
    dialect: embedded,
    lease: async (template, seed) => {
      const engine = await ready(template, seed);
      return {
        run: async (messages, now) => {
          const { bytes = new Uint8Array(), passed = 0 } = await engine.ask({ do: 'run', messages, now });
          return { bytes, passed };
        },
        [Symbol.asyncDispose]: () => giveBack(engine),
      };
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(idle.splice(0).map((engine) => engine.stop()));
    },
  };
}

const embedded: Dialect = {
  version: () => '18.6',
  isSuperuser: true,
  register: registration,
  become: (user) => `set session authorization ${quoted(user)}`,
};

async function prepare(engine: Engine, key: string, template: Template): Promise<void> {
  const scripts = [...identity(template), ...template.scripts].map(({ file, text }) => ({
    file,
    message: query(text),
  }));
  const { refused } = await engine.ask({ do: 'prepare', key, scripts, replay: template.replay ?? [] });
  if (refused) throw new Failure('MIGRATION_FAILED', { file: refused.file, problem: readError(refused.reply).message });
  engine.known.add(key);
}

/** The one database that Postgres runs on here takes the name and owner that the repository expects. */
function identity({ database, user }: Template): Template['scripts'] {
  const scripts: string[] = [];
  if (database !== 'postgres')
    scripts.push(`update pg_database set datname = ${literal(database)} where datname = 'postgres'`);
  if (user !== 'postgres') {
    scripts.push(`create role ${quoted(user)} superuser login`, `set session authorization ${quoted(user)}`);
  }
  return scripts.map((text) => ({ file: 'the database itself', text }));
}

/** The same for templates that are made the same way. */
export function keyOf(template: Template): string {
  const { replay = [], ...written } = template;
  const hash = createHash('sha256').update(JSON.stringify(written));
  for (const { messages, now } of replay) {
    hash.update(`\n${now}\n`);
    for (const message of messages) hash.update(message);
  }
  return hash.digest('hex');
}

/** A line for another database of the server, so that whoever asks whether it exists is told the truth. */
function registration(name: string): string {
  const copied = `datdba, encoding, datlocprovider, datistemplate, datallowconn, dathasloginevt, datconnlimit, datfrozenxid,
    datminmxid, dattablespace, datcollate, datctype, datlocale, daticurules, datcollversion, datacl`;
  return `insert into pg_database (oid, datname, ${copied})
    select (select max(oid)::bigint + 1 from pg_database)::oid, ${literal(name)}, ${copied}
    from pg_database where datname = current_database()`;
}
