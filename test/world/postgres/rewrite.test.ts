import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rewrite } from '../../../src/world/postgres/remote/rewrite.ts';
import { tokens } from '../../../src/world/postgres/remote/tokens.ts';

const aliases = { database: 'shop', actual: 'rehearse_s_1', role: (name: string) => `r_${name}` };
const said = (sql: string) => rewrite(sql, aliases).sql;

describe('SQL for a real server', () => {
  it('asks for the time, user and database of the world', () => {
    expect(said('select CURRENT_TIMESTAMP, current_date, localtime(0), current_timestamp (3)')).toBe(
      'select pg_catalog."current_timestamp"(), pg_catalog."current_date"(), pg_catalog."localtime"(0), pg_catalog."current_timestamp" (3)',
    );
    expect(said('select current_user, x.current_date as current_date from pg_database')).toBe(
      'select pg_catalog."current_user"(), x.current_date as current_date from rehearse_databases',
    );
    expect(said('create table t (at timestamptz default current_timestamp)')).toContain(
      'pg_catalog."current_timestamp"()',
    );
  });

  it('leaves texts, names and comments as they are, but not the bodies of functions', () => {
    const plain = `select 'current_date', "current_date", E'\\' current_date', $x$current_date$x$ -- current_date\n/* /* */ current_date */`;
    expect(said(plain)).toBe(plain);
    expect(said('create function f() returns date language sql as $$ select current_date $$')).toContain(
      '$$ select pg_catalog."current_date"() $$',
    );
  });

  it('names roles and databases as the server does, wherever they stand', () => {
    expect(said('grant select, insert on a, b to app, "Other" with grant option')).toBe(
      'grant select, insert on a, b to "r_app", "r_Other" with grant option',
    );
    expect(said('alter table a owner to postgres; revoke all on a from public, app')).toBe(
      'alter table a owner to "r_postgres"; revoke all on a from public, "r_app"',
    );
    expect(said('grant all on database shop to app; set role app; create schema authorization app')).toBe(
      'grant all on database "rehearse_s_1" to "r_app"; set role "r_app"; create schema authorization "r_app"',
    );
    expect(said('create policy p on t for select to app using (owner = current_user)')).toBe(
      'create policy p on t for select to "r_app" using (owner = pg_catalog."current_user"())',
    );
    expect(said('insert into t select a from app')).toBe('insert into t select a from app');
  });

  it('keeps from it what the whole server would have', () => {
    expect(rewrite(`create role app login password 'x'; drop user if exists old`, aliases)).toMatchObject({
      sql: `do 'begin end'; do 'begin end'`.replace('; do', ';do'),
      roles: ['app', 'old'],
    });
    expect(rewrite('CREATE DATABASE orders', aliases)).toMatchObject({ tag: 'CREATE DATABASE' });
    expect(said('create database orders')).not.toMatch(/create database/i);
    expect(rewrite(`select 'now'::timestamptz, 'today' as word, timestamp 'today'`, aliases).unmodelled).toEqual([
      "'now' read as a time",
      "'today' read as a time",
    ]);
    expect(rewrite('create extension if not exists "vector"', aliases).extensions).toEqual(['vector']);
    expect(rewrite('create extension dblink', aliases)).toMatchObject({
      sql: 'create extension dblink',
      extensions: [],
    });
  });

  it('whatever it is, is taken apart into pieces that are it again', () => {
    const piece = fc.constantFrom(
      `'`,
      '"',
      '$$',
      '$a$',
      '--',
      '\n',
      '/*',
      '*/',
      'e',
      '\\',
      ';',
      '(',
      'current_date',
      ' ',
      '$1',
      'ä',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const sql = pieces.join('');
        expect(
          tokens(sql)
            .map(({ text }) => text)
            .join(''),
        ).toBe(sql);
        rewrite(sql, aliases);
      }),
    );
  });
});
