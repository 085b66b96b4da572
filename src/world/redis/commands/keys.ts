import { any, type Context, command, type Family, integer, syntaxError } from '../command.ts';
import { fits } from '../glob.ts';
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
  ttl: command(1, 1, (context, [key = '']) => left(context, key, 1000)),
  pttl: command(1, 1, (context, [key = '']) => left(context, key, 1)),
  keys: command(1, 1, ({ keys }, [pattern = '']) => keys.keys().filter((key) => fits(key, pattern))),
  scan: command(1, any, ({ keys }, [, ...options]) => {
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
  }
  return found;
}

function remove({ keys }: Context, names: Bytes[]): Reply {
  return names.filter((key) => keys.delete(key)).length;
}

function expire({ keys }: Context, key: Bytes, at: number, option = ''): Reply {
  const before = keys.expiry(key);
  if (!keys.has(key)) return 0;
  const kind = option.toLowerCase();
  if (kind === 'nx' && before !== undefined) return 0;
  if (kind === 'xx' && before === undefined) return 0;
  if (kind === 'gt' && (before === undefined || at <= before)) return 0;
  if (kind === 'lt' && before !== undefined && at >= before) return 0;
  keys.expire(key, at);
  return 1;
}

function left({ keys, clock }: Context, key: Bytes, unit: number): Reply {
  if (!keys.has(key)) return -2;
  const at = keys.expiry(key);
  return at === undefined ? -1 : Math.round((at - clock.now()) / unit);
}
