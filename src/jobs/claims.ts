import type { Sql } from '../db/sql.ts';

/**
 * Claims a happening by all its names, such as `event:<id>` and `message:<team>:<channel>:<ts>`: true for the first who
 * claims any of them, false for everybody after. Durable with the caller's transaction, so claim and work stand or fall
 * together; a second claimer waits until the first has committed or given up.
 */
export async function claim(sql: Sql, keys: string[]): Promise<boolean> {
  // In one order everywhere, so that two claimers with the same names never wait for each other.
  const names = [...new Set(keys)].sort();
  if (names.length === 0) throw new TypeError('a claim needs at least one key');
  const claimed = await sql`
    insert into claims (key)
    select unnest(${names}::text[])
    on conflict do nothing
    returning key`;
  return claimed.length === names.length;
}
