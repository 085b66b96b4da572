import { afterAll, describe, expect, it } from 'vitest';
import { type Database, openEngines, type Template } from '../../../src/world/postgres/engines.ts';
import { rowsOf } from '../../../src/world/postgres/rows.ts';
import { query, readError, split } from '../../../src/world/postgres/wire.ts';

const engines = openEngines({ mostIdle: 1 });
afterAll(() => engines[Symbol.asyncDispose]());

const template: Template = {
  database: 'shop',
  user: 'shop',
  scripts: [
    { file: '1.sql', text: 'create table notes (id serial primary key, body text, at timestamptz default now())' },
    { file: '2.sql', text: `insert into notes (body) values ('seeded'); create index on notes (body)` },
  ],
};
const now = Date.UTC(2026, 0, 1);
const story = [
  `insert into notes (body) select 'x' || i || random() from generate_series(1, 50) i returning id, body`,
  'select gen_random_uuid() as uuid, now()::text as now, random() as chance',
  `create table later (id serial primary key, note int references notes); insert into later (note) values (1)`,
  `select 1 / 0`,
  'select md5(string_agg(body, $$,$$ order by id)) as all from notes',
  `select nextval('notes_id_seq') as id, 'later'::regclass::oid::int as oid, pg_current_xact_id()::text as xid`,
];

async function told(database: Database): Promise<string> {
  const replies: string[] = [];
  for (const text of story) {
    const { bytes } = await database.run([query(text)], now);
    replies.push(Buffer.from(bytes).toString('base64'));
  }
  return replies.join('\n');
}

async function rows(database: Database, text: string): Promise<unknown[]> {
  const reply = Buffer.from((await database.run([query(text)], now)).bytes);
  if (split(reply).messages.some(({ type }) => type === 'E')) throw new Error(readError(reply).message);
  return rowsOf(reply);
}

async function once<T>(use: (database: Database) => Promise<T>, seed = 7, from = template): Promise<T> {
  await using database = await engines.lease(from, seed);
  return await use(database);
}

describe('a fresh copy of a template', () => {
  it('gives the same bytes for the same story, whatever ran on the engine before, and on another engine', async () => {
    const first = await once(told);
    await once((database) =>
      rows(database, `insert into notes (body) select repeat(md5(i::text), 40) from generate_series(1, 30000) i`),
    );
    await once((database) => rows(database, 'vacuum full notes'));
    await once((database) => rows(database, 'drop table notes; create table other (a int); create role someone'));
    expect(await once(told)).toBe(first);
    await using busy = await engines.lease(template, 1);
    expect(await once(told)).toBe(first);
    expect(await once(told, 8)).not.toBe(first);
    expect(await rows(busy, 'select body from notes')).toEqual([{ body: 'seeded' }]);
  });

  it('knows nothing of what was left open, prepared, set or listened to', async () => {
    const before = await once((database) => rows(database, 'select count(*) from notes'));
    await once((database) =>
      rows(
        database,
        `prepare p as select 1; listen c; set timezone = 'Asia/Tokyo'; create temp table t (a int); begin; delete from notes`,
      ),
    );
    await once(async (database) => {
      expect(await rows(database, 'select count(*) from notes')).toEqual(before);
      expect(await rows(database, 'select name from pg_prepared_statements')).toEqual([]);
      expect(
        await rows(
          database,
          `select current_setting('timezone') as zone, to_regclass('t') as t, pg_listening_channels() as c`,
        ),
      ).toEqual([]);
      expect(await rows(database, 'show timezone')).toEqual([{ TimeZone: 'UTC' }]);
    });
  });

  it('of another template does not see this one, and coming back to this one works', async () => {
    const other = {
      ...template,
      scripts: [
        { file: 'o.sql', text: 'create table others (a int); create extension pgcrypto; create extension vector' },
      ],
    };
    const first = await once(told);
    expect(
      await once(
        (database) => rows(database, `select to_regclass('notes') as n, to_regclass('others')::text as o`),
        7,
        other,
      ),
    ).toEqual([{ n: null, o: 'others' }]);
    expect(await once(told)).toBe(first);
    expect(await once((database) => rows(database, `select '[1,2]'::vector::text as v`), 7, other)).toEqual([
      { v: '[1,2]' },
    ]);
  });

  it('survives the memory of the program growing beyond what it began with', async () => {
    const first = await once(told);
    const big = `select length(array_to_string(array_agg(repeat('x', 1000)), '')) as n from generate_series(1, 120000)`;
    expect(await once((database) => rows(database, big))).toEqual([{ n: 120_000_000 }]);
    expect(await once(told)).toBe(first);
  });
});

it('a query that never ends is stopped with its engine, and the next simulation has another', async () => {
  await using strict = openEngines({ replyTimeoutMs: 4_000 });
  const endless = 'with recursive r as (select 1 as n union all select n + 1 from r) select count(*) from r';
  const database = await strict.lease(template, 7);
  await expect(rows(database, endless)).rejects.toMatchObject({ code: 'SIMULATION_LIMIT' });
  await database[Symbol.asyncDispose]();
  await using next = await strict.lease(template, 7);
  expect(await rows(next, 'select body from notes')).toEqual([{ body: 'seeded' }]);
});
