import { createHash } from 'node:crypto';
import { Failure } from '../../../errors.ts';
import { type Database, type Engines, keyOf, type Template } from '../engines.ts';
import { literal, quoted } from '../literal.ts';
import { query, readError } from '../wire.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { converse } from './conversation.ts';
import { type Link, openLink } from './link.ts';
import { rewrite } from './rewrite.ts';
import { named, roleName } from './surrogates.ts';

/** Migrations run at this moment, as with the Postgres inside of us. */
const epoch = Date.UTC(2020, 0, 1);
const mostLeft = 8;
const mostSpare = 2;
const settings = '-c jit=off -c max_parallel_workers_per_gather=0 -c synchronize_seqscans=off -c timezone=UTC';

/**
 * Databases on a real server, one for each simulation, made from a template for each migrated state. The server is
 * entered when the first one is asked for.
 */
export function openServerEngines(url: string, { replyTimeoutMs = 30_000 } = {}): Engines {
  let opened: Promise<Cluster> | undefined;
  let version = '';
  const templates = new Map<string, Promise<string>>();
  const spares = new Map<string, Promise<Spoken>>();
  const dropping = new Set<Promise<void>>();
  const cluster = async (): Promise<Cluster> => {
    const known = opened;
    const server = await known?.catch(() => undefined);
    if (server && !server.isLost) return server;
    if (opened === known) opened = openCluster(url);
    return opened ?? cluster();
  };
  /** Enters a database, in the name of the user that the template is for. */
  const speak = async (name: string, template: Template): Promise<Spoken> => {
    const server = await cluster();
    const enter = await server.roles(rolesOf(template));
    const link = await openLink({ ...enter(name), options: settings }, replyTimeoutMs);
    version = link.parameters.get('server_version') ?? version;
    const aliases = { database: template.database, actual: name, role: roleName };
    const extend = async (extension: string) =>
      server.within(name, [`create extension if not exists ${quoted(extension)}`]);
    return { name, link, run: converse(link, aliases, { extend }) };
  };
  const make = async (template: Template, to: string): Promise<string> => {
    const server = await cluster();
    if (await server.has(to)) return to;
    const name = server.freshName();
    const link = await made(server, name, server.base, template).then(() => fill(name, template));
    link.close();
    if (!(await server.rename(name, to))) await server.drop(name);
    return to;
  };
  const fill = async (name: string, template: Template): Promise<Link> => {
    const { link, run } = await speak(name, template);
    try {
      await run([seeding(1)], epoch);
      for (const { file, text } of template.scripts) {
        const { bytes } = await run([query(text)], epoch);
        const problem = readError(bytes);
        if (problem.code !== '') throw new Failure('MIGRATION_FAILED', { file, problem: problem.message });
      }
      for (const { messages, now } of template.replay ?? []) await run(messages, now);
      return link;
    } catch (thrown) {
      link.close();
      await (await cluster()).drop(name);
      throw thrown;
    }
  };
  const templateOf = (template: Template, key: string): Promise<string> => {
    const known = templates.get(key) ?? make(template, `rehearse_t_${key}`);
    templates.set(key, known);
    known.catch(() => templates.delete(key));
    return known;
  };
  const fresh = async (template: Template, key: string): Promise<Spoken> => {
    const server = await cluster();
    const name = server.freshName();
    await made(server, name, await templateOf(template, key), template);
    return speak(name, template);
  };
  const drop = async ({ name, link }: Spoken): Promise<void> => {
    link.close();
    const gone = cluster().then((server) => server.drop(name));
    dropping.add(gone);
    const done = () => dropping.delete(gone);
    gone.then(done, done);
    // Nobody waits for the server to forget it, unless it falls behind.
    if (dropping.size > mostLeft) await Promise.allSettled(dropping);
  };
  /** One more than was asked for waits for whoever comes next, of the states asked for last. */
  const ahead = (template: Template, key: string): void => {
    if (spares.has(key)) return;
    const spare = fresh(template, key);
    spare.catch(() => spares.delete(key));
    spares.set(key, spare);
    for (const [old, left] of [...spares].slice(0, -mostSpare)) {
      spares.delete(old);
      left.then(drop, () => undefined);
    }
  };
  return {
    dialect: {
      version: () => version,
      isSuperuser: false,
      register: (name) => `insert into pg_catalog.rehearse_siblings values (${literal(name)}) on conflict do nothing`,
      become: (user) => `set role ${quoted(user)}`,
    },
    lease: async (template, seed): Promise<Database> => {
      const { base } = await cluster();
      const key = createHash('sha256')
        .update(`${base} ${keyOf(template)}`)
        .digest('hex')
        .slice(0, 32);
      const kept = spares.get(key);
      spares.delete(key);
      const spare = await kept?.catch(() => undefined);
      const spoken = spare && !spare.link.isOver ? spare : await fresh(template, key);
      await spoken.run([seeding(seed)], epoch);
      ahead(template, key);
      return { run: spoken.run, [Symbol.asyncDispose]: () => drop(spoken) };
    },
    async [Symbol.asyncDispose]() {
      for (const spare of spares.values()) await spare.then(drop, () => undefined);
      await Promise.allSettled(dropping);
      const server = await opened?.catch(() => undefined);
      await server?.[Symbol.asyncDispose]();
    },
  };
}

/** A database that is entered. */
interface Spoken {
  name: string;
  link: Link;
  run: Database['run'];
}

function seeding(seed: number): Buffer {
  return query(`select pg_catalog.setseed(${((seed >>> 0) / 2 ** 32).toFixed(10)})`);
}

async function made(server: Cluster, name: string, from: string, template: Template): Promise<void> {
  await server.roles(rolesOf(template));
  const role = roleName(template.user);
  await server.create(name, from, role);
  if (from === server.base)
    await server.within(name, [named(template.database), `alter schema public owner to ${quoted(role)}`]);
}

/** The roles that a template's scripts make, its own first: on a server they are there before. */
function rolesOf({ user, database, scripts }: Template): string[] {
  const aliases = { database, actual: database, role: roleName };
  return [...new Set([user, ...scripts.flatMap(({ text }) => rewrite(text, aliases).roles)])];
}
