import type { Sql } from '../db/sql.ts';

/** A message as it is wished for, by the key that makes it one. */
export interface Wish<To extends object = object, Body extends object = object> {
  key: string;
  address: To;
  body: Body;
}

/** A wish in the hands of one deliverer. */
export interface Held<To extends object = object, Body extends object = object> extends Wish<To, Body> {
  version: number;
  ref: string | null;
  failures: number;
}

/** Why and until when a delivery did not come about. */
export interface Setback {
  reason: string;
  retryInMs: number;
  /** It can never come about: until something else is said, nobody tries again. */
  permanent: boolean;
}

/** Takes the wish that has waited longest, for one holder and a time; nobody else gets it until then. */
export async function hold<To extends object, Body extends object>(
  sql: Sql,
  holder: string,
  leaseMs: number,
): Promise<Held<To, Body> | undefined> {
  const [held] = await sql<Held<To, Body>>`
    update replies
    set holder = ${holder}, held_until = now() + ${leaseMs} * interval '1 millisecond'
    where key = (
      select key
      from replies
      where delivered_version < version
        and given_up is null
        and due_at <= now()
        and (held_until is null or held_until <= now())
      order by due_at, key
      limit 1
      for update skip locked
    )
    returning key, address, body, version, ref, failures`;
  return held;
}

/** Writes down that a version has been delivered as which message; false when the hold had run out before. */
export async function delivered(sql: Sql, holder: string, { key, version }: Held, ref: string): Promise<boolean> {
  const rows = await sql`
    update replies
    set ref = ${ref}, delivered_version = ${version}, failures = 0, holder = null, held_until = null
    where key = ${key} and holder = ${holder}
    returning key`;
  return rows.length > 0;
}

/** Writes down that a delivery did not come about, and when it is worth trying again. */
export async function setBack(sql: Sql, holder: string, { key, version }: Held, setback: Setback): Promise<void> {
  await sql`
    update replies
    set failures = failures + 1,
      due_at = now() + ${Math.ceil(setback.retryInMs)} * interval '1 millisecond',
      given_up = case when ${setback.permanent} and version = ${version} then ${setback.reason}::text end,
      holder = null,
      held_until = null
    where key = ${key} and holder = ${holder}`;
}

/** How many wishes are still to be delivered, and in how many milliseconds the next of them is due. */
export async function pending(sql: Sql): Promise<{ count: number; dueInMs: number }> {
  const [row] = await sql<{ count: number; dueInMs: number }>`
    select count(*) as count,
      coalesce(extract(epoch from min(greatest(due_at, held_until)) - now()) * 1000, 0)::float8 as "dueInMs"
    from replies
    where delivered_version < version and given_up is null`;
  return row ?? { count: 0, dueInMs: 0 };
}

/** What the message of a key should read; null when nothing was said under it. */
export async function said<Body extends object>(sql: Sql, key: string): Promise<Body | null> {
  const [reply] = await sql<{ body: Body }>`
    select body
    from replies
    where key = ${key}`;
  return reply?.body ?? null;
}
