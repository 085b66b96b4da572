import pg from 'pg';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Simulation } from '../../../src/simulation/simulation.ts';
import { createPostgres } from '../../../src/world/postgres/postgres.ts';
import { openCluster } from '../../../src/world/postgres/remote/cluster.ts';
import { rehearsal, withPackages } from '../../simulation/rehearsal.ts';
import { serverUrl } from '../../support/database.ts';
import { Joined } from '../../support/joined.ts';
import { postgresEngines } from '../../support/postgres-engines.ts';
import { stillWorld } from '../../support/still-world.ts';
import { written } from '../../support/written-tree.ts';

const engines = postgresEngines();
afterAll(() => engines[Symbol.asyncDispose]());

const embedded = rehearsal({ memoryMb: 512, timeoutMs: 60_000 });
const onServer = rehearsal({ memoryMb: 512, timeoutMs: 60_000, postgresUrl: serverUrl });

const server = `
  const pg = require('pg');
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
  require('node:http').createServer(async (request, response) => {
    const client = await pool.connect();
    await client.query('begin');
    const { rows } = await client.query('insert into orders (item) values ($1), ($2) returning *', ['pen', 'ink']);
    const { rows: [told] } = await client.query(\`select now() as began, current_timestamp(0) as round, current_date::text as day,
      localtimestamp::text as here, current_user as who, session_user as session, current_database() as name,
      current_catalog as catalog, age(timestamptz '2025-01-01')::text as age, touched(1)::text as touched\`);
    await client.query('commit');
    const refused = await client.query('insert into orders (item) values (null)').catch(({ code, message }) => ({ code, message }));
    const { rows: tables } = await client.query(\`select table_catalog, table_name from information_schema.tables
      where table_catalog = current_database() and table_schema = 'public'\`);
    const { rows: others } = await client.query('select datname from pg_database order by datname');
    const { rows: [slept] } = await client.query('select pg_sleep(1.5), clock_timestamp()::text as later');
    client.release();
    const chance = request.url === '/chance' ? (await pool.query('select random(), gen_random_uuid() as id')).rows : [];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ rows, told, refused, tables, others, slept, chance }));
  }).listen(3000);`;
const application = () =>
  withPackages({
    'package.json': { name: 'app', scripts: { start: 'node server.js' } },
    'server.js': server,
    '.env.example': 'DATABASE_URL=postgres://postgres:pw@localhost:5432/orders\nPORT=3000\n',
    'migrations/1.sql': `create role reader;
      create table orders (id serial primary key, item text not null, day date default current_date, at timestamptz default now());
      alter table orders owner to postgres;
      grant select on orders to reader;
      create function touched(int) returns timestamptz language plpgsql as $$ begin return current_timestamp; end $$;`,
  });
const plan = (path = '/') => ({
  world: { clock: '2026-03-31T23:59:30.250Z', seed: 5 },
  given: [{ rows: { store: 'postgres', table: 'orders', rows: [{ id: 7, item: 'given' }] } }],
  when: [{ http: { id: 'asked', to: 'app', method: 'GET', path } }],
  then: [
    { check: 'asked.body.rows.id = [8, 9]' },
    { check: 'asked.body.rows[0].at = "2026-03-31T23:59:30.250Z"' },
    { check: 'asked.body.told.who = "postgres" and asked.body.told.name = "orders"' },
    { sql: { store: 'postgres', text: 'select count(*)::int as n from orders', check: '$[0].n = 3' } },
  ],
});
const holds = ({ verdict }: Simulation) =>
  expect(verdict).toMatchObject({ outcome: 'holds', reason: 'All 4 expectations are met.' });

describe.skipIf(serverUrl === undefined)('a store that is a database on a real server', () => {
  it('gives the trace that the Postgres inside of us gives, and the same each time', async () => {
    const tree = application();
    const inside = await embedded.simulate(tree, plan());
    holds(inside);
    const first = await onServer.simulate(tree, plan());
    expect(first.results).toEqual(inside.results);
    expect(first.trace.hash).toBe(inside.trace.hash);
    expect((await onServer.simulate(tree, plan())).trace.hash).toBe(first.trace.hash);
  });

  it('has chance of its own, the same each time', async () => {
    const tree = application();
    const first = await onServer.simulate(tree, plan('/chance'));
    holds(first);
    expect((await onServer.simulate(tree, plan('/chance'))).trace.hash).toBe(first.trace.hash);
    const other = { ...plan('/chance'), world: { ...plan().world, seed: 6 } };
    expect((await onServer.simulate(tree, other)).trace.hash).not.toBe(first.trace.hash);
  });

  it('is out of reach of whoever wants the server, its files or its other databases', async () => {
    const world = stillWorld();
    const place = { name: 'db', kind: 'postgres' as const, hosts: ['db'], port: 5432, user: 'postgres' };
    const store = await createPostgres({ ...place, migrations: [], from: 'test' }, world, {
      tree: written({}),
      engines,
    });
    onTestFinished(() => store[Symbol.asyncDispose]());
    const client = new pg.Client({ user: 'postgres', stream: () => new Joined(store, 'evil') });
    onTestFinished(() => client.end());
    await client.connect();
    const tried = [
      `copy (select 1) to program 'touch /tmp/owned'`,
      `select pg_read_file('/etc/passwd')`,
      `select lo_import('/etc/passwd')`,
      'create extension dblink',
      'create extension file_fdw',
      `select set_config('session_authorization', 'postgres', false)`,
      `select set_config('role', 'postgres', false)`,
      'reset role; create table pg_catalog.mine (a int)',
      `do $$ begin execute 'create role evil superuser'; end $$`,
      `do $$ begin execute 'alter system set log_statement = none'; end $$`,
      `do $$ begin execute 'drop' || ' database template1'; end $$`,
      'select pg_terminate_backend(pid) from pg_stat_activity',
      'select rolpassword from pg_authid',
      'update pg_proc set proname = proname',
    ];
    for (const sql of tried)
      await expect(client.query(sql), sql).rejects.toMatchObject({
        code: expect.stringMatching(/^(42501|42704|22023|25001|0LP01)$/),
      });
    await client.query(`create role evil superuser; set role evil`).catch(() => undefined);
    expect((await client.query('select rolsuper from pg_roles where rolname = $1', ['evil'])).rows).toEqual([]);
    expect(world.events.map(({ what }) => what)).toContainEqual(expect.stringContaining('the role "evil"'));
    expect((await client.query('select datname, usename from pg_stat_activity')).rows).toEqual([
      { datname: 'postgres', usename: 'postgres' },
    ]);
    await client.query('select $1::timestamptz', ['now']);
    expect(world.events.map(({ what }) => what)).toContainEqual(expect.stringContaining("'now' given as a parameter"));
  });

  it('is dropped when its simulation is over, and at the next start where a process ended before it could', async () => {
    const left = await openCluster(serverUrl ?? '');
    const name = left.freshName();
    await left.roles(['test']);
    await left.create(name, left.base, 'rehearse_u_test');
    await using beside = await openCluster(serverUrl ?? '');
    expect(await beside.has(name)).toBe(true);
    // As when a process is killed: its connections are gone, what it made is not.
    await left[Symbol.asyncDispose]();
    await using next = await openCluster(serverUrl ?? '');
    expect(await next.has(name)).toBe(false);
  });
});
