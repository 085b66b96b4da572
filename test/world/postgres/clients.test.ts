import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createPostgres } from '../../../src/world/postgres/postgres.ts';
import type { StoreModel } from '../../../src/world/store-model.ts';
import { Joined } from '../../support/joined.ts';
import { postgresEngines } from '../../support/postgres-engines.ts';
import { type StillWorld, stillWorld } from '../../support/still-world.ts';
import { written } from '../../support/written-tree.ts';

const engines = postgresEngines();
afterAll(() => engines[Symbol.asyncDispose]());

let world: StillWorld;
let store: StoreModel;

const unmodelled = () => world.events.map(({ what }) => what).filter((what) => what.startsWith('WORLD_UNMODELLED'));

async function client(service = 'billing', options: pg.ClientConfig = {}): Promise<pg.Client> {
  const made = new pg.Client({ user: 'shop', database: 'shop', ...options, stream: () => new Joined(store, service) });
  made.on('error', () => undefined);
  onTestFinished(() => made.end());
  await made.connect();
  return made;
}

/** Some commands of a server take time, and here that is virtual: it passes while they are under way. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  const done = work.then(() => true);
  for (let isDone = false; !isDone; ) {
    await store.settled();
    world.pass(100);
    isDone = await Promise.race([done, new Promise<false>((resolve) => setImmediate(resolve, false))]);
  }
  return work;
}

beforeEach(async () => {
  world = stillWorld();
  const files = { '1.sql': 'create table notes (id serial primary key, body text, n int)' };
  const place = { name: 'db', kind: 'postgres' as const, hosts: ['db'], port: 5432, user: 'shop', database: 'shop' };
  store = await createPostgres({ ...place, migrations: ['1.sql'], from: 'test' }, world, {
    tree: written(files),
    engines,
  });
  onTestFinished(() => store[Symbol.asyncDispose]());
});

describe('COPY', () => {
  it('takes rows in from a client, also within a transaction, and gives them out', async () => {
    const billing = await client();
    await billing.query('begin');
    const into = billing.query(copyFrom('copy notes (body, n) from stdin with (format csv)'));
    await pipeline(['a,1\nb,', '2\n"c, d",3\n'], into);
    expect(into.rowCount).toBe(3);
    await billing.query('commit');
    const out: string[] = [];
    for await (const chunk of billing.query(copyTo('copy (select body, n from notes order by id) to stdout')))
      out.push(String(chunk));
    expect(out.join('')).toBe('a\t1\nb\t2\nc, d\t3\n');
    expect(world.events.find(({ kind }) => kind === 'write')).toMatchObject({
      what: 'copy notes',
      value: { text: '3 rows' },
    });
  });

  it('fails as on a server, and the client goes on', async () => {
    const billing = await client();
    const into = billing.query(copyFrom('copy notes (n) from stdin'));
    await expect(pipeline(['one\n'], into)).rejects.toMatchObject({ code: '22P02' });
    const nowhere = billing.query(copyFrom('copy nowhere from stdin'));
    await expect(pipeline(['1\n'], nowhere)).rejects.toMatchObject({ code: '42P01' });
    expect((await billing.query('select count(*)::int as n from notes')).rows).toEqual([{ n: 0 }]);
  });
});

describe('advisory locks', () => {
  it('of a session exclude other clients until they are given back, as often as they were taken', async () => {
    const [one, two] = [await client('billing'), await client('orders')];
    const tried = async (who: pg.Client) =>
      (await who.query('select pg_try_advisory_lock($1) as got', [7])).rows[0].got;
    expect(await tried(one)).toBe(true);
    expect(await tried(one)).toBe(true);
    expect(await tried(two)).toBe(false);
    await one.query('select pg_advisory_unlock(7)');
    expect(await tried(two)).toBe(false);
    expect((await one.query('select pg_advisory_unlock(7) as was')).rows).toEqual([{ was: true }]);
    expect((await one.query('select pg_advisory_unlock(7) as was')).rows).toEqual([{ was: false }]);
    expect(await tried(two)).toBe(true);
    expect(unmodelled()).toEqual([]);
  });

  it('make another wait, in order, until the holder gives them back or goes away', async () => {
    const [one, two, three] = [await client('a'), await client('b'), await client('c')];
    const order: string[] = [];
    await one.query('select pg_advisory_lock(1, 2)');
    const second = two
      .query({ name: 'lock', text: 'select pg_advisory_lock($1, 2)', values: [1] })
      .then(() => order.push('two'));
    await store.settled();
    const third = three.query('select pg_advisory_lock_shared(1, 2)').then(() => order.push('three'));
    await store.settled();
    expect((await one.query('select 1 as goes_on')).rows).toEqual([{ goes_on: 1 }]);
    expect(order).toEqual([]);
    await one.end();
    await second;
    await store.settled();
    expect(order).toEqual(['two']);
    await two.query('select pg_advisory_unlock_all()');
    await third;
    expect(order).toEqual(['two', 'three']);
    expect(unmodelled()).toEqual([]);
  });

  it('shared ones go together, survive a rollback, and are seen by locks of a transaction', async () => {
    const [one, two] = [await client('a'), await client('b')];
    await one.query('begin');
    await one.query('select pg_advisory_lock_shared(5)');
    await one.query('rollback');
    expect((await two.query('select pg_try_advisory_lock_shared(5) as got')).rows).toEqual([{ got: true }]);
    expect((await two.query('select pg_try_advisory_xact_lock(5) as got')).rows).toEqual([{ got: false }]);
    await one.query('select pg_advisory_unlock_shared(5)');
    expect((await two.query('select pg_try_advisory_xact_lock(5) as got')).rows).toEqual([{ got: true }]);
    expect(unmodelled()).toEqual([]);
  });

  it('that would have to be waited for within a transaction are named as unmodelled', async () => {
    const [one, two] = [await client('a'), await client('b')];
    await one.query('select pg_advisory_lock(9)');
    await two.query('begin');
    await two.query('select pg_advisory_xact_lock(9)').catch(() => undefined);
    expect(unmodelled()).toEqual([expect.stringContaining('waited for within a transaction')]);
  });
});

describe('a transaction that has only read', () => {
  it('keeps nobody waiting, sees what others commit, and keeps its own time', async () => {
    const [one, two] = [await client('a'), await client('b')];
    await one.query('begin');
    const [{ began }] = (await one.query('select now()::text as began, count(*) from notes')).rows;
    world.pass(5_000);
    await two.query(`insert into notes (body) values ($1)`, ['seen']);
    expect((await one.query('select body, now()::text as began from notes where id > $1', [0])).rows).toEqual([
      { body: 'seen', began },
    ]);
    await one.query(`insert into notes (body) values ('mine')`);
    await one.query('rollback');
    expect((await two.query('select count(*)::int as n from notes')).rows).toEqual([{ n: 1 }]);
    expect(unmodelled()).toEqual([]);
  });

  it('keeps them waiting at a level that must not see what others commit, or when it has locked a row', async () => {
    const [one, two] = [await client('a'), await client('b')];
    await two.query(`insert into notes (body) values ('x')`);
    for (const [begin, read] of [
      ['begin isolation level repeatable read', 'select 1'],
      ['begin', 'select * from notes for update'],
    ] as const) {
      await one.query(begin);
      await one.query(read);
      let done = false;
      const waiting = two.query(`update notes set n = 1`).then(() => {
        done = true;
      });
      await store.settled();
      expect(done).toBe(false);
      await one.query('commit');
      await waiting;
    }
  });
});

it('a temporary table or statement that two clients would each have is named, of one client it is taken as it is', async () => {
  const [one, two] = [await client('a'), await client('b')];
  await one.query('create temp table basket (n int)');
  await one.query('prepare pick as select 1');
  await one.query('deallocate pick');
  await two.query('prepare pick as select 2');
  expect(unmodelled()).toEqual([]);
  await two.query('select * from basket').catch(() => undefined);
  expect(unmodelled()).toEqual([expect.stringContaining('"basket", a temporary table')]);
});

describe('several databases of one server', () => {
  it('are made by a client, known to others, and keep their tables to themselves', async () => {
    const admin = await client('setup', { database: 'postgres' });
    await inTime(admin.query('create database orders'));
    const orders = await client('orders', { database: 'orders' });
    await orders.query('create table notes (other text)');
    await orders.query(`insert into notes values ('x')`);
    const shop = await client('billing');
    expect((await shop.query('select count(*)::int as n from notes')).rows).toEqual([{ n: 0 }]);
    expect((await orders.query('select current_database() as name, other from notes')).rows).toEqual([
      { name: 'orders', other: 'x' },
    ]);
    await orders.end();
    await inTime(admin.query('drop database orders'));
    await expect(client('orders', { database: 'orders' })).rejects.toMatchObject({ code: '3D000' });
  }, 200_000);
});
