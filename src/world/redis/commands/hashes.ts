import { any, type Context, command, decimal, type Family, integer, pairs, syntaxError } from '../command.ts';
import { fits } from '../glob.ts';
import { Refusal } from '../refusal.ts';
import { type Bytes, ok, type Reply } from '../resp.ts';
import { scanOptions } from './keys.ts';

/** Maps of fields to values. */
export const hashes: Family = {
  hset: command(3, any, (context, [key = '', ...rest]) => put(context, key, rest)),
  hmset: command(3, any, (context, [key = '', ...rest]) => {
    put(context, key, rest);
    return ok;
  }),
  hsetnx: command(3, 3, (context, [key = '', field = '', value = '']) => {
    if (context.keys.get(key, 'hash')?.has(field)) return 0;
    return put(context, key, [field, value]);
  }),
  hget: command(2, 2, ({ keys }, [key = '', field = '']) => keys.get(key, 'hash')?.get(field) ?? null),
  hmget: command(2, any, ({ keys }, [key = '', ...fields]) => {
    const hash = keys.get(key, 'hash');
    return fields.map((field) => hash?.get(field) ?? null);
  }),
  hgetall: command(1, 1, ({ keys }, [key = '']) => ({ map: [...(keys.get(key, 'hash') ?? [])] })),
  hkeys: command(1, 1, ({ keys }, [key = '']) => [...(keys.get(key, 'hash')?.keys() ?? [])]),
  hvals: command(1, 1, ({ keys }, [key = '']) => [...(keys.get(key, 'hash')?.values() ?? [])]),
  hlen: command(1, 1, ({ keys }, [key = '']) => keys.get(key, 'hash')?.size ?? 0),
  hexists: command(2, 2, ({ keys }, [key = '', field = '']) => (keys.get(key, 'hash')?.has(field) ? 1 : 0)),
  hstrlen: command(2, 2, ({ keys }, [key = '', field = '']) => keys.get(key, 'hash')?.get(field)?.length ?? 0),
  hrandfield: command(1, 3, (context, [key = '', count, option]) => random(context, key, count, option)),
  hdel: command(2, any, ({ keys }, [key = '', ...fields]) => {
    const hash = keys.get(key, 'hash');
    const gone = fields.filter((field) => hash?.delete(field)).length;
    if (gone > 0) keys.changed(key);
    return gone;
  }),
  hincrby: command(3, 3, ({ keys }, [key = '', field = '', by]) => {
    const more = wholeOf(by, 'ERR value is not an integer or out of range');
    const sum = wholeOf(keys.get(key, 'hash')?.get(field) ?? '0', 'ERR hash value is not an integer') + more;
    if (sum !== BigInt.asIntN(64, sum)) throw new Refusal('ERR increment or decrement would overflow');
    keys.make(key, 'hash', () => new Map()).set(field, String(sum));
    keys.changed(key);
    return sum;
  }),
  hincrbyfloat: command(3, 3, ({ keys }, [key = '', field = '', by]) => {
    const more = decimal(by);
    const sum = String(decimal(keys.get(key, 'hash')?.get(field) ?? '0', 'ERR hash value is not a float') + more);
    keys.make(key, 'hash', () => new Map()).set(field, sum);
    keys.changed(key);
    return sum;
  }),
  hscan: command(2, any, ({ keys }, [key = '', , ...options]) => {
    const { match } = scanOptions(options);
    const found = [...(keys.get(key, 'hash') ?? [])].filter(([field]) => !match || fits(field, match));
    return ['0', found.flat()];
  }),
};

function wholeOf(text: Bytes | undefined, words: string): bigint {
  if (text === undefined || !/^(0|-?[1-9]\d{0,18})$/.test(text)) throw new Refusal(words);
  return BigInt(text);
}

function random({ keys, chance }: Context, key: Bytes, count: Bytes | undefined, option: Bytes | undefined): Reply {
  if (option !== undefined && option.toLowerCase() !== 'withvalues') throw syntaxError();
  const left = [...(keys.get(key, 'hash') ?? [])];
  const size = count === undefined ? 1 : integer(count);
  const found: [Reply, Reply][] = [];
  while (left.length > 0 && found.length < Math.min(Math.abs(size), 100_000)) {
    const at = Math.floor(chance.next() * left.length);
    const one = size < 0 ? left[at] : left.splice(at, 1)[0];
    if (one) found.push(one);
  }
  if (count === undefined) return found[0]?.[0] ?? null;
  return option === undefined ? found.map(([field]) => field) : { pairs: found };
}

function put({ keys }: Context, key: Bytes, rest: Bytes[]): number {
  if (rest.length % 2 !== 0) throw new Refusal("ERR wrong number of arguments for 'hset' command");
  const hash = keys.make(key, 'hash', () => new Map());
  const before = hash.size;
  for (const [field, value] of pairs(rest)) {
    hash.set(field, value);
    keys.expireField(key, field, undefined);
  }
  keys.changed(key);
  return hash.size - before;
}
