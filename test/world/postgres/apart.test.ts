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

async function client(service: string): Promise<pg.Client> {
  const made = new pg.Client({ user: 'shop', database: 'shop', stream: () => new Joined(store, service) });
  made.on('error', () => undefined);
  onTestFinished(() => made.end());
  await made.connect();
  return made;
}

beforeEach(async () => {
  world = stillWorld();
  const place = { name: 'db', kind: 'postgres' as const, hosts: ['db'], port: 5432, user: 'shop', database: 'shop' };
  store = await createPostgres({ ...place, migrations: ['1.sql'], from: 'test' }, world, {
    tree: written({
      '1.sql': 'create role reader; grant reader to shop; create table notes (id serial primary key, body text)',
    }),
    engines,
  });
  onTestFinished(() => store[Symbol.asyncDispose]());
});

describe('what one client has, another', () => {
  it('does not have: its role and its settings', async () => {
    const [one, two] = [await client('a'), await client('b')];
    await one.query('set role reader');
    await one.query(`set application_name = 'one'`);
    expect(
      (await two.query('select current_user as who, current_setting($1) as app', ['application_name'])).rows,
    ).toEqual([{ who: 'shop', app: '' }]);
    expect(
      (await one.query('select current_user as who, current_setting($1) as app', ['application_name'])).rows,
    ).toEqual([{ who: 'reader', app: 'one' }]);
    await one.query('reset role');
    expect((await one.query('select current_user as who')).rows).toEqual([{ who: 'shop' }]);
    expect(unmodelled()).toEqual([]);
  });

  it('does not lose: statements that it prepared outlive what the other deallocates', async () => {
    const [one, two] = [await client('a'), await client('b')];
    const ask = () => one.query({ name: 'plus', text: 'select $1::int + 1 as n', values: [1] });
    expect((await ask()).rows).toEqual([{ n: 2 }]);
    await two.query('deallocate all');
    expect((await ask()).rows).toEqual([{ n: 2 }]);
    expect((await ask()).rows).toEqual([{ n: 2 }]);
    await two.query('discard all');
    expect((await ask()).rows).toEqual([{ n: 2 }]);
    expect(unmodelled()).toEqual([]);
  });

  it('does not hear: channels that were listened to in a transaction that came to nothing', async () => {
    const [one, two] = [await client('a'), await client('b')];
    const heard: string[] = [];
    one.on('notification', ({ payload }) => heard.push(`one ${payload}`));
    two.on('notification', ({ payload }) => heard.push(`two ${payload}`));
    await two.query('listen paid');
    await one.query('begin');
    await one.query('listen paid');
    await one.query('rollback');
    await two.query(`notify paid, '1'`);
    await one.query('begin');
    await one.query('savepoint s');
    await one.query('listen paid');
    await one.query('commit');
    await two.query('begin');
    await two.query('unlisten paid');
    await two.query('rollback');
    await one.query(`notify paid, '2'`);
    await two.query('select 1');
    expect(heard.sort()).toEqual(['one 2', 'two 1', 'two 2']);
    expect(unmodelled()).toEqual([]);
  });
});

describe('what the one backend cannot keep apart is named', () => {
  const cases: [what: string, first: string[], second: string][] = [
    ['a cursor that is held', ['declare c cursor with hold for select 1'], 'fetch c'],
    ['a temporary table that a query makes', ['select 1 as n into temp basket'], 'select * from basket'],
    ['a table in the temporary schema', ['create table pg_temp.basket (n int)'], 'create temp table basket (n int)'],
    [
      'a temporary table that a function makes',
      [
        'create function fill() returns void language plpgsql as $$ begin create temp table basket (n int); end $$',
        'select fill()',
      ],
      'select * from basket',
    ],
    ['a prepared statement', ['prepare pick as select 1'], 'execute pick'],
    ['the last number of a sequence', [`select nextval('notes_id_seq')`], 'select lastval()'],
    ['the end of another backend', ['select 1'], 'select pg_terminate_backend(1)'],
  ];
  for (const [what, first, second] of cases)
    it(what, async () => {
      const [one, two] = [await client('a'), await client('b')];
      await two.query('select 1');
      for (const sql of first) await one.query(sql);
      expect(unmodelled()).toEqual([]);
      await two.query(second).catch(() => undefined);
      expect(unmodelled()).toHaveLength(1);
    });

  it('but not where nobody else was there in between', async () => {
    const [one, two] = [await client('a'), await client('b')];
    await two.query('select 1');
    await one.query(`insert into notes (body) values ('x')`);
    expect((await one.query(`select currval('notes_id_seq')::int as n, lastval()::int as last`)).rows).toEqual([
      { n: 1, last: 1 },
    ]);
    await one.query('declare c cursor with hold for select 1 as n');
    expect((await one.query('fetch c')).rows).toEqual([{ n: 1 }]);
    await one.query('close c');
    await two.query('declare c cursor with hold for select 2 as n');
    expect(unmodelled()).toEqual([]);
  });

  it('a statement that would not wait, and had to', async () => {
    const [one, two] = [await client('a'), await client('b')];
    await one.query(`insert into notes (body) values ('x')`);
    await one.query('begin');
    await one.query('select * from notes for update');
    const work = two.query('select * from notes for update skip locked');
    await store.settled();
    world.pass(1_000);
    await one.query('commit');
    await work;
    expect(unmodelled()).toEqual([expect.stringContaining('skip locked')]);
  });
});
