import type { Surroundings } from '../model.ts';
import type { Database, Engines, Template } from './engines.ts';
import type { Batch } from './journal.ts';
import { quoted } from './literal.ts';
import { rowsOf } from './rows.ts';
import type { Made, Setup } from './scripts.ts';
import { openTurns, type Turns } from './turns.ts';
import { sawUnmodelled } from './witness.ts';

/** The databases of one server; each is a Postgres of its own that comes up when somebody first connects to it. */
export interface Server extends AsyncDisposable {
  main: Turns;
  /** The clients' side of a database; nothing when there is none of that name. */
  reach(name: string): Turns | undefined;
  /** Their names, in order of making. */
  databases(): string[];
  hasRole(name: string): boolean;
  /** Resolves when nothing is under way in any of them. */
  settled(): Promise<void>;
}

/** What a server is made from. */
export interface Plot {
  engines: Engines;
  surroundings: Surroundings;
  main: string;
  user: string;
  setup: Setup;
  /** Databases that exist without anybody making them. */
  databases: string[];
  /** What was once said to each database by migrations. */
  replays: ReadonlyMap<string, Batch[]>;
  /** Told what is said to a database from here on. */
  heard?: ((database: string, batch: Batch) => void) | undefined;
  seed: number;
}

/** Opens a server whose main database is leased at once. */
export async function openServer(plot: Plot): Promise<Server> {
  const { engines, surroundings, main, user, setup, seed, heard } = plot;
  const made = new Map<string, Made>();
  for (const name of ['postgres', ...plot.databases]) if (name !== main) made.set(name, { name, owner: undefined });
  for (const one of setup.made) made.set(one.name, one);
  const open = new Map<string, { turns: Turns; close(): Promise<void> }>();
  const scriptsFor = (name: string): Template['scripts'] => {
    const parts = setup.parts.filter((part) => part.database === name);
    const siblings = [...made.keys()].filter(
      (other) => other !== name && !setup.made.some((one) => one.name === other),
    );
    const others = siblings.map((other) => ({ file: 'the other databases', text: engines.dialect.register(other) }));
    if (name === main) return [...others, ...parts];
    const owner = made.get(name)?.owner;
    const owned = owner ? [{ file: name, text: `alter database ${quoted(name)} owner to ${quoted(owner)}` }] : [];
    return [
      ...others,
      { file: 'the other databases', text: engines.dialect.register(main) },
      ...setup.roles,
      ...owned,
      ...parts,
    ];
  };
  const lease = async (name: string): Promise<Database> => {
    const replay = plot.replays.get(name) ?? [];
    const database = await engines.lease({ database: name, user, scripts: scriptsFor(name), replay }, seed);
    if (!heard) return database;
    return {
      run: (messages, now) => {
        heard(name, { messages, now });
        return database.run(messages, now);
      },
      [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
    };
  };
  const begin = (name: string, leased: Promise<Database>): Turns => {
    leased.catch(() => undefined);
    const database: Database = {
      run: async (messages, now) => (await leased).run(messages, now),
      [Symbol.asyncDispose]: async () => (await leased)[Symbol.asyncDispose](),
    };
    const turns = openTurns(database, surroundings, {
      become: engines.dialect.become,
      owner: user,
      changed: { created, dropped },
    });
    const close = async () => {
      turns.stop();
      // What went wrong was told to whoever waited for it to settle; the engine is given back all the same.
      await Promise.allSettled([turns.settled()]);
      await Promise.allSettled([database[Symbol.asyncDispose]()]);
    };
    open.set(name, { turns, close });
    return turns;
  };
  const created = (one: Made & { template: string | undefined }, service: string): void => {
    if (one.template !== undefined && !/^template[01]$/.test(one.template))
      sawUnmodelled(surroundings, service, `a database made from the template "${one.template}"`);
    made.set(one.name, one);
  };
  const dropped = (name: string): void => {
    made.delete(name);
    // A database of that name that is made later is another one.
    const gone = open.get(name);
    open.delete(name);
    if (gone) closing.push(gone.close());
  };
  const closing: Promise<void>[] = [];
  const first = begin(main, Promise.resolve(await lease(main)));
  const roles = new Set(rowsOf(await first.alone('select rolname from pg_roles')).map((row) => row.rolname));
  return {
    main: first,
    reach: (name) => {
      if (name !== main && !made.has(name)) return undefined;
      return open.get(name)?.turns ?? begin(name, lease(name));
    },
    databases: () => [main, ...made.keys()],
    hasRole: (name) => roles.has(name),
    settled: async () => {
      for (let size = -1; size !== open.size; ) {
        size = open.size;
        for (const { turns } of open.values()) await turns.settled();
      }
    },
    [Symbol.asyncDispose]: async () => {
      for (const { close } of open.values()) closing.push(close());
      await Promise.all(closing);
    },
  };
}
