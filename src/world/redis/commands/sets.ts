import { any, type Context, command, type Family, integer } from '../command.ts';
import { fits } from '../glob.ts';
import { Refusal } from '../refusal.ts';
import type { Bytes, Reply } from '../resp.ts';
import { scanOptions } from './keys.ts';
import { limitOf, named } from './score-ranges.ts';

const positive = 'ERR value is out of range, must be positive';

type Combine = (sets: Set<Bytes>[]) => Bytes[];

const union: Combine = (sets) => [...new Set(sets.flatMap((set) => [...set]))];
const shared: Combine = ([first = new Set(), ...rest]) =>
  [...first].filter((member) => rest.every((set) => set.has(member)));
const only: Combine = ([first = new Set(), ...rest]) =>
  [...first].filter((member) => !rest.some((set) => set.has(member)));

/** Sets without order; they are listed in the order in which members came. */
export const sets: Family = {
  sadd: command(2, any, ({ keys }, [key = '', ...members]) => {
    const set = keys.make(key, 'set', () => new Set());
    const before = set.size;
    for (const member of members) set.add(member);
    if (set.size > before) keys.changed(key);
    return set.size - before;
  }),
  srem: command(2, any, ({ keys }, [key = '', ...members]) => {
    const set = keys.get(key, 'set');
    const gone = members.filter((member) => set?.delete(member)).length;
    if (gone > 0) keys.changed(key);
    return gone;
  }),
  smembers: command(1, 1, ({ keys }, [key = '']) => ({ set: [...(keys.get(key, 'set') ?? [])] })),
  sismember: command(2, 2, ({ keys }, [key = '', member = '']) => (keys.get(key, 'set')?.has(member) ? 1 : 0)),
  smismember: command(2, any, ({ keys }, [key = '', ...members]) =>
    members.map((member) => (keys.get(key, 'set')?.has(member) ? 1 : 0)),
  ),
  scard: command(1, 1, ({ keys }, [key = '']) => keys.get(key, 'set')?.size ?? 0),
  smove: command(3, 3, ({ keys }, [from = '', to = '', member = '']) => {
    const set = keys.get(from, 'set');
    if (!set) return 0;
    keys.get(to, 'set');
    if (from === to) return set.has(member) ? 1 : 0;
    if (!set.delete(member)) return 0;
    keys.changed(from);
    keys.make(to, 'set', () => new Set()).add(member);
    keys.changed(to);
    return 1;
  }),
  spop: command(1, 2, (context, [key = '', count]) => {
    const most = count === undefined ? 1 : integer(count, positive);
    if (most < 0) throw new Refusal(positive);
    const found = pick(context, key, most);
    for (const member of found) context.keys.get(key, 'set')?.delete(member);
    if (found.length > 0) context.keys.changed(key);
    return count === undefined ? (found[0] ?? null) : { set: found };
  }),
  srandmember: command(1, 2, (context, [key = '', count]) => {
    const most = count === undefined ? 1 : integer(count);
    const all = [...(context.keys.get(key, 'set') ?? [])];
    if (most < 0 && all.length > 0)
      return Array.from({ length: Math.min(-most, 100_000) }, () => pick(context, key, 1)[0] ?? null);
    const found = pick(context, key, most);
    return count === undefined ? (found[0] ?? null) : found;
  }),
  sunion: command(1, any, (context, names) => ({ set: union(held(context, names)) })),
  sinter: command(1, any, (context, names) => ({ set: shared(held(context, names)) })),
  sdiff: command(1, any, (context, names) => ({ set: only(held(context, names)) })),
  sunionstore: command(2, any, (context, [to = '', ...names]) => store(context, to, union(held(context, names)))),
  sinterstore: command(2, any, (context, [to = '', ...names]) => store(context, to, shared(held(context, names)))),
  sdiffstore: command(2, any, (context, [to = '', ...names]) => store(context, to, only(held(context, names)))),
  sintercard: command(2, any, (context, parameters) => {
    const [names, rest] = named(context, parameters, 'sintercard');
    return Math.min(shared(held(context, names)).length, limitOf(rest) || Infinity);
  }),
  sscan: command(2, any, ({ keys }, [key = '', , ...options]) => {
    const { match } = scanOptions(options);
    return ['0', [...(keys.get(key, 'set') ?? [])].filter((member) => !match || fits(member, match))];
  }),
};

function held({ keys }: Context, names: Bytes[]): Set<Bytes>[] {
  return names.map((name) => keys.get(name, 'set') ?? new Set());
}

function store({ keys }: Context, to: Bytes, members: Bytes[]): Reply {
  if (members.length === 0) keys.delete(to);
  else keys.put(to, 'set', new Set(members));
  return members.length;
}

function pick({ keys, chance }: Context, key: Bytes, count: number): Bytes[] {
  const left = [...(keys.get(key, 'set') ?? [])];
  const found: Bytes[] = [];
  while (left.length > 0 && found.length < count)
    found.push(...left.splice(Math.floor(chance.next() * left.length), 1));
  return found;
}
