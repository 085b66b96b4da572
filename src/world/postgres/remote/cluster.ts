import { createHash } from 'node:crypto';
import pg from 'pg';
import { Failure } from '../../../errors.ts';
import { advisoryLocks } from '../engine/advisory.ts';
import { literal, quoted } from '../literal.ts';
import { makingRole, roleName, surrogates } from './surrogates.ts';

/** The databases of ours on a real server, in its owner's hands. */
export interface Cluster extends AsyncDisposable {
  /** Whether there is a database of that name. */
  has(name: string): Promise<boolean>;
  /** Makes a database from another one, for a role to use. */
  create(name: string, from: string, role: string): Promise<void>;
  rename(name: string, to: string): Promise<boolean>;
  drop(name: string): Promise<void>;
  /** The owner's SQL in one of them. */
  within(database: string, statements: string[]): Promise<void>;
  /** Makes sure of roles; gives how the first of them enters a database. */
  roles(names: string[]): Promise<(database: string) => pg.ClientConfig>;
  /** Whether the connection to it broke: it must be entered again. */
  readonly isLost: boolean;
  /** What every database of a simulation comes from in the end. */
  readonly base: string;
  /** A name for a database that nobody else has, gone with this process. */
  freshName(): string;
}

const marker = createHash('sha256')
  .update([...surrogates, advisoryLocks].join(';'))
  .digest('hex')
  .slice(0, 12);
const base = `rehearse_base_${marker}`;
const mostTemplates = 60;

/** Enters a server as its owner, and drops what a process that is gone has left there; throws STORE_UNREACHABLE. */
export async function openCluster(url: string): Promise<Cluster> {
  const admin = await entered({ connectionString: url });
  let isLost = false;
  admin.on('error', () => {
    isLost = true;
  });
  let tail: Promise<unknown> = Promise.resolve();
  const ask: Ask = (sql) => {
    const asked = tail.then(async () => (await admin.query(sql).catch(unreachable)).rows);
    tail = asked.catch(() => undefined);
    return asked;
  };
  const [self] = await ask(
    `select rolsuper, current_setting('server_version_num')::int as version, replace(gen_random_uuid()::text, '-', '') as token,
      (select system_identifier::text from pg_control_system()) as system
    from pg_roles where rolname = current_user`,
  );
  const why = whyUnfit(self);
  if (why !== undefined) {
    await admin.end();
    throw new Failure('STORE_UNREACHABLE', { store: 'REHEARSE_POSTGRES', why });
  }
  const token = String(self?.token).slice(0, 12);
  const secret = `${self?.system} ${new URL(url).password}`;
  await ask(`set application_name = 'rehearse ${token}'`);
  const made = new Set<string>();
  let count = 0;
  const cluster: Cluster = {
    base,
    get isLost() {
      return isLost;
    },
    freshName: () => {
      count += 1;
      return `rehearse_s_${token}_${count}`;
    },
    has: async (name) => (await ask(`select from pg_database where datname = ${literal(name)}`)).length > 0,
    create: async (name, from, role) => {
      await ask(`create database ${quoted(name)} template ${quoted(from)}`);
      await ask(`revoke connect on database ${quoted(name)} from public;
        grant all on database ${quoted(name)} to ${quoted(role)} with grant option`);
    },
    rename: (name, to) =>
      ask(`alter database ${quoted(name)} rename to ${quoted(to)}`).then(
        () => true,
        () => false,
      ),
    drop: async (name) => void (await ask(`drop database if exists ${quoted(name)} with (force)`)),
    within: async (database, statements) => {
      const client = await entered({ ...configOf(url), database });
      try {
        for (const statement of statements) await client.query(statement).catch(unreachable);
      } finally {
        await client.end();
      }
    },
    roles: async (names) => {
      const passwordOf = (name: string) => createHash('sha256').update(`${secret} ${name}`).digest('hex');
      for (const name of names.filter((one) => !made.has(one))) {
        await again(() => ask(makingRole(name, passwordOf(name))));
        made.add(name);
      }
      const [first = '', ...others] = names.map(roleName);
      for (const other of others) await again(() => ask(`grant ${quoted(other)} to ${quoted(first)}`));
      return (database) => ({ ...configOf(url), user: first, password: passwordOf(names[0] ?? ''), database });
    },
    [Symbol.asyncDispose]: () => admin.end(),
  };
  try {
    await sweep(ask);
    if (!(await cluster.has(base))) await makeBase(cluster, ask);
  } catch (thrown) {
    await admin.end();
    throw thrown;
  }
  return cluster;
}

/** Whether a server will do, in words; throws STORE_UNREACHABLE with the reason. */
export async function examineServer(url: string): Promise<string> {
  await using cluster = await openCluster(url);
  return `reached; simulations make databases from ${cluster.base} there and drop them`;
}

function whyUnfit(self: Record<string, unknown> | undefined): string | undefined {
  if (self?.rolsuper !== true)
    return 'its user must be a superuser, to exchange the clock of each database; name a server that is for rehearsals alone';
  if (Number(self.version) < 140_000) return 'Postgres 14 or newer is needed';
  return undefined;
}

async function entered(config: pg.ClientConfig): Promise<pg.Client> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  await client.connect().catch(unreachable);
  return client;
}

/** Whatever goes wrong between us and the server; what it says names no password. */
export function unreachable(cause: unknown): never {
  throw new Failure('STORE_UNREACHABLE', { store: 'REHEARSE_POSTGRES', why: String(cause) }, { cause });
}

function configOf(url: string): pg.ClientConfig {
  const { host, port, user, password, ssl } = new pg.Client({ connectionString: url });
  return { host, port, ssl, ...(user === undefined ? {} : { user }), ...(password == null ? {} : { password }) };
}

type Ask = (sql: string) => Promise<Record<string, unknown>[]>;

/** A process in whose name databases stand holds a connection under that name while it lives. */
async function sweep(ask: Ask): Promise<void> {
  const left = await ask(`
    select datname as name from pg_database one
    where datname ~ '^rehearse_s_'
      and not exists (select from pg_stat_activity where application_name = 'rehearse ' || split_part(one.datname, '_', 3))
    union all
    select datname from pg_database where datname ~ '^rehearse_base_' and datname <> ${literal(base)}
      and not exists (select from pg_stat_activity where application_name ~ '^rehearse [0-9a-f]{12}$' and pid <> pg_backend_pid())
    union all
    (select datname from pg_database where datname ~ '^rehearse_t_' order by oid desc offset ${mostTemplates})`);
  for (const { name } of left) await ask(`drop database if exists ${quoted(String(name))} with (force)`);
}

async function makeBase(cluster: Cluster, ask: Ask): Promise<void> {
  const name = cluster.freshName();
  const made = `create database ${quoted(name)} template template0 encoding 'UTF8' lc_collate 'C'`;
  await ask(`${made} lc_ctype 'C.UTF-8'`).catch(() => ask(`${made} lc_ctype 'C'`));
  await cluster.within(name, ['set allow_system_table_mods = on', ...surrogates, advisoryLocks]);
  if (!(await cluster.rename(name, base))) await cluster.drop(name);
}

/** Two processes that change one role at once get in each other's way. */
async function again<T>(work: () => Promise<T>): Promise<T> {
  return work().catch(work);
}
