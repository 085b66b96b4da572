import { AsyncLocalStorage } from 'node:async_hooks';
import pg from 'pg';
import { toSql } from 'pgvector';

/** Asks the database: `` sql<Row>`select … where id = ${id}` ``. Values are bound, never pasted into the text. */
export interface Sql {
  <Row extends object = Record<string, unknown>>(text: TemplateStringsArray, ...values: unknown[]): Promise<Row[]>;
  /** Does the work in one transaction (a savepoint when already in one); it is undone when the work throws. */
  begin<Result>(work: (sql: Sql) => Promise<Result>): Promise<Result>;
  /** Calls back once what was written can be seen by others: after the commit, or at once outside a transaction. */
  afterCommit(call: () => void): void;
  /** For libraries that bring their own text with $1, $2 …; never for text that we put together. */
  ask(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** What can run a query: the pool, or one connection of it. */
interface Asker {
  query(query: pg.QueryConfig): Promise<pg.QueryResult>;
}

/** A value bound as JSON; needed for arrays and bare strings, which would otherwise be bound as SQL arrays and text. */
export function json(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part) => (typeof part === 'string' ? storable(part) : part));
}

/** A list of numbers in the form that pgvector reads. */
export function toVector(numbers: number[]): string | null {
  return toSql(numbers);
}

/**
 * The tag over a pool. Inside its own transaction it refuses to be asked: the question would go out on another
 * connection, so it would not be undone with the rest, and on the embedded database it would wait for ever.
 */
export function sqlOver(pool: pg.Pool): Sql {
  const around = new AsyncLocalStorage<{ open: boolean }>();
  const outside = () => {
    if (around.getStore()?.open) throw new Error('inside begin(…) ask the sql that it hands in, not the one outside');
  };
  const asker: Asker = {
    query: async (query) => {
      outside();
      return await pool.query(query);
    },
  };
  const begin: Sql['begin'] = async (work) => {
    outside();
    const here = { open: true };
    return await transaction(
      pool,
      (sql) => around.run(here, () => work(sql)),
      () => {
        here.open = false;
      },
    );
  };
  return tag(asker, begin, (call) => call());
}

async function transaction<Result>(
  pool: pg.Pool,
  work: (sql: Sql) => Promise<Result>,
  ended: () => void,
): Promise<Result> {
  const client = await pool.connect();
  const after: (() => void)[] = [];
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await work(within(client, after));
    await client.query('commit');
    ended();
    for (const call of after) call();
    return result;
  } catch (error) {
    // A connection that cannot even roll back is thrown away: its session may be in any state.
    await client.query('rollback').catch((rollback: Error) => {
      broken = rollback;
    });
    throw error;
  } finally {
    ended();
    client.release(broken);
  }
}

function within(client: pg.PoolClient, after: (() => void)[], depth = 0): Sql {
  return tag(
    client,
    async (work) => {
      const name = `nested_${depth}`;
      const mine: (() => void)[] = [];
      await client.query(`savepoint ${name}`);
      try {
        const result = await work(within(client, mine, depth + 1));
        await client.query(`release savepoint ${name}`);
        after.push(...mine);
        return result;
      } catch (error) {
        await client.query(`rollback to savepoint ${name}`);
        throw error;
      }
    },
    (call) => void after.push(call),
  );
}

function tag(asker: Asker, begin: Sql['begin'], afterCommit: Sql['afterCommit']): Sql {
  const query = async <Row extends object>(text: TemplateStringsArray, ...values: unknown[]): Promise<Row[]> => {
    const placed = text.reduce((whole, part, index) => (index === 0 ? part : `${whole}$${index}${part}`), '');
    const { rows } = await asker.query({ text: placed, values: values.map(bind), types });
    return rows as Row[];
  };
  // Without values the simple protocol is used, which alone takes several statements in one text.
  const ask = async (text: string, values?: unknown[]) => {
    const result = await asker.query(values?.length ? { text, values } : { text });
    return Array.isArray(result) ? { rows: result.flatMap((one: pg.QueryResult) => one.rows) } : result;
  };
  return Object.assign(query, { begin, afterCommit, ask });
}

function bind(value: unknown): unknown {
  if (value === undefined) throw new TypeError('undefined cannot be bound; say null where nothing is meant');
  if (typeof value === 'string') return storable(value);
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return value.map(bind);
  const plain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  return plain ? json(value) : value;
}

/** Postgres stores neither NUL nor half a surrogate pair; what people paste has both. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

const { INT8, NUMERIC, DATE, TIMESTAMP } = pg.types.builtins;

/** Our reading of types; per query, so that libraries on the same pool keep theirs. */
const types: pg.CustomTypesConfig = {
  getTypeParser(type: number, format?: string) {
    if (format !== 'binary' && type === INT8) return wholeNumber;
    // As text: a double would round a numeric, and a date has no time zone to be read in.
    if (format !== 'binary' && (type === NUMERIC || type === DATE || type === TIMESTAMP)) return String;
    return pg.types.getTypeParser(type, format as 'text');
  },
};

function wholeNumber(text: string): number | bigint {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}
