import { any, type Context, command, decimal, type Family, integer, sliceOf, syntaxError } from '../command.ts';
import { Refusal } from '../refusal.ts';
import type { Bytes, Reply } from '../resp.ts';
import { byName, byScore, inOrder, listed, ordered, type Scored } from '../scores.ts';
import { removeMembers } from './sorted-sets.ts';

/** Ranges of sorted sets, and sorted sets made of others. */
export const scoreRanges: Family = {
  zrange: command(3, any, (context, [key = '', ...rest]) => answered(context, key, rest)),
  zrangestore: command(4, any, (context, [to = '', key = '', ...rest]) => {
    const { found, scores } = range(context, key, rest);
    if (scores) throw syntaxError();
    return store(context, to, found);
  }),
  zrevrange: command(3, 4, (context, [key = '', first = '', last = '', ...options]) =>
    answered(context, key, [first, last, 'rev', ...options]),
  ),
  zrangebyscore: command(3, any, (context, [key = '', least = '', most = '', ...options]) =>
    answered(context, key, [least, most, 'byscore', ...options]),
  ),
  zrevrangebyscore: command(3, any, (context, [key = '', most = '', least = '', ...options]) =>
    answered(context, key, [most, least, 'byscore', 'rev', ...options]),
  ),
  zrangebylex: command(3, any, (context, [key = '', least = '', most = '', ...options]) =>
    answered(context, key, [least, most, 'bylex', ...options]),
  ),
  zrevrangebylex: command(3, any, (context, [key = '', most = '', least = '', ...options]) =>
    answered(context, key, [most, least, 'bylex', 'rev', ...options]),
  ),
  zlexcount: command(3, 3, (context, [key = '', least, most]) => {
    const bounds = byName(least, most);
    return ordered(context, key).filter(bounds).length;
  }),
  zremrangebyscore: command(3, 3, (context, [key = '', least, most]) => {
    const bounds = byScore(least, most);
    return removed(context, key, ordered(context, key).filter(bounds));
  }),
  zremrangebylex: command(3, 3, (context, [key = '', least, most]) => {
    const bounds = byName(least, most);
    return removed(context, key, ordered(context, key).filter(bounds));
  }),
  zremrangebyrank: command(3, 3, (context, [key = '', first, last]) => {
    const [from, to] = [integer(first), integer(last)];
    const all = ordered(context, key);
    return removed(context, key, all.slice(...sliceOf(all.length, from, to)));
  }),
  zunion: command(2, any, (context, parameters) => combined(context, parameters, 'union')),
  zinter: command(2, any, (context, parameters) => combined(context, parameters, 'inter')),
  zdiff: command(2, any, (context, parameters) => combined(context, parameters, 'diff')),
  zunionstore: command(3, any, (context, [to = '', ...rest]) =>
    store(context, to, combine(context, rest, 'union').found),
  ),
  zinterstore: command(3, any, (context, [to = '', ...rest]) =>
    store(context, to, combine(context, rest, 'inter').found),
  ),
  zdiffstore: command(3, any, (context, [to = '', ...rest]) =>
    store(context, to, combine(context, rest, 'diff').found),
  ),
  zintercard: command(2, any, (context, parameters) => {
    const [names, rest] = named(context, parameters, 'zintercard');
    const limit = limitOf(rest);
    return Math.min(
      merged(
        names.map((name) => held(context, name)),
        'inter',
        [],
        'sum',
      ).length,
      limit || Infinity,
    );
  }),
};

function answered(context: Context, key: Bytes, rest: Bytes[]): Reply {
  const { found, scores } = range(context, key, rest);
  return listed(found, scores);
}

function range(context: Context, key: Bytes, [first, last, ...options]: Bytes[]): { found: Scored[]; scores: boolean } {
  const words = new Set<string>();
  let limit: [number, number] | undefined;
  for (let at = 0; at < options.length; at += 1) {
    const word = options[at]?.toLowerCase() ?? '';
    if (word === 'limit' && at + 2 < options.length) {
      limit = [integer(options[at + 1]), integer(options[at + 2])];
      at += 2;
    } else if (/^(byscore|bylex|rev|withscores)$/.test(word)) words.add(word);
    else throw syntaxError();
  }
  const reverse = words.has('rev');
  const scores = words.has('withscores');
  const bounded = words.has('byscore') || words.has('bylex');
  if (limit && !bounded)
    throw new Refusal('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX');
  if (scores && words.has('bylex'))
    throw new Refusal('ERR syntax error, WITHSCORES not supported in combination with BYLEX');
  if (!bounded) {
    const [from, to] = [integer(first), integer(last)];
    const all = ordered(context, key);
    if (reverse) all.reverse();
    return { found: all.slice(...sliceOf(all.length, from, to)), scores };
  }
  const bounds = (words.has('byscore') ? byScore : byName)(
    ...((reverse ? [last, first] : [first, last]) as [Bytes, Bytes]),
  );
  const found = ordered(context, key).filter(bounds);
  if (reverse) found.reverse();
  if (!limit) return { found, scores };
  const [from, count] = limit;
  return { found: from < 0 ? [] : found.slice(from, count < 0 ? undefined : from + count), scores };
}

function removed(context: Context, key: Bytes, found: Scored[]): number {
  return removeMembers(
    context,
    key,
    found.map(([member]) => member),
  );
}

function store({ keys }: Context, to: Bytes, found: Scored[]): number {
  if (found.length === 0) keys.delete(to);
  else keys.put(to, 'zset', new Map(found));
  return found.length;
}

type How = 'union' | 'inter' | 'diff';

/** The keys that a count announces, and what follows them. */
export function named(_: Context, [number, ...rest]: Bytes[], name: string): [names: Bytes[], rest: Bytes[]] {
  const size = integer(number, name === 'sintercard' ? 'ERR numkeys should be greater than 0' : undefined);
  if (size < 1) {
    throw new Refusal(
      name === 'sintercard'
        ? 'ERR numkeys should be greater than 0'
        : `ERR at least 1 input key is needed for '${name}' command`,
    );
  }
  if (size > rest.length) throw syntaxError();
  return [rest.slice(0, size), rest.slice(size)];
}

/** The number after LIMIT, which must be the only option; 0 is none. */
export function limitOf(rest: Bytes[]): number {
  if (rest.length === 0) return 0;
  if (rest.length !== 2 || rest[0]?.toLowerCase() !== 'limit') throw syntaxError();
  const limit = integer(rest[1], "ERR LIMIT can't be negative");
  if (limit < 0) throw new Refusal("ERR LIMIT can't be negative");
  return limit;
}

function combined(context: Context, parameters: Bytes[], how: How): Reply {
  const { found, scores } = combine(context, parameters, how);
  return listed(found, scores);
}

function combine(context: Context, parameters: Bytes[], how: How): { found: Scored[]; scores: boolean } {
  const [names, rest] = named(context, parameters, `z${how}`);
  let weights: number[] = [];
  let aggregate = 'sum';
  let scores = false;
  while (rest.length > 0) {
    const word = rest.shift()?.toLowerCase();
    if (word === 'weights' && how !== 'diff' && rest.length >= names.length) {
      weights = rest.splice(0, names.length).map((weight) => decimal(weight, 'ERR weight value is not a float'));
    } else if (word === 'aggregate' && how !== 'diff' && /^(sum|min|max)$/i.test(rest[0] ?? '')) {
      aggregate = rest.shift()?.toLowerCase() ?? 'sum';
    } else if (word === 'withscores') scores = true;
    else throw syntaxError();
  }
  return {
    found: merged(
      names.map((name) => held(context, name)),
      how,
      weights,
      aggregate,
    ),
    scores,
  };
}

/** The members of a sorted set, or of a set whose members all have the score 1. */
function held({ keys }: Context, name: Bytes): Map<Bytes, number> {
  if (keys.kind(name) !== 'set') return keys.get(name, 'zset') ?? new Map();
  return new Map([...(keys.get(name, 'set') ?? [])].map((member) => [member, 1]));
}

function merged(all: Map<Bytes, number>[], how: How, weights: number[], aggregate: string): Scored[] {
  const [first = new Map<Bytes, number>(), ...others] = all;
  if (how === 'diff') return inOrder([...first].filter(([member]) => !others.some((one) => one.has(member))));
  const sums = new Map<Bytes, number>();
  for (const [at, one] of all.entries()) {
    for (const [member, score] of one) {
      if (how === 'inter' && !all.every((other) => other.has(member))) continue;
      const own = score * (weights[at] ?? 1) || 0;
      const before = sums.get(member);
      sums.set(member, before === undefined ? own : joined(before, own, aggregate));
    }
  }
  return inOrder([...sums]);
}

function joined(a: number, b: number, aggregate: string): number {
  if (aggregate === 'sum') return a + b || 0;
  return aggregate === 'min' ? Math.min(a, b) : Math.max(a, b);
}
