import {
  any,
  type Context,
  command,
  decimal,
  type Family,
  integer,
  sliceOf,
  syntaxError,
  type Wait,
} from '../command.ts';
import { Refusal } from '../refusal.ts';
import { type Bytes, ok, type Reply } from '../resp.ts';

type End = 'left' | 'right';

const positive = 'ERR value is out of range, must be positive';

/** Lists and the queues made of them. */
export const lists: Family = {
  lpush: command(2, any, (context, [key = '', ...values]) => push(context, key, 'left', values)),
  rpush: command(2, any, (context, [key = '', ...values]) => push(context, key, 'right', values)),
  lpushx: command(2, any, (context, [key = '', ...values]) =>
    context.keys.has(key) ? push(context, key, 'left', values) : 0,
  ),
  rpushx: command(2, any, (context, [key = '', ...values]) =>
    context.keys.has(key) ? push(context, key, 'right', values) : 0,
  ),
  lpop: command(1, 2, (context, [key = '', count]) => popSome(context, key, 'left', count)),
  rpop: command(1, 2, (context, [key = '', count]) => popSome(context, key, 'right', count)),
  llen: command(1, 1, ({ keys }, [key = '']) => keys.get(key, 'list')?.length ?? 0),
  lrange: command(3, 3, ({ keys }, [key = '', first, last]) => {
    const [from, to] = [integer(first), integer(last)];
    const list = keys.get(key, 'list') ?? [];
    return list.slice(...sliceOf(list.length, from, to));
  }),
  lindex: command(2, 2, ({ keys }, [key = '', at]) => keys.get(key, 'list')?.at(integer(at)) ?? null),
  lset: command(3, 3, ({ keys }, [key = '', at, value = '']) => {
    const list = keys.get(key, 'list');
    if (!list) throw new Refusal('ERR no such key');
    const index = integer(at) < 0 ? list.length + integer(at) : integer(at);
    if (list[index] === undefined) throw new Refusal('ERR index out of range');
    list[index] = value;
    keys.changed(key);
    return ok;
  }),
  ltrim: command(3, 3, ({ keys }, [key = '', first, last]) => {
    const [from, to] = [integer(first), integer(last)];
    const list = keys.get(key, 'list');
    if (!list) return ok;
    const kept = list.slice(...sliceOf(list.length, from, to));
    list.length = 0;
    list.push(...kept);
    keys.changed(key);
    return ok;
  }),
  lrem: command(3, 3, ({ keys }, [key = '', count, value = '']) => {
    const most = integer(count);
    return remove(keys.get(key, 'list'), most, value, () => keys.changed(key));
  }),
  lpos: command(2, any, (context, [key = '', value = '', ...options]) => positions(context, key, value, options)),
  lmpop: command(3, any, (context, parameters) => popMany(context, parameters)() ?? { nilArray: true }),
  blmpop: command(4, any, (context, [timeout, ...rest]) =>
    waiting(context, timeout, { nilArray: true }, popMany(context, rest)),
  ),
  linsert: command(4, 4, ({ keys }, [key = '', where = '', pivot = '', value = '']) => {
    if (!/^(before|after)$/i.test(where)) throw syntaxError();
    const list = keys.get(key, 'list');
    const at = list?.indexOf(pivot) ?? -1;
    if (!list) return 0;
    if (at < 0) return -1;
    list.splice(where.toLowerCase() === 'before' ? at : at + 1, 0, value);
    keys.changed(key);
    return list.length;
  }),
  rpoplpush: command(2, 2, (context, [from = '', to = '']) => move(context, from, to, 'right', 'left') ?? null),
  lmove: command(
    4,
    4,
    (context, [from = '', to = '', out, into]) => move(context, from, to, end(out), end(into)) ?? null,
  ),
  blpop: command(2, any, (context, parameters) => popFirst(context, parameters, 'left')),
  brpop: command(2, any, (context, parameters) => popFirst(context, parameters, 'right')),
  brpoplpush: command(3, 3, (context, [from = '', to = '', timeout]) =>
    waiting(context, timeout, null, () => move(context, from, to, 'right', 'left')),
  ),
  blmove: command(5, 5, (context, [from = '', to = '', out, into, timeout]) =>
    waiting(context, timeout, null, () => move(context, from, to, end(out), end(into))),
  ),
};

/** Answers at once when there is something, or waits for it in virtual time. */
export function waiting(
  context: Context,
  timeout: Bytes | undefined,
  otherwise: Reply,
  attempt: Wait['attempt'],
): Reply | { wait: Wait } {
  const seconds = decimal(timeout, 'ERR timeout is not a float or out of range');
  if (seconds < 0) throw new Refusal('ERR timeout is negative');
  const now = attempt();
  if (now !== undefined) return now;
  return context.inTransaction ? otherwise : { wait: { attempt, timeout: seconds * 1000, otherwise } };
}

function popFirst(context: Context, parameters: Bytes[], from: End): Reply | { wait: Wait } {
  const names = parameters.slice(0, -1);
  return waiting(context, parameters.at(-1), { nilArray: true }, () => {
    const key = names.find((name) => context.keys.get(name, 'list'));
    return key === undefined ? undefined : [key, pop(context, key, from) ?? null];
  });
}

function popMany(context: Context, [number, ...rest]: Bytes[]): () => Reply | undefined {
  const size = integer(number, 'ERR numkeys should be greater than 0');
  if (size <= 0) throw new Refusal('ERR numkeys should be greater than 0');
  const [names, [where, word, count, ...more]] = [rest.slice(0, size), rest.slice(size)];
  const from = end(where);
  if (more.length > 0 || (word !== undefined && (word.toLowerCase() !== 'count' || count === undefined)))
    throw syntaxError();
  const most = count === undefined ? 1 : integer(count, 'ERR count should be greater than 0');
  if (most <= 0) throw new Refusal('ERR count should be greater than 0');
  return () => {
    const key = names.find((name) => context.keys.get(name, 'list'));
    return key === undefined ? undefined : [key, popSome(context, key, from, String(most))];
  };
}

function positions({ keys }: Context, key: Bytes, value: Bytes, options: Bytes[]): Reply {
  let rank = 1;
  let count: number | undefined;
  let most = 0;
  for (let at = 0; at < options.length; at += 2) {
    const word = options[at]?.toLowerCase();
    const number = integer(options[at + 1]);
    if (word === 'rank') rank = number;
    else if (word === 'count') count = number;
    else if (word === 'maxlen') most = number;
    else throw syntaxError();
  }
  if (rank === 0) {
    throw new Refusal(
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use negative to start from the end of the list",
    );
  }
  if (count !== undefined && count < 0) throw new Refusal("ERR COUNT can't be negative");
  if (most < 0) throw new Refusal("ERR MAXLEN can't be negative");
  const list = keys.get(key, 'list') ?? [];
  const places = list.map((_, at) => (rank < 0 ? list.length - 1 - at : at)).slice(0, most || undefined);
  const found = places.filter((at) => list[at] === value).slice(Math.abs(rank) - 1);
  return count === undefined ? (found[0] ?? null) : found.slice(0, count || undefined);
}

function push({ keys }: Context, key: Bytes, to: End, values: Bytes[]): number {
  const list = keys.make(key, 'list', () => []);
  for (const value of values) {
    if (to === 'left') list.unshift(value);
    else list.push(value);
  }
  keys.changed(key);
  return list.length;
}

function pop({ keys }: Context, key: Bytes, from: End): Bytes | undefined {
  const list = keys.get(key, 'list');
  const value = from === 'left' ? list?.shift() : list?.pop();
  if (value !== undefined) keys.changed(key);
  return value;
}

function popSome(context: Context, key: Bytes, from: End, count: Bytes | undefined): Reply {
  if (count === undefined) return pop(context, key, from) ?? null;
  if (integer(count, positive) < 0) throw new Refusal(positive);
  if (!context.keys.get(key, 'list')) return { nilArray: true };
  const found: Bytes[] = [];
  for (let left = integer(count); left > 0; left -= 1) {
    const value = pop(context, key, from);
    if (value === undefined) break;
    found.push(value);
  }
  return found;
}

function move(context: Context, from: Bytes, to: Bytes, out: End, into: End): Bytes | undefined {
  if (!context.keys.get(from, 'list')) return undefined;
  context.keys.get(to, 'list');
  const value = pop(context, from, out);
  if (value !== undefined) push(context, to, into, [value]);
  return value;
}

function remove(list: Bytes[] | undefined, count: number, value: Bytes, changed: () => void): number {
  const places = (list ?? []).flatMap((item, index) => (item === value ? [index] : []));
  const gone = count === 0 ? places : count > 0 ? places.slice(0, count) : places.slice(count);
  for (const at of gone.toReversed()) list?.splice(at, 1);
  if (gone.length > 0) changed();
  return gone.length;
}

function end(word: Bytes | undefined): End {
  const found = word?.toLowerCase();
  if (found === 'left' || found === 'right') return found;
  throw syntaxError();
}
