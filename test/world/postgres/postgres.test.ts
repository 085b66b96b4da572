import pg from 'pg';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createPostgres } from '../../../src/world/postgres/postgres.ts';
import type { StoreModel } from '../../../src/world/store-model.ts';
import type { Store } from '../../../src/world/world.ts';
import { Joined } from '../../support/joined.ts';
import { postgresEngines } from '../../support/postgres-engines.ts';
import { type StillWorld, stillWorld } from '../../support/still-world.ts';
import { written } from '../../support/written-tree.ts';

const engines = postgresEngines();
afterAll(() => engines[Symbol.asyncDispose]());

const schema = `
  create table customers (id serial primary key, name text not null, tags jsonb default '[]', balance numeric(10, 2), joined_at timestamptz default now());
  create table invoices (id int generated always as identity primary key, customer int references customers, total numeric(10, 2));
`;
const store: Store = {
  name: 'db',
  kind: 'postgres',
  hosts: ['db'],
  port: 5432,
  user: 'shop',
  database: 'shop',
  password: 'pw',
  migrations: ['1.sql'],
  from: 'test',
};

let world: StillWorld;
let postgres: StoreModel;

async function opened(
  files: Record<string, string> = { '1.sql': schema },
  over: Partial<Store> = {},
): Promise<StoreModel> {
  const model = await createPostgres({ ...store, migrations: Object.keys(files), ...over }, world, {
    tree: written(files),
    engines,
  });
  onTestFinished(() => model[Symbol.asyncDispose]());
  return model;
}

async function client(service = 'billing', options: pg.ClientConfig = {}): Promise<pg.Client> {
  const made = new pg.Client({
    user: 'shop',
    database: 'shop',
    password: 'pw',
    ...options,
    stream: () => new Joined(postgres, service),
  });
  onTestFinished(() => made.end());
  await made.connect();
  return made;
}

beforeEach(async () => {
  world = stillWorld();
  postgres = await opened();
});

describe('the pg client, unchanged', () => {
  it('sends parameters, jsonb, numeric and times, and gets back what a server gives', async () => {
    const billing = await client();
    const { rows } = await billing.query(
      'insert into customers (name, tags, balance) values ($1, $2, $3) returning *',
      ['Ada', JSON.stringify(['vip']), '12.50'],
    );
    expect(rows).toEqual([
      { id: 1, name: 'Ada', tags: ['vip'], balance: '12.50', joined_at: new Date('2026-03-31T00:00:00Z') },
    ]);
  });

  it('sees the time of the world', async () => {
    const billing = await client();
    world.pass(3_600_000);
    expect((await billing.query('select now()::text as now')).rows).toEqual([{ now: '2026-03-31 01:00:00+00' }]);
  });

  it('waits for pg_sleep in virtual time', async () => {
    const billing = await client();
    let done = false;
    const sleeping = billing.query('select pg_sleep(2)').then(() => {
      done = true;
    });
    await postgres.settled();
    expect(done).toBe(false);
    world.pass(2_000);
    await sleeping;
  });

  it('gets real errors with their codes, and goes on', async () => {
    const billing = await client();
    await expect(billing.query('select * from nowhere')).rejects.toMatchObject({ code: '42P01' });
    await expect(billing.query('insert into customers (name) values ($1)', [null])).rejects.toMatchObject({
      code: '23502',
      column: 'name',
    });
    await expect(billing.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  });

  it('may use the same statement name in two clients for different texts', async () => {
    const [one, two] = [await client(), await client('orders')];
    const ask = (from: pg.Client, text: string) =>
      from.query({ name: 'same', text, values: [2] }).then(({ rows }) => rows[0]);
    expect(await ask(one, 'select $1::int + 1 as n')).toEqual({ n: 3 });
    expect(await ask(two, 'select $1::int * 10 as n')).toEqual({ n: 20 });
    expect(await ask(one, 'select $1::int + 1 as n')).toEqual({ n: 3 });
  });

  it('is refused with a wrong password, an unknown role or an unknown database', async () => {
    await expect(client('billing', { password: 'no' })).rejects.toMatchObject({ code: '28P01' });
    await expect(client('billing', { user: 'nobody' })).rejects.toMatchObject({ code: '28000' });
    await expect(client('billing', { database: 'nothing' })).rejects.toMatchObject({ code: '3D000' });
  });
});

describe('several clients', () => {
  it('wait while another has a transaction open, and see nothing of it before it commits', async () => {
    const pool = new pg.Pool({
      user: 'shop',
      database: 'shop',
      password: 'pw',
      stream: () => new Joined(postgres, 'billing'),
    });
    onTestFinished(() => pool.end());
    const holder = await pool.connect();
    await holder.query('begin');
    await holder.query(`insert into customers (name) values ('Ada')`);
    const counted = pool.query('select count(*)::int as n from customers');
    await postgres.settled();
    await holder.query('commit');
    holder.release();
    expect((await counted).rows).toEqual([{ n: 1 }]);
  });

  it('are told, and the run marked as unmodelled, when the wait would never end', async () => {
    const [holder, other] = [await client('billing'), await client('orders')];
    await holder.query('begin');
    await holder.query(`insert into customers (name) values ('open')`);
    const waiting = other.query('select 1').catch((error: unknown) => error);
    await postgres.settled();
    world.pass(10_000);
    expect(await waiting).toMatchObject({ code: '55P03' });
    expect(world.events.filter(({ kind }) => kind === 'error').map(({ what }) => what)).toEqual([
      expect.stringContaining('WORLD_UNMODELLED postgres: orders waited for a transaction that billing holds open'),
    ]);
    await holder.query('rollback');
    expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('keep their own settings, and one that goes away leaves nothing open', async () => {
    const [one, two] = [await client('billing', { options: '-c statement_timeout=5000' }), await client('orders')];
    await one.query(`set timezone = 'Asia/Tokyo'`);
    expect((await two.query('show timezone')).rows).toEqual([{ TimeZone: 'UTC' }]);
    expect((await one.query('show timezone')).rows).toEqual([{ TimeZone: 'Asia/Tokyo' }]);
    expect((await one.query('show statement_timeout')).rows).toEqual([{ statement_timeout: '5s' }]);
    await one.query('begin');
    await one.query(`insert into customers (name) values ('gone')`);
    await one.end();
    expect((await two.query('select count(*)::int as n from customers')).rows).toEqual([{ n: 0 }]);
  });

  it('are notified when they listen, and only then', async () => {
    const [one, two] = [await client(), await client('orders')];
    const heard: string[] = [];
    one.on('notification', ({ channel, payload }) => heard.push(`one ${channel} ${payload}`));
    two.on('notification', ({ channel, payload }) => heard.push(`two ${channel} ${payload}`));
    await two.query('listen paid');
    await one.query(`notify paid, '42'`);
    await two.query('unlisten paid');
    await one.query(`notify paid, '43'`);
    await one.query('select 1');
    expect(heard).toEqual(['two paid 42']);
  });
});

describe('a plan', () => {
  it('fills tables, whatever their names and types, and new rows get new numbers', async () => {
    await postgres.apply({
      sql: { store: 'db', text: 'create table "Odd ""Name" ("order" int, doc jsonb, list text[])' },
    });
    await postgres.apply({
      rows: { store: 'db', table: 'customers', rows: [{ id: 7, name: "O'Hara", tags: { a: [1] } }] },
    });
    await postgres.apply({
      rows: { store: 'db', table: 'Odd "Name', rows: [{ order: 1, doc: { b: null }, list: ['x', 'y'] }] },
    });
    const billing = await client();
    const { rows } = await billing.query(`insert into customers (name) values ('next') returning id`);
    expect(rows).toEqual([{ id: 8 }]);
    expect(await postgres.query('select id, name, tags from customers where id = 7')).toEqual([
      { id: 7, name: "O'Hara", tags: { a: [1] } },
    ]);
    expect(await postgres.query('select "order", list::text from "Odd ""Name"')).toEqual([{ order: 1, list: '{x,y}' }]);
  });

  it('is told the name of the table that is not there, and nothing of it stays', async () => {
    const rows = [
      { id: 1, name: 'a' },
      { id: 1, name: 'b' },
    ];
    await expect(postgres.apply({ rows: { store: 'db', table: 'custmers', rows } })).rejects.toMatchObject({
      code: 'PLAN_INVALID',
      facts: { table: 'custmers', problem: expect.stringContaining('does not exist') },
    });
    await expect(postgres.apply({ rows: { store: 'db', table: 'customers', rows } })).rejects.toMatchObject({
      code: 'PLAN_INVALID',
    });
    await expect(
      postgres.apply({ rows: { store: 'db', table: 'customers', rows: [{ colour: 'red' }] } }),
    ).rejects.toThrow(/colour/);
    expect(await postgres.query('select count(*) from customers')).toEqual([{ count: 0 }]);
  });

  it('finds in the trace what was asked and what it changed', async () => {
    const billing = await client();
    await billing.query('insert into customers (name)\n  values ($1), ($2); ', ['a', 'b']);
    await billing.query(`update customers set name = 'c' where id > 100; delete from customers where id = 1`);
    expect(world.events.map(({ service, kind, what, value }) => [service, kind, what, value?.text])).toEqual([
      ['billing', 'query', 'insert into customers (name) values ($1), ($2)', '["a","b"]'],
      ['billing', 'write', 'insert customers', '2 rows'],
      [
        'billing',
        'query',
        `update customers set name = 'c' where id > 100; delete from customers where id = 1`,
        undefined,
      ],
      ['billing', 'write', 'delete customers', '1 row'],
    ]);
  });
});

it('a migration that fails is named with what Postgres said', async () => {
  await expect(
    opened({ '1.sql': 'create table a (id int)', '2.sql': 'alter table b add c int' }),
  ).rejects.toMatchObject({
    code: 'MIGRATION_FAILED',
    facts: { file: '2.sql', problem: expect.stringContaining('relation "b" does not exist') },
  });
});
