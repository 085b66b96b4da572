import { any, type Context, command, decimal, type Family, integer, sliceOf, syntaxError } from '../command.ts';
import { Refusal } from '../keyspace.ts';
import type { Bytes, Reply } from '../resp.ts';

type Scored = [member: Bytes, score: number];

/** Sets in the order of a score. */
export const sortedSets: Family = {
  zadd: command(3, any, add),
  zincrby: command(3, 3, ({ keys }, [key = '', by, member = '']) => {
    const set = keys.make(key, 'zset', () => new Map());
    const sum = (set.get(member) ?? 0) + decimal(by);
    set.set(member, sum);
    keys.changed(key);
    return { double: sum };
  }),
  zscore: command(2, 2, ({ keys }, [key = '', member = '']) => double(keys.get(key, 'zset')?.get(member))),
  zcard: command(1, 1, ({ keys }, [key = '']) => keys.get(key, 'zset')?.size ?? 0),
  zrank: command(2, 2, (context, [key = '', member]) => rank(ordered(context, key), member)),
  zrevrank: command(2, 2, (context, [key = '', member]) => rank(ordered(context, key).reverse(), member)),
  zcount: command(3, 3, (context, [key = '', least, most]) => between(ordered(context, key), least, most).length),
  zrem: command(2, any, ({ keys }, [key = '', ...members]) =>
    remove(members, keys.get(key, 'zset'), () => keys.changed(key)),
  ),
  zrange: command(3, any, range),
  zrevrange: command(3, 4, (context, [key = '', first, last, scores]) => {
    const all = ordered(context, key).reverse();
    return listed(all.slice(...sliceOf(all.length, integer(first), integer(last))), scores !== undefined);
  }),
  zrangebyscore: command(3, any, (context, [key = '', least, most, ...options]) =>
    limited(between(ordered(context, key), least, most), options),
  ),
  zrevrangebyscore: command(3, any, (context, [key = '', most, least, ...options]) =>
    limited(between(ordered(context, key), least, most).reverse(), options),
  ),
  zremrangebyscore: command(3, 3, (context, [key = '', least, most]) => {
    const members = between(ordered(context, key), least, most).map(([member]) => member);
    return remove(members, context.keys.get(key, 'zset'), () => context.keys.changed(key));
  }),
  zremrangebyrank: command(3, 3, (context, [key = '', first, last]) => {
    const all = ordered(context, key);
    const members = all.slice(...sliceOf(all.length, integer(first), integer(last))).map(([member]) => member);
    return remove(members, context.keys.get(key, 'zset'), () => context.keys.changed(key));
  }),
  zpopmin: command(1, 2, (context, [key = '', count]) => pop(context, ordered(context, key), key, count)),
  zpopmax: command(1, 2, (context, [key = '', count]) => pop(context, ordered(context, key).reverse(), key, count)),
};

function add({ keys }: Context, [key = '', ...rest]: Bytes[]): Reply {
  const asked = new Set<string>();
  while (/^(nx|xx|gt|lt|ch|incr)$/i.test(rest[0] ?? '')) asked.add(rest.shift()?.toLowerCase() ?? '');
  if (rest.length === 0 || rest.length % 2 !== 0) throw syntaxError();
  const given = Array.from(
    { length: rest.length / 2 },
    (_, at): Scored => [rest[at * 2 + 1] ?? '', decimal(rest[at * 2])],
  );
  const set = keys.make(key, 'zset', () => new Map());
  let added = 0;
  let moved = 0;
  let last: number | undefined;
  for (const [member, score] of given) {
    const before = set.get(member);
    const next = asked.has('incr') ? (before ?? 0) + score : score;
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
  keys.changed(key);
  if (asked.has('incr')) return double(last);
  return asked.has('ch') ? added + moved : added;
}

function range(context: Context, [key = '', first, last, ...options]: Bytes[]): Reply {
  const words = options.map((option) => option.toLowerCase());
  const reverse = words.includes('rev');
  const all = ordered(context, key);
  if (words.includes('bylex')) throw new Refusal('ERR ZRANGE BYLEX is not modelled');
  if (words.includes('byscore')) {
    const found = reverse ? between(all, last, first).reverse() : between(all, first, last);
    return limited(
      found,
      options.filter((option) => !/^(byscore|rev)$/i.test(option)),
    );
  }
  if (reverse) all.reverse();
  return listed(all.slice(...sliceOf(all.length, integer(first), integer(last))), words.includes('withscores'));
}

function ordered({ keys }: Context, key: Bytes): Scored[] {
  return [...(keys.get(key, 'zset') ?? [])].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
}

function between(all: Scored[], least: Bytes | undefined, most: Bytes | undefined): Scored[] {
  const words = 'ERR min or max is not a float';
  const bound = (text = ''): [number, boolean] =>
    text.startsWith('(') ? [decimal(text.slice(1), words), true] : [decimal(text, words), false];
  const [low, above] = bound(least);
  const [high, below] = bound(most);
  return all.filter(([, score]) => (above ? score > low : score >= low) && (below ? score < high : score <= high));
}

function limited(found: Scored[], options: Bytes[]): Reply {
  const at = options.findIndex((option) => option.toLowerCase() === 'limit');
  const scores = options.some((option) => option.toLowerCase() === 'withscores');
  if (at < 0) return listed(found, scores);
  const [from, count] = [integer(options[at + 1]), integer(options[at + 2])];
  return listed(found.slice(from, count < 0 ? undefined : from + count), scores);
}

function listed(found: Scored[], scores: boolean): Reply {
  return found.flatMap(([member, score]): Reply[] => (scores ? [member, { double: score }] : [member]));
}

function rank(all: Scored[], member: Bytes | undefined): Reply {
  const at = all.findIndex(([one]) => one === member);
  return at < 0 ? null : at;
}

function remove(members: Bytes[], set: Map<Bytes, number> | undefined, changed: () => void): number {
  const gone = members.filter((member) => set?.delete(member)).length;
  if (gone > 0) changed();
  return gone;
}

function pop(context: Context, all: Scored[], key: Bytes, count: Bytes | undefined): Reply {
  const found = all.slice(0, count === undefined ? 1 : integer(count));
  remove(
    found.map(([member]) => member),
    context.keys.get(key, 'zset'),
    () => context.keys.changed(key),
  );
  return listed(found, true);
}

function double(score: number | undefined): Reply {
  return score === undefined ? null : { double: score };
}
