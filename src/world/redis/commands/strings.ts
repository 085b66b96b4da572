import { any, type Context, command, decimal, type Family, integer, pairs, sliceOf, syntaxError } from '../command.ts';
import { Refusal } from '../refusal.ts';
import { type Bytes, ok, type Reply } from '../resp.ts';

const mostBytes = 64_000_000;
const largest = 2n ** 63n - 1n;

/** Plain values and counters. */
export const strings: Family = {
  get: command(1, 1, ({ keys }, [key = '']) => keys.get(key, 'string') ?? null),
  set: command(2, any, set),
  setnx: command(2, 2, ({ keys }, [key = '', value = '']) => {
    if (keys.has(key)) return 0;
    keys.put(key, 'string', value);
    return 1;
  }),
  setex: command(3, 3, (context, [key = '', seconds, value = '']) =>
    timed(context, key, integer(seconds) * 1000, value),
  ),
  psetex: command(3, 3, (context, [key = '', milliseconds, value = '']) =>
    timed(context, key, integer(milliseconds), value),
  ),
  getset: command(2, 2, ({ keys }, [key = '', value = '']) => {
    const before = keys.get(key, 'string') ?? null;
    keys.put(key, 'string', value);
    return before;
  }),
  getdel: command(1, 1, ({ keys }, [key = '']) => {
    const before = keys.get(key, 'string') ?? null;
    keys.delete(key);
    return before;
  }),
  getex: command(1, 3, (context, [key = '', option, amount]) => {
    if (option !== undefined && !/^(ex|px|exat|pxat|persist)$/i.test(option)) throw syntaxError();
    const value = context.keys.get(key, 'string') ?? null;
    if (value === null || option === undefined) return value;
    context.keys.expire(
      key,
      option.toLowerCase() === 'persist' ? undefined : expiryOf(context, option, amount, 'getex'),
    );
    return value;
  }),
  mget: command(1, any, ({ keys }, names) =>
    names.map((key) => (keys.kind(key) === 'string' ? (keys.get(key, 'string') ?? null) : null)),
  ),
  mset: command(2, any, ({ keys }, parameters) => {
    for (const [key, value] of pairs(parameters)) keys.put(key, 'string', value);
    return ok;
  }),
  msetnx: command(2, any, ({ keys }, parameters) => {
    const given = pairs(parameters);
    if (given.some(([key]) => keys.has(key))) return 0;
    for (const [key, value] of given) keys.put(key, 'string', value);
    return 1;
  }),
  incr: command(1, 1, (context, [key = '']) => add(context, key, 1n)),
  decr: command(1, 1, (context, [key = '']) => add(context, key, -1n)),
  incrby: command(2, 2, (context, [key = '', by]) => add(context, key, whole(by))),
  decrby: command(2, 2, (context, [key = '', by]) => add(context, key, -whole(by))),
  incrbyfloat: command(2, 2, ({ keys }, [key = '', by]) => {
    const sum = decimal(keys.get(key, 'string') ?? '0') + decimal(by);
    const text = String(Number(sum.toPrecision(17)));
    keys.put(key, 'string', text, keys.expiry(key));
    return text;
  }),
  append: command(2, 2, ({ keys }, [key = '', more = '']) => {
    const value = (keys.get(key, 'string') ?? '') + more;
    keys.put(key, 'string', value, keys.expiry(key));
    return value.length;
  }),
  substr: command(3, 3, slice),
  setrange: command(3, 3, ({ keys }, [key = '', at, value = '']) => {
    const from = integer(at);
    if (from < 0) throw new Refusal('ERR offset is out of range');
    const before = keys.get(key, 'string') ?? '';
    if (value === '') return before.length;
    if (from + value.length > mostBytes)
      throw new Refusal('ERR string exceeds maximum allowed size (proto-max-bulk-len)');
    const text = before.padEnd(from, '\0').slice(0, from) + value + before.slice(from + value.length);
    keys.put(key, 'string', text, keys.expiry(key));
    return text.length;
  }),
  strlen: command(1, 1, ({ keys }, [key = '']) => keys.get(key, 'string')?.length ?? 0),
  getrange: command(3, 3, slice),
};

function slice({ keys }: Context, [key = '', first, last]: Bytes[]): Reply {
  const [from, to] = [integer(first), integer(last)];
  const value = keys.get(key, 'string') ?? '';
  if (from < 0 && to < 0 && from > to) return '';
  return value.slice(...sliceOf(value.length, from, to < 0 ? Math.max(value.length + to, 0) : to));
}

function set(context: Context, [key = '', value = '', ...options]: Bytes[]): Reply {
  const { keys } = context;
  let expires: number | undefined;
  const asked = new Set<string>();
  while (options.length > 0) {
    const option = options.shift()?.toLowerCase() ?? '';
    if (/^(ex|px|exat|pxat)$/.test(option) && options.length > 0) expires = expiryOf(context, option, options.shift());
    else if (/^(nx|xx|get|keepttl)$/.test(option)) asked.add(option);
    else throw syntaxError();
  }
  if (asked.has('nx') && asked.has('xx')) throw syntaxError();
  const before = asked.has('get') ? (keys.get(key, 'string') ?? null) : null;
  const refused = (asked.has('nx') && keys.has(key)) || (asked.has('xx') && !keys.has(key));
  if (!refused) keys.put(key, 'string', value, asked.has('keepttl') ? keys.expiry(key) : expires);
  if (asked.has('get')) return before;
  return refused ? null : ok;
}

function expiryOf({ clock }: Context, option: string, amount: Bytes | undefined, name = 'set'): number {
  const value = integer(amount);
  if (value <= 0) throw new Refusal(`ERR invalid expire time in '${name}' command`);
  const milliseconds = /^ex/i.test(option) ? value * 1000 : value;
  return /at$/i.test(option) ? milliseconds : clock.now() + milliseconds;
}

function timed(context: Context, key: Bytes, milliseconds: number, value: Bytes): Reply {
  if (milliseconds <= 0) throw new Refusal("ERR invalid expire time in 'setex' command");
  context.keys.put(key, 'string', value, context.clock.now() + milliseconds);
  return ok;
}

function add({ keys }: Context, key: Bytes, by: bigint): Reply {
  const sum = whole(keys.get(key, 'string') ?? '0') + by;
  if (sum > largest || sum < -largest - 1n) throw new Refusal('ERR increment or decrement would overflow');
  keys.put(key, 'string', String(sum), keys.expiry(key));
  return sum;
}

function whole(text: Bytes | undefined): bigint {
  if (text === undefined || !/^-?\d{1,19}$/.test(text))
    throw new Refusal('ERR value is not an integer or out of range');
  return BigInt(text);
}
