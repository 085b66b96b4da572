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
    const list = keys.get(key, 'list') ?? [];
    return list.slice(...sliceOf(list.length, integer(first), integer(last)));
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
    const list = keys.get(key, 'list');
    if (!list) return ok;
    const kept = list.slice(...sliceOf(list.length, integer(first), integer(last)));
    list.length = 0;
    list.push(...kept);
    keys.changed(key);
    return ok;
  }),
  lrem: command(3, 3, ({ keys }, [key = '', count, value = '']) =>
    remove(keys.get(key, 'list'), integer(count), value, () => keys.changed(key)),
  ),
  linsert: command(4, 4, ({ keys }, [key = '', where = '', pivot = '', value = '']) => {
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
