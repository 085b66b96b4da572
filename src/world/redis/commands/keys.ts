import { any, type Context, command, type Family, integer, syntaxError } from '../command.ts';
import { fits } from '../glob.ts';
import type { Keyspace } from '../keyspace.ts';
import { Refusal } from '../refusal.ts';
import { type Bytes, ok, type Reply } from '../resp.ts';

/** What can be done with keys of any kind. */
export const keyCommands: Family = {
  del: command(1, any, remove),
  unlink: command(1, any, remove),
  exists: command(1, any, ({ keys }, names) => names.filter((key) => keys.has(key)).length),
  type: command(1, 1, ({ keys }, [key = '']) => ({ status: keys.kind(key) ?? 'none' })),
  touch: command(1, any, ({ keys }, names) => names.filter((key) => keys.has(key)).length),
  expire: command(2, 3, (context, [key = '', amount, option]) =>
    expire(context, key, context.clock.now() + integer(amount) * 1000, option),
  ),
  pexpire: command(2, 3, (context, [key = '', amount, option]) =>
    expire(context, key, context.clock.now() + integer(amount), option),
  ),
  expireat: command(2, 3, (context, [key = '', amount, option]) =>
    expire(context, key, integer(amount) * 1000, option),
  ),
  pexpireat: command(2, 3, (context, [key = '', amount, option]) => expire(context, key, integer(amount), option)),
  persist: command(1, 1, ({ keys }, [key = '']) => {
    if (keys.expiry(key) === undefined) return 0;
    keys.expire(key, undefined);
    return 1;
  }),
  expiretime: command(1, 1, (context, [key = '']) => when(context, key, 1000)),
  pexpiretime: command(1, 1, (context, [key = '']) => when(context, key, 1)),
  copy: command(2, any, copy),
  move: command(2, 2, (context, [key = '', index]) => {
    const to = context.database(databaseOf(index));
    if (to === context.keys) throw new Refusal('ERR source and destination objects are the same');
    if (!context.keys.has(key) || to.has(key)) return 0;
    context.keys.copy(key, to, key);
    context.keys.delete(key);
    return 1;
  }),
  swapdb: command(2, 2, (context, [first, second]) => {
    context.database(databaseOf(first)).swap(context.database(databaseOf(second)));
    return ok;
  }),
  object: command(2, 2, object),
  memory: command(1, any, ({ keys }, [what = '', key = '']) => {
    if (what.toLowerCase() !== 'usage') throw new Refusal(`ERR MEMORY ${what.toUpperCase()} is not modelled`);
    return keys.has(key) ? 64 + key.length : null;
  }),
  ttl: command(1, 1, (context, [key = '']) => left(context, key, 1000)),
  pttl: command(1, 1, (context, [key = '']) => left(context, key, 1)),
  keys: command(1, 1, ({ keys }, [pattern = '']) => keys.keys().filter((key) => fits(key, pattern))),
  scan: command(1, any, ({ keys }, [cursor = '', ...options]) => {
    if (!/^\d+$/.test(cursor)) throw new Refusal('ERR invalid cursor');
    const { match, type } = scanOptions(options);
    const found = keys.keys().filter((key) => (!match || fits(key, match)) && (!type || keys.kind(key) === type));
    return ['0', found];
  }),
  randomkey: command(0, 0, ({ keys, chance }) => {
    const all = keys.keys();
    return all[Math.floor(chance.next() * all.length)] ?? null;
  }),
  rename: command(2, 2, ({ keys }, [from = '', to = '']) => {
    keys.rename(from, to);
    return ok;
  }),
  renamenx: command(2, 2, ({ keys }, [from = '', to = '']) => {
    if (!keys.has(from)) throw new Refusal('ERR no such key');
    if (keys.has(to)) return 0;
    keys.rename(from, to);
    return 1;
  }),
  dbsize: command(0, 0, ({ keys }) => keys.keys().length),
  flushdb: command(0, 1, ({ keys }) => {
    keys.clear();
    return ok;
  }),
  flushall: command(0, 1, (context) => {
    for (let index = 0; index < 16; index += 1) context.database(index).clear();
    return ok;
  }),
};

/** What SCAN and its kin are asked to narrow to. */
export function scanOptions(options: Bytes[]): { match?: Bytes; type?: Bytes } {
  const found: { match?: Bytes; type?: Bytes } = {};
  for (let at = 0; at < options.length; at += 2) {
    const option = options[at]?.toLowerCase();
    if (option === 'match') found.match = options[at + 1];
    else if (option === 'type') found.type = options[at + 1]?.toLowerCase();
    else if (option !== 'count') throw syntaxError();
    else if (integer(options[at + 1]) < 1) throw syntaxError();
  }
  return found;
}

function remove({ keys }: Context, names: Bytes[]): Reply {
  return names.filter((key) => keys.delete(key)).length;
}

function expire({ keys }: Context, key: Bytes, at: number, option = ''): Reply {
  const before = keys.expiry(key);
  const kind = option.toLowerCase();
  if (option !== '' && !/^(nx|xx|gt|lt)$/.test(kind)) throw new Refusal(`ERR Unsupported option ${option}`);
  if (!keys.has(key)) return 0;
  if (kind === 'nx' && before !== undefined) return 0;
  if (kind === 'xx' && before === undefined) return 0;
  if (kind === 'gt' && (before === undefined || at <= before)) return 0;
  if (kind === 'lt' && before !== undefined && at >= before) return 0;
  keys.expire(key, at);
  return 1;
}

function when({ keys }: Context, key: Bytes, unit: number): Reply {
  if (!keys.has(key)) return -2;
  const at = keys.expiry(key);
  return at === undefined ? -1 : Math.floor(at / unit);
}

function databaseOf(text: Bytes | undefined): number {
  const index = integer(text, 'ERR invalid first DB index');
  if (index < 0 || index > 15) throw new Refusal('ERR DB index is out of range');
  return index;
}

function copy(context: Context, [from = '', to = '', ...options]: Bytes[]): Reply {
  let target = context.keys;
  let replaces = false;
  while (options.length > 0) {
    const word = options.shift()?.toLowerCase();
    if (word === 'db') target = context.database(databaseOf(options.shift()));
    else if (word === 'replace') replaces = true;
    else throw syntaxError();
  }
  if (target === context.keys && from === to) throw new Refusal('ERR source and destination objects are the same');
  if (!context.keys.has(from) || (target.has(to) && !replaces)) return 0;
  context.keys.copy(from, target, to);
  return 1;
}

function object({ keys }: Context, [what = '', key = '']: Bytes[]): Reply {
  const word = what.toLowerCase();
  const kind = keys.kind(key);
  if (!/^(encoding|refcount|idletime|freq)$/.test(word)) throw syntaxError();
  if (kind === undefined) return null;
  if (word === 'refcount') return 1;
  if (word === 'idletime') return 0;
  if (word === 'freq') {
    throw new Refusal(
      'ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching between policies at runtime LRU and LFU data will take some time to adjust.',
    );
  }
  return encodingOf(keys, key, kind);
}

function encodingOf(keys: Keyspace, key: Bytes, kind: string): Bytes {
  if (kind === 'string') {
    const value = keys.get(key, 'string') ?? '';
    if (/^(0|-?[1-9]\d{0,17})$/.test(value)) return 'int';
    return value.length <= 44 ? 'embstr' : 'raw';
  }
  if (kind === 'stream') return 'stream';
  const [members, size] = membersOf(keys, key, kind);
  const isSmall = members.every((member) => member.length <= 64);
  if (kind === 'set' && members.length <= 512 && members.every((member) => /^(0|-?[1-9]\d{0,17})$/.test(member)))
    return 'intset';
  if (kind === 'list') return members.join('').length <= 8000 ? 'listpack' : 'quicklist';
  if (isSmall && size <= (kind === 'hash' ? 512 : 128)) return 'listpack';
  return kind === 'zset' ? 'skiplist' : 'hashtable';
}

function membersOf(keys: Keyspace, key: Bytes, kind: string): [members: Bytes[], size: number] {
  if (kind === 'hash') {
    const hash = keys.get(key, 'hash') ?? new Map<Bytes, Bytes>();
    return [[...hash].flat(), hash.size];
  }
  const members = [
    ...((kind === 'list'
      ? keys.get(key, 'list')
      : kind === 'set'
        ? keys.get(key, 'set')
        : keys.get(key, 'zset')?.keys()) ?? []),
  ];
  return [members, members.length];
}

function left({ keys, clock }: Context, key: Bytes, unit: number): Reply {
  if (!keys.has(key)) return -2;
  const at = keys.expiry(key);
  return at === undefined ? -1 : Math.round((at - clock.now()) / unit);
}
