import type { Duplex } from 'node:stream';
import pg from 'pg';
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

async function client(
  service: string,
  options: pg.ClientConfig = {},
): Promise<pg.Client & Keyed & { ended: Promise<unknown> }> {
  const made = new pg.Client({ user: 'shop', database: 'shop', ...options, stream: () => new Joined(store, service) });
  const ended = new Promise((resolve) => made.on('error', resolve));
  onTestFinished(() => made.end().catch(() => undefined));
  await made.connect();
  return Object.assign(made, { ended });
}

/** What comes of work after so much virtual time: its rows or its error, or that it is still under way. */
async function outcome(milliseconds: number, work: Promise<pg.QueryResult>): Promise<unknown> {
  const done = work.then(
    ({ rows }) => rows,
    ({ code, message }) => ({ code, message }),
  );
  await store.settled();
  world.pass(milliseconds);
  await store.settled();
  return Promise.race([done, new Promise((resolve) => setImmediate(resolve, 'under way'))]);
}

/** What a client is told of itself when it enters. */
interface Keyed {
  processID?: number;
  secretKey?: number;
}

/** Another connection that asks to cancel, as `pg.Client.cancel` and `psql` do. */
async function cancel({ processID, secretKey }: Keyed): Promise<void> {
  const request = Buffer.alloc(16);
  for (const [at, word] of [16, 80_877_102, processID ?? 0, secretKey ?? 0].entries())
    request.writeInt32BE(word, at * 4);
  const socket: Duplex = new Joined(store, 'canceller');
  socket.write(request);
  await store.settled();
}

beforeEach(async () => {
  world = stillWorld();
  const place = { name: 'db', kind: 'postgres' as const, hosts: ['db'], port: 5432, user: 'shop', database: 'shop' };
  store = await createPostgres({ ...place, migrations: ['1.sql'], from: 'test' }, world, {
    tree: written({ '1.sql': 'create table notes (id serial primary key, body text)' }),
    engines,
  });
  onTestFinished(() => store[Symbol.asyncDispose]());
});

describe('statement_timeout', () => {
  it('ends a statement that sleeps, in virtual time, and the session goes on', async () => {
    const one = await client('a', { statement_timeout: 1_000 });
    const sleeping = one.query('select pg_sleep(5)').catch((error: unknown) => error);
    expect(await outcome(999, sleeping as Promise<pg.QueryResult>)).toBe('under way');
    world.pass(1);
    expect(await sleeping).toMatchObject({ code: '57014', message: 'canceling statement due to statement timeout' });
    await one.query('set statement_timeout to default');
    await one.query(`set statement_timeout = '2min'`);
    expect(await outcome(5_000, one.query('select pg_sleep(5), 1 as one'))).toMatchObject([{ one: 1 }]);
    expect(unmodelled()).toEqual([]);
  });

  it('leaves a transaction failed, as on a server, and what was set for it alone ends with it', async () => {
    const one = await client('a');
    await one.query('begin');
    await one.query(`insert into notes (body) values ('lost')`);
    await one.query(`set local statement_timeout = '1s'`);
    expect(await outcome(1_000, one.query('select pg_sleep(2)'))).toMatchObject({ code: '57014' });
    await expect(one.query('select 1')).rejects.toMatchObject({ code: '25P02' });
    await one.query('rollback');
    expect((await one.query('select count(*)::int as n from notes')).rows).toEqual([{ n: 0 }]);
    expect(await outcome(2_000, one.query('select pg_sleep(2), 1 as one'))).toMatchObject([{ one: 1 }]);
    expect(unmodelled()).toEqual([]);
  });

  it('that ends something which has changed rows already is named', async () => {
    const one = await client('a', { statement_timeout: 1_000 });
    const work = one.query(
      `with made as (insert into notes (body) values ('x') returning id) select pg_sleep(3) from made`,
    );
    expect(await outcome(1_000, work)).toMatchObject({ code: '57014' });
    expect(unmodelled()).toEqual([expect.stringContaining('a statement that changed something and was given up')]);
  });
});

describe('a wait for an advisory lock', () => {
  it('ends by lock_timeout or statement_timeout, whichever is first, and the lock can be had later', async () => {
    const [one, two] = [await client('a'), await client('b', { lock_timeout: 500, statement_timeout: 2_000 })];
    await one.query('select pg_advisory_lock(1)');
    expect(await outcome(500, two.query('select pg_advisory_lock(1)'))).toMatchObject({
      code: '55P03',
      message: 'canceling statement due to lock timeout',
    });
    await two.query('set lock_timeout = 0');
    expect(await outcome(1_999, two.query('select pg_advisory_lock(1)').catch(() => undefined) as never)).toBe(
      'under way',
    );
    world.pass(1);
    await one.query('select pg_advisory_unlock(1)');
    expect(await outcome(0, two.query('select pg_try_advisory_lock(1) as got'))).toEqual([{ got: true }]);
    expect(unmodelled()).toEqual([]);
  });
});

it('a wait for a transaction of another ends by the limits of the session, and the verdict does not stand on it', async () => {
  const [one, two] = [await client('a'), await client('b', { lock_timeout: 500 })];
  await one.query('begin');
  await one.query(`insert into notes (body) values ('open')`);
  expect(await outcome(500, two.query('select 1'))).toMatchObject({ code: '55P03' });
  expect(unmodelled()).toEqual([expect.stringContaining('b waited for a transaction that a holds open')]);
});

describe('a session that is idle', () => {
  it('within a transaction for too long is ended, its transaction with it', async () => {
    const [one, two] = [await client('a', { idle_in_transaction_session_timeout: 1_000 }), await client('b')];
    await one.query('begin');
    await one.query(`insert into notes (body) values ('gone')`);
    world.pass(999);
    await one.query('select 1');
    world.pass(1_000);
    expect(await one.ended).toMatchObject({ code: '25P03' });
    expect(await outcome(0, two.query('select count(*)::int as n from notes'))).toEqual([{ n: 0 }]);
    expect(unmodelled()).toEqual([]);
  });

  it('outside of one is ended by idle_session_timeout alone', async () => {
    const one = await client('a', { options: '-c idle_session_timeout=3s -c idle_in_transaction_session_timeout=1s' });
    world.pass(2_999);
    await one.query('select 1');
    world.pass(3_000);
    expect(await one.ended).toMatchObject({ code: '57P05' });
  });
});

describe('a request to cancel', () => {
  it('ends what sleeps or waits for a lock, and nothing else', async () => {
    const [one, two] = [await client('a'), await client('b')];
    const sleeping = one.query('select pg_sleep(60)').catch((error: unknown) => error);
    await store.settled();
    await cancel(one);
    expect(await sleeping).toMatchObject({ code: '57014', message: 'canceling statement due to user request' });
    await cancel(one);
    await one.query('select pg_advisory_lock(1)');
    const waiting = two.query('select pg_advisory_lock(1)').catch((error: unknown) => error);
    await store.settled();
    await cancel(two);
    expect(await waiting).toMatchObject({ code: '57014' });
    expect((await two.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await cancel({ processID: 99, secretKey: 1 });
    expect(unmodelled()).toEqual([]);
  });
});
