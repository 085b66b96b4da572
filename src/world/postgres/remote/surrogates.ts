import { literal, quoted } from '../literal.ts';

const own = 'rehearse_own_';

/** Built-in functions that read the clock, chance or names of the server; they step aside under another name. */
const aside = [
  'now()',
  'transaction_timestamp()',
  'statement_timestamp()',
  'clock_timestamp()',
  'timeofday()',
  'age(timestamptz)',
  'age(timestamp)',
  'pg_sleep(float8)',
  'pg_sleep_for(interval)',
  'pg_sleep_until(timestamptz)',
  'gen_random_uuid()',
  'uuidv4()',
  'uuidv7()',
  'uuidv7(interval)',
  'current_database()',
  '"current_user"()',
  '"session_user"()',
];

const kept = `raise exception using errcode = 'RH003', message = 'the time of the world is not known here'`;
const epochMs = (setting: string) => `nullif(pg_catalog.current_setting('${setting}', true), '')`;

/** Time as it is for a transaction: that at which it began, where it began before these messages. */
const transactionTime = `
  declare ms text := coalesce(${epochMs('rehearse.began')}, ${epochMs('rehearse.clock')});
  begin
    if ms is null then ${kept}; end if;
    return pg_catalog.to_timestamp(ms::numeric / 1000);
  end`;
const clockTime = `
  declare ms text := ${epochMs('rehearse.clock')};
  begin
    if ms is null then ${kept}; end if;
    return pg_catalog.to_timestamp(ms::numeric / 1000);
  end`;
const sleeping = `
  declare ms bigint := greatest(0, pg_catalog.ceil($1 * 1000));
  begin
    if ms = 0 then return; end if;
    perform pg_catalog.set_config('rehearse.began', coalesce(${epochMs('rehearse.began')}, ${epochMs('rehearse.clock')}), true);
    perform pg_catalog.set_config('rehearse.clock', (${epochMs('rehearse.clock')}::numeric + ms)::text, false);
    raise info using errcode = 'RH004', message = ms::text;
  end`;
const uuid = (version: number) => `
  declare bytes bytea := pg_catalog.rehearse_bytes(16);
  begin
    bytes := pg_catalog.set_byte(bytes, 6, (pg_catalog.get_byte(bytes, 6) & 15) | ${version * 16});
    bytes := pg_catalog.set_byte(bytes, 8, (pg_catalog.get_byte(bytes, 8) & 63) | 128);
    return pg_catalog.encode(bytes, 'hex')::uuid;
  end`;

/** A limit as Postgres shows it: in the largest unit that it is whole in. */
const timeout = `
  declare given text[] := pg_catalog.regexp_match(coalesce(pg_catalog.current_setting($1, true), ''), '^\\s*([0-9]+)\\s*([a-z]*)\\s*$');
    ms bigint;
    unit record;
  begin
    ms := coalesce(given[1], '0')::bigint * case given[2] when 's' then 1000 when 'min' then 60000 when 'h' then 3600000 when 'd' then 86400000 else 1 end;
    for unit in select * from (values (86400000, 'd'), (3600000, 'h'), (60000, 'min'), (1000, 's'), (1, 'ms')) u (size, name) loop
      if ms > 0 and ms % unit.size = 0 then return (ms / unit.size)::text || unit.name; end if;
    end loop;
    return '0';
  end`;

const rounded = (type: string) =>
  `select (pg_catalog.to_timestamp(pg_catalog.round(extract(epoch from pg_catalog.now()), $1)))::${type}`;

/** The functions that stand in their place: signature, what it returns, language, body. */
const functions: [
  signature: string,
  returns: string,
  language: 'plpgsql' | 'sql',
  body: string,
  volatility?: 'volatile',
][] = [
  ['now()', 'timestamptz', 'plpgsql', transactionTime],
  ['transaction_timestamp()', 'timestamptz', 'plpgsql', transactionTime],
  ['statement_timestamp()', 'timestamptz', 'plpgsql', clockTime],
  ['clock_timestamp()', 'timestamptz', 'plpgsql', clockTime, 'volatile'],
  [
    'timeofday()',
    'text',
    'sql',
    `select pg_catalog.to_char(pg_catalog.clock_timestamp(), 'Dy Mon DD HH24:MI:SS.US YYYY TZ')`,
  ],
  ['age(timestamptz)', 'interval', 'sql', 'select pg_catalog.age(pg_catalog.now()::date::timestamptz, $1)'],
  ['age(timestamp)', 'interval', 'sql', 'select pg_catalog.age(pg_catalog.now()::date::timestamp, $1)'],
  ['"current_timestamp"()', 'timestamptz', 'sql', 'select pg_catalog.now()'],
  ['"current_timestamp"(integer)', 'timestamptz', 'sql', rounded('timestamptz')],
  ['"current_time"()', 'timetz', 'sql', 'select pg_catalog.now()::timetz'],
  ['"current_time"(integer)', 'timetz', 'sql', rounded('timetz')],
  ['"current_date"()', 'date', 'sql', 'select pg_catalog.now()::date'],
  ['"localtimestamp"()', 'timestamp', 'sql', 'select pg_catalog.now()::timestamp'],
  ['"localtimestamp"(integer)', 'timestamp', 'sql', rounded('timestamp')],
  ['"localtime"()', 'time', 'sql', 'select pg_catalog.now()::time'],
  ['"localtime"(integer)', 'time', 'sql', rounded('time')],
  ['pg_sleep(float8)', 'void', 'plpgsql', sleeping, 'volatile'],
  ['pg_sleep_for(interval)', 'void', 'sql', 'select pg_catalog.pg_sleep(extract(epoch from $1)::float8)', 'volatile'],
  [
    'pg_sleep_until(timestamptz)',
    'void',
    'sql',
    'select pg_catalog.pg_sleep(extract(epoch from $1 - pg_catalog.clock_timestamp())::float8)',
    'volatile',
  ],
  [
    'rehearse_bytes(integer)',
    'bytea',
    'sql',
    `select coalesce(pg_catalog.decode(pg_catalog.string_agg(pg_catalog.lpad(pg_catalog.to_hex((pg_catalog.random() * 256)::integer & 255), 2, '0'), ''), 'hex'), '')
      from pg_catalog.generate_series(1, $1)`,
    'volatile',
  ],
  ['rehearse_timeout(text)', 'text', 'plpgsql', timeout],
  ['gen_random_uuid()', 'uuid', 'plpgsql', uuid(4), 'volatile'],
  ['"current_catalog"()', 'name', 'sql', 'select pg_catalog.current_database()'],
  ['"current_user"()', 'name', 'sql', 'select pg_catalog.rehearse_name(current_user)'],
  ['"current_role"()', 'name', 'sql', 'select pg_catalog.rehearse_name(current_user)'],
  ['"user"()', 'name', 'sql', 'select pg_catalog.rehearse_name(current_user)'],
  ['"session_user"()', 'name', 'sql', 'select pg_catalog.rehearse_name(current_user)'],
];

/** What the server's own names of roles begin with. */
export const rolePrefix = 'rehearse_u_';

/** What is put into an empty database once, before anything else: its clock, chance and names are the world's then. */
export const surrogates = [
  `update pg_catalog.pg_proc set proname = '${own}' || proname
    where oid in (select to_regprocedure('pg_catalog.' || one) from unnest(array[${aside.map(literal).join(', ')}]) one)`,
  `create function pg_catalog.rehearse_name(name) returns name language sql immutable
    as $$ select case when $1 like '${rolePrefix.replaceAll('_', '\\_')}%' then substr($1, ${rolePrefix.length + 1})::name else $1 end $$`,
  `create function pg_catalog.current_database() returns name language sql stable as $$ select ''::name $$`,
  ...functions.map(
    ([signature, returns, language, body, volatility = 'stable']) =>
      `create function pg_catalog.${signature} returns ${returns} language ${language} ${volatility} as $rehearse$ ${body} $rehearse$`,
  ),
  ...['uuidv4()', 'uuidv7()'].map(
    (one) => `do $do$ begin
      if to_regprocedure('pg_catalog.${own}${one}') is not null then
        create function pg_catalog.${one} returns uuid language plpgsql volatile as $rehearse$ ${uuid(one === 'uuidv4()' ? 4 : 7)} $rehearse$;
      end if;
    end $do$`,
  ),
  `create table pg_catalog.rehearse_siblings (name name primary key)`,
  `grant select, insert, delete on pg_catalog.rehearse_siblings to public`,
  databasesView(),
  `create view pg_catalog.rehearse_roles as
    select pg_catalog.rehearse_name(rolname) as rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, true as rolcanlogin,
      rolreplication, rolconnlimit, rolpassword, rolvaliduntil, rolbypassrls, rolconfig, oid
    from pg_catalog.pg_roles
    where rolname ~ '^pg_' or rolname ~ '^${rolePrefix}' and pg_catalog.pg_has_role(session_user, oid, 'member')`,
  activityView(),
  `grant select on pg_catalog.rehearse_databases, pg_catalog.rehearse_roles, pg_catalog.rehearse_activity to public`,
  `revoke execute on function pg_catalog.pg_terminate_backend(integer, bigint), pg_catalog.pg_cancel_backend(integer) from public`,
  informationSchema(),
  extensionTrigger(),
];

/** The one that clients are in, under the name that they know, and those beside it. */
function databasesView(): string {
  return `do $do$ declare others text; begin
    select string_agg(quote_ident(attname), ', ' order by attnum) into others from pg_catalog.pg_attribute
      where attrelid = 'pg_catalog.pg_database'::regclass and attnum > 0 and not attisdropped and attname not in ('oid', 'datname');
    execute format($view$
      create view pg_catalog.rehearse_databases as
        select oid, pg_catalog.current_database() as datname, %1$s from pg_catalog.pg_database
          where datname = pg_catalog.${own}current_database()
        union all
        select (oid::bigint + row_number() over (order by name))::oid, name, %1$s
          from pg_catalog.rehearse_siblings, pg_catalog.pg_database where datname = pg_catalog.${own}current_database()
        union all
        select oid, datname, %1$s from pg_catalog.pg_database where datname in ('template0', 'template1')$view$, others);
  end $do$`;
}

/** What one simulation does is no other's to see. */
function activityView(): string {
  return `do $do$ declare columns text; begin
    select string_agg(case attname when 'datname' then 'pg_catalog.current_database() as datname'
        when 'usename' then 'pg_catalog.rehearse_name(usename) as usename' else quote_ident(attname) end, ', ' order by attnum)
      into columns from pg_catalog.pg_attribute
      where attrelid = 'pg_catalog.pg_stat_activity'::regclass and attnum > 0 and not attisdropped;
    execute 'create view pg_catalog.rehearse_activity as select ' || columns || ' from pg_catalog.pg_stat_activity where pid = pg_catalog.pg_backend_pid()';
  end $do$`;
}

/** Views of the standard name the catalog that they are in. */
function informationSchema(): string {
  return `do $do$ declare one record; begin
    for one in select c.oid::regclass as view, pg_catalog.pg_get_viewdef(c.oid) as text from pg_catalog.pg_class c
      where c.relkind = 'v' and c.relnamespace = 'information_schema'::regnamespace loop
      if one.text like '%${own}current_database()%' then
        execute format('create or replace view %s as %s', one.view, replace(one.text, '${own}current_database()', 'pg_catalog.current_database()'));
      end if;
    end loop;
  end $do$`;
}

/** Extensions bring chance of their own; it is exchanged as soon as one is there. */
function extensionTrigger(): string {
  return `create function pg_catalog.rehearse_extension() returns event_trigger language plpgsql security definer as $rehearse$
    declare one record;
    begin
      for one in select p.oid::regprocedure as signature, p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid) as given
        from pg_catalog.pg_proc p join pg_catalog.pg_depend d on d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
        where p.proname in ('gen_random_bytes', 'gen_random_uuid', 'uuid_generate_v4') and p.prolang = (select oid from pg_catalog.pg_language where lanname = 'c') loop
        execute format('create or replace function %s returns %s language sql volatile as %L', one.signature,
          case one.proname when 'gen_random_bytes' then 'bytea' else 'uuid' end,
          case one.proname when 'gen_random_bytes' then 'select pg_catalog.rehearse_bytes($1)' else 'select pg_catalog.gen_random_uuid()' end);
      end loop;
    end $rehearse$;
  create event trigger rehearse_extension on ddl_command_end when tag in ('CREATE EXTENSION') execute function pg_catalog.rehearse_extension()`;
}

/** What one database is told of itself. */
export function named(database: string): string {
  return `create or replace function pg_catalog.current_database() returns name language sql stable as ${literal(`select ${literal(database)}::name`)}`;
}

/** A role's name on the server. */
export function roleName(name: string): string {
  return `${rolePrefix}${name}`;
}

/** SQL that makes a role where there is none; its password is what this program enters with. */
export function makingRole(name: string, password: string): string {
  const role = quoted(roleName(name));
  const attributes = 'login nosuperuser nocreatedb nocreaterole noreplication';
  return `do ${literal(`begin create role ${role} ${attributes}; exception when duplicate_object or unique_violation then null; end`)};
    alter role ${role} ${attributes} password ${literal(password)}`;
}
