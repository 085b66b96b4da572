import { any, type Context, command, decimal, type Family, integer, syntaxError } from '../command.ts';
import { fits } from '../glob.ts';
import { Refusal } from '../refusal.ts';
import { type Bytes, numberText, type Reply } from '../resp.ts';
import { byScore, listed, ordered, type Scored } from '../scores.ts';
import { scanOptions } from './keys.ts';
import { waiting } from './lists.ts';

/** Sets in the order of a score; what reads ranges of them is a family of its own. */
export const sortedSets: Family = {
  zadd: command(3, any, add),
  zincrby: command(3, 3, (context, [key = '', by, member = '']) => add(context, [key, 'incr', by ?? '', member])),
  zscore: command(2, 2, ({ keys }, [key = '', member = '']) => double(keys.get(key, 'zset')?.get(member))),
  zmscore: command(2, any, ({ keys }, [key = '', ...members]) => {
    const set = keys.get(key, 'zset');
    return members.map((member) => double(set?.get(member)));
  }),
  zcard: command(1, 1, ({ keys }, [key = '']) => keys.get(key, 'zset')?.size ?? 0),
  zrank: command(2, 3, (context, [key = '', member, option]) => rank(ordered(context, key), member, option)),
  zrevrank: command(2, 3, (context, [key = '', member, option]) =>
    rank(ordered(context, key).reverse(), member, option),
  ),
  zcount: command(3, 3, (context, [key = '', least, most]) => {
    const bounds = byScore(least, most);
    return ordered(context, key).filter(bounds).length;
  }),
  zrem: command(2, any, (context, [key = '', ...members]) => removeMembers(context, key, members)),
  zpopmin: command(1, 2, (context, [key = '', count]) => popSome(context, key, 'min', count)),
  zpopmax: command(1, 2, (context, [key = '', count]) => popSome(context, key, 'max', count)),
  bzpopmin: command(2, any, (context, parameters) => popFirst(context, parameters, 'min')),
  bzpopmax: command(2, any, (context, parameters) => popFirst(context, parameters, 'max')),
  zmpop: command(3, any, (context, parameters) => popMany(context, parameters)() ?? { nilArray: true }),
  bzmpop: command(4, any, (context, [timeout, ...rest]) =>
    waiting(context, timeout, { nilArray: true }, popMany(context, rest)),
  ),
  zrandmember: command(1, 3, (context, [key = '', count, option]) => random(context, key, count, option)),
  zscan: command(2, any, (context, [key = '', , ...options]) => {
    const { match } = scanOptions(options);
    const found = ordered(context, key).filter(([member]) => !match || fits(member, match));
    return ['0', found.flatMap(([member, score]): Reply[] => [member, numberText(score)])];
  }),
};

type Which = 'min' | 'max';

function add({ keys }: Context, [key = '', ...rest]: Bytes[]): Reply {
  const asked = new Set<string>();
  while (/^(nx|xx|gt|lt|ch|incr)$/i.test(rest[0] ?? '')) asked.add(rest.shift()?.toLowerCase() ?? '');
  if (rest.length === 0 || rest.length % 2 !== 0) throw syntaxError();
  if (asked.has('nx') && asked.has('xx'))
    throw new Refusal('ERR XX and NX options at the same time are not compatible');
  if ([asked.has('gt'), asked.has('lt'), asked.has('nx')].filter(Boolean).length > 1)
    throw new Refusal('ERR GT, LT, and/or NX options at the same time are not compatible');
  if (asked.has('incr') && rest.length > 2)
    throw new Refusal('ERR INCR option supports a single increment-element pair');
  const given = Array.from(
    { length: rest.length / 2 },
    (_, at): Scored => [rest[at * 2 + 1] ?? '', decimal(rest[at * 2])],
  );
  const known = keys.get(key, 'zset');
  if (!known && asked.has('xx')) return asked.has('incr') ? null : 0;
  const set = keys.make(key, 'zset', () => new Map());
  let added = 0;
  let moved = 0;
  let last: number | undefined;
  for (const [member, score] of given) {
    const before = set.get(member);
    const next = (asked.has('incr') ? (before ?? 0) + score : score) + 0;
    if (Number.isNaN(next)) throw new Refusal('ERR resulting score is not a number (NaN)');
    const refused =
      (asked.has('nx') && before !== undefined) ||
      (asked.has('xx') && before === undefined) ||
      (asked.has('gt') && before !== undefined && next <= before) ||
      (asked.has('lt') && before !== undefined && next >= before);
    if (refused) continue;
    last = next;
    if (before === undefined) added += 1;
    else if (before !== next) moved += 1;
    set.set(member, next);
  }
  if (added + moved > 0) keys.changed(key);
  if (asked.has('incr')) return double(last);
  return asked.has('ch') ? added + moved : added;
}

function rank(all: Scored[], member: Bytes | undefined, option: Bytes | undefined): Reply {
  if (option !== undefined && option.toLowerCase() !== 'withscore') throw syntaxError();
  const at = all.findIndex(([one]) => one === member);
  if (option === undefined) return at < 0 ? null : at;
  return at < 0 ? { nilArray: true } : [at, double(all[at]?.[1])];
}

/** Takes members out of a sorted set; says how many there were. */
export function removeMembers({ keys }: Context, key: Bytes, members: Bytes[]): number {
  const set = keys.get(key, 'zset');
  const gone = members.filter((member) => set?.delete(member)).length;
  if (gone > 0) keys.changed(key);
  return gone;
}

function pop(context: Context, key: Bytes, which: Which, count: number): Scored[] {
  const all = ordered(context, key);
  if (which === 'max') all.reverse();
  const found = all.slice(0, count);
  removeMembers(
    context,
    key,
    found.map(([member]) => member),
  );
  return found;
}

function popSome(context: Context, key: Bytes, which: Which, count: Bytes | undefined): Reply {
  const most = count === undefined ? 1 : integer(count, 'ERR value is out of range, must be positive');
  if (most < 0) throw new Refusal('ERR value is out of range, must be positive');
  const found = pop(context, key, which, most);
  const [first] = found;
  if (count !== undefined) return listed(found, true);
  return first ? [first[0], { double: first[1] }] : [];
}

function popFirst(context: Context, parameters: Bytes[], which: Which): ReturnType<typeof waiting> {
  const names = parameters.slice(0, -1);
  return waiting(context, parameters.at(-1), { nilArray: true }, () => {
    const key = names.find((name) => context.keys.get(name, 'zset'));
    const [found] = key === undefined ? [] : pop(context, key, which, 1);
    return key === undefined || !found ? undefined : [key, found[0], { double: found[1] }];
  });
}

function popMany(context: Context, [number, ...rest]: Bytes[]): () => Reply | undefined {
  const size = integer(number, 'ERR numkeys should be greater than 0');
  if (size <= 0) throw new Refusal('ERR numkeys should be greater than 0');
  const [names, [which = '', word, count, ...more]] = [rest.slice(0, size), rest.slice(size)];
  const end = which.toLowerCase();
  if ((end !== 'min' && end !== 'max') || more.length > 0) throw syntaxError();
  if (word !== undefined && (word.toLowerCase() !== 'count' || count === undefined)) throw syntaxError();
  const most = count === undefined ? 1 : integer(count, 'ERR count should be greater than 0');
  if (most <= 0) throw new Refusal('ERR count should be greater than 0');
  return () => {
    const key = names.find((name) => context.keys.get(name, 'zset'));
    if (key === undefined) return undefined;
    return [key, pop(context, key, end, most).map(([member, score]): Reply => [member, { double: score }])];
  };
}

function random(context: Context, key: Bytes, count: Bytes | undefined, option: Bytes | undefined): Reply {
  if (option !== undefined && option.toLowerCase() !== 'withscores') throw syntaxError();
  const left = ordered(context, key);
  const size = count === undefined ? 1 : integer(count);
  const found: Scored[] = [];
  for (let at = 0; at < Math.abs(size) && left.length > 0 && at < 100_000; at += 1) {
    const place = Math.floor(context.chance.next() * left.length);
    const one = size < 0 ? left[place] : left.splice(place, 1)[0];
    if (one) found.push(one);
  }
  if (count === undefined) return found[0]?.[0] ?? null;
  return listed(found, option !== undefined);
}

function double(score: number | undefined): Reply {
  return score === undefined ? null : { double: score };
}
