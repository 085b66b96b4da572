import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/database.ts';
import { json } from '../../src/db/sql.ts';
import { openTestDatabase, serverUrl } from '../support/database.ts';

let database: Database & { url: string };
beforeAll(async () => {
  database = await openTestDatabase();
  await database.sql`create table notes (id int primary key, text text)`;
});
afterAll(async () => await database[Symbol.asyncDispose]());

describe('the sql tag', () => {
  it('binds what looks like SQL as a value', async () => {
    const nasty = `'; drop table notes; --`;
    expect(await database.sql`select ${nasty}::text as text, ${1}::int + ${2}::int as sum`).toEqual([
      { text: nasty, sum: 3 },
    ]);
  });

  it('gives whole numbers as numbers while they are exact and as bigints beyond, and never rounds a numeric', async () => {
    const [row] = await database.sql`
      select count(*) as count, ${9007199254740993n}::bigint as big, 0.10::numeric as price, date '2026-03-31' as day
      from (values (1), (2)) as two`;
    expect(row).toEqual({ count: 2, big: 9007199254740993n, price: '0.10', day: '2026-03-31' });
  });

  it('reads and writes times as the same instant', async () => {
    const at = new Date('2026-03-29T01:30:00.123Z');
    const [row] = await database.sql<{ at: Date; text: string }>`
      select ${at}::timestamptz as at, to_char(${at}::timestamptz at time zone 'UTC', 'HH24:MI') as text`;
    expect(row).toEqual({ at, text: '01:30' });
  });

  it('stores objects, arrays and bare strings as JSON, even with what Postgres cannot hold', async () => {
    const body = { list: [1, { two: '2\0' }], half: '\ud83d', text: 'a\0b' };
    const [row] = await database.sql`
      select ${body}::jsonb as object, ${json([1, 'x'])}::jsonb as array, ${json('x')}::jsonb as string, ${'a\0b'} as text`;
    expect(row).toEqual({
      object: { list: [1, { two: '2\uFFFD' }], half: '\uFFFD', text: 'a\uFFFDb' },
      array: [1, 'x'],
      string: 'x',
      text: 'a\uFFFDb',
    });
  });

  it('binds a list as an SQL array', async () => {
    const rows = await database.sql`select word from unnest(${['a', 'b,c', '"d"']}::text[]) as word`;
    expect(rows).toEqual([{ word: 'a' }, { word: 'b,c' }, { word: '"d"' }]);
  });

  it('refuses undefined, since what was meant is not known', async () => {
    await expect(database.sql`select ${undefined}`).rejects.toThrow('null');
  });
});

describe('a transaction', () => {
  it('is undone as a whole when the work throws, and calls nobody back', async () => {
    const called: string[] = [];
    const work = database.sql.begin(async (sql) => {
      sql.afterCommit(() => void called.push('never'));
      await sql`insert into notes values (1, 'gone')`;
      throw new Error('stop');
    });
    await expect(work).rejects.toThrow('stop');
    expect(await database.sql`select * from notes where id = 1`).toEqual([]);
    expect(called).toEqual([]);
  });

  it('calls back once it is committed, and not before', async () => {
    const seen: number[] = [];
    let calledBack = Promise.resolve();
    await database.sql.begin(async (sql) => {
      await sql`insert into notes values (2, 'there')`;
      sql.afterCommit(() => {
        calledBack = database.sql`select id from notes where id = 2`.then((rows) => void seen.push(rows.length));
      });
    });
    await calledBack;
    expect(seen).toEqual([1]);
  });

  it('refuses a question that would slip out of it, at once instead of waiting for itself', async () => {
    const slip = () => database.sql`select 1 as one`;
    await expect(database.sql.begin(slip)).rejects.toThrow('inside begin');
    await expect(database.sql.begin(() => database.sql.begin(async (sql) => await sql`select 1`))).rejects.toThrow(
      'inside begin',
    );
    expect(await Promise.all([slip(), database.sql.begin(async (sql) => await sql`select 1 as one`)])).toEqual([
      [{ one: 1 }],
      [{ one: 1 }],
    ]);
  });

  it('undoes only the inner part when that throws and the outer goes on', async () => {
    const called: string[] = [];
    await database.sql.begin(async (sql) => {
      await sql`insert into notes values (3, 'outer')`;
      const inner = sql.begin(async (nested) => {
        nested.afterCommit(() => void called.push('inner'));
        await nested`insert into notes values (4, 'inner')`;
        throw new Error('inner');
      });
      await expect(inner).rejects.toThrow('inner');
      await sql.begin(async (nested) => nested.afterCommit(() => void called.push('second')));
    });
    expect(await database.sql`select id from notes where id in (3, 4)`).toEqual([{ id: 3 }]);
    expect(called).toEqual(['second']);
  });
});

describe('a pool', () => {
  it('keeps the questions of many connections apart, failures and transactions among them', async () => {
    const asked = Array.from({ length: 300 }, async (_, index) => {
      if (index % 7 === 0) return await expect(database.sql`select ${index}::int / 0`).rejects.toThrow('zero');
      if (index % 5 === 0) {
        return await database.sql.begin(async (sql) => {
          await sql`insert into notes values (${1000 + index}, ${'y'.repeat(10_000)})`;
          expect(await sql`select id from notes where id = ${1000 + index}`).toEqual([{ id: 1000 + index }]);
        });
      }
      return expect(await database.sql`select ${index}::int as it, ${`${index}`}::text as text`).toEqual([
        { it: index, text: `${index}` },
      ]);
    });
    await Promise.all(asked);
  });

  it('says which host does not answer, without the password', async () => {
    const opening = openDatabase({ url: 'postgres://user:hunter2@127.0.0.1:9/shop' });
    await expect(opening).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE', facts: { at: '127.0.0.1:9/shop' } });
    await expect(opening).rejects.not.toThrow('hunter2');
  });

  describe.runIf(serverUrl)('(server)', () => {
    it('outlives the end of its backends, idle or in a transaction', async () => {
      const lost: string[] = [];
      await using other = await openDatabase({
        url: database.url,
        poolSize: 2,
        onLost: (error) => lost.push(error.message),
      });
      const inTransaction = other.sql.begin(async (sql) => {
        const [mine] = await sql<{ pid: number }>`select pg_backend_pid() as pid`;
        await database.sql`select pg_terminate_backend(pid) from pg_stat_activity where pid = ${mine?.pid}`;
        await sql`select 1`;
      });
      await expect(inTransaction).rejects.toThrow();
      expect(await other.sql`select 1 as one`).toEqual([{ one: 1 }]);
      expect(lost.length).toBeGreaterThan(0);
    });

    it('stops a statement that runs too long', async () => {
      await using hasty = await openDatabase({ url: database.url, statementTimeoutMs: 50 });
      await expect(hasty.sql`select pg_sleep(10)`).rejects.toThrow('statement timeout');
    });
  });
});
