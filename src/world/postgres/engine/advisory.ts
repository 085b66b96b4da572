const kinds = [
  { prefix: 'pg_advisory_lock', tries: false, scope: 'session' },
  { prefix: 'pg_try_advisory_lock', tries: true, scope: 'session' },
  { prefix: 'pg_advisory_xact_lock', tries: false, scope: 'transaction' },
  { prefix: 'pg_try_advisory_xact_lock', tries: true, scope: 'transaction' },
];
const keys = [
  { parameters: 'key bigint', key: `'1:' || key` },
  { parameters: 'class integer, object integer', key: `'2:' || class || ':' || object` },
];
const modes = [
  { suffix: '', mode: 'x' },
  { suffix: '_shared', mode: 's' },
];
const original = 'rehearse_own_';

/**
 * Makes advisory locks those of clients, though one backend serves them all: the built-in functions step aside for
 * ones that know which locks the other clients hold (`rehearse.held`) and tell what they took and gave back (`RH001`).
 * What would have to wait fails with `RH002`, and is asked again when the lock is free.
 */
export const advisoryLocks = [
  'set allow_system_table_mods = on',
  `update pg_proc set proname = '${original}' || proname where proname ~ '^pg_(try_)?advisory_' and pronamespace = 'pg_catalog'::regnamespace`,
  ...kinds.flatMap((kind) => keys.flatMap((key) => modes.map((mode) => taking(kind, key, mode)))),
  ...keys.flatMap((key) => modes.map((mode) => giving(key, mode))),
  `create function pg_catalog.pg_advisory_unlock_all() returns void language plpgsql as $$
    begin ${told("'all'")} end $$`,
  'reset allow_system_table_mods',
].join(';\n');

function taking(kind: (typeof kinds)[number], key: (typeof keys)[number], mode: (typeof modes)[number]): string {
  const held = `coalesce(current_setting('rehearse.held', true), '')`;
  const others =
    mode.mode === 'x'
      ? `(position(',x:' || wanted || ',' in held) > 0 or position(',s:' || wanted || ',' in held) > 0)`
      : `position(',x:' || wanted || ',' in held) > 0`;
  const refuse = kind.tries
    ? 'return false;'
    : `raise exception using errcode = 'RH002', message = 'advisory lock ' || wanted || ' is held by another client';`;
  const take =
    kind.scope === 'session'
      ? `perform pg_catalog.${original}pg_advisory_lock(${own(mode.mode)}); ${told(`'lock ${mode.mode}:' || wanted`)}`
      : told(`'transaction'`);
  return `create function pg_catalog.${kind.prefix}${mode.suffix}(${key.parameters}) returns ${kind.tries ? 'boolean' : 'void'}
    language plpgsql strict as $$
    declare wanted text := ${key.key}; held text := ${held};
    begin
      if ${others} then ${refuse} end if;
      ${take}
      ${kind.tries ? 'return true;' : ''}
    end $$`;
}

function giving(key: (typeof keys)[number], mode: (typeof modes)[number]): string {
  return `create function pg_catalog.pg_advisory_unlock${mode.suffix}(${key.parameters}) returns boolean
    language plpgsql strict as $$
    declare wanted text := ${key.key};
    begin
      if not pg_catalog.${original}pg_advisory_unlock(${own(mode.mode)}) then return false; end if;
      ${told(`'unlock ${mode.mode}:' || wanted`)}
      return true;
    end $$`;
}

/** A client's own lock in the one backend, so that Postgres itself counts how often it was taken. */
function own(mode: string): string {
  return `pg_catalog.hashtextextended(coalesce(current_setting('rehearse.client', true), '') || ' ${mode}:' || wanted, 0)`;
}

function told(words: string): string {
  return `raise info using errcode = 'RH001', message = coalesce(current_setting('rehearse.client', true), '') || ' ' || ${words};`;
}
