import type { Bytes } from './resp.ts';

/** What happened to a key, in the words of Redis's notifications, and the letter of the class that it belongs to. */
export interface KeyEvent {
  event: string;
  class: string;
}

type Named = [events: string, className: string, commands: string];

const plain: Named[] = [
  ['set', '$', 'set setnx getset mset msetnx bitop'],
  ['set expire', '$', 'setex psetex'],
  ['setbit', '$', 'setbit bitfield'],
  ['append', '$', 'append'],
  ['setrange', '$', 'setrange'],
  ['incrby', '$', 'incr incrby decr decrby'],
  ['incrbyfloat', '$', 'incrbyfloat'],
  ['pfadd', '$', 'pfadd pfmerge'],
  ['del', 'g', 'del unlink getdel'],
  ['expire', 'g', 'expire pexpire expireat pexpireat getex'],
  ['persist', 'g', 'persist'],
  ['copy_to', 'g', 'copy'],
  ['move_from', 'g', 'move'],
  ['lpush', 'l', 'lpush lpushx'],
  ['rpush', 'l', 'rpush rpushx'],
  ['lpop', 'l', 'lpop blpop'],
  ['rpop', 'l', 'rpop brpop'],
  ['linsert', 'l', 'linsert'],
  ['lset', 'l', 'lset'],
  ['lrem', 'l', 'lrem'],
  ['ltrim', 'l', 'ltrim'],
  ['sortstore', 'l', 'sort'],
  ['sadd', 's', 'sadd'],
  ['srem', 's', 'srem'],
  ['spop', 's', 'spop'],
  ['sinterstore', 's', 'sinterstore'],
  ['sunionstore', 's', 'sunionstore'],
  ['sdiffstore', 's', 'sdiffstore'],
  ['hset', 'h', 'hset hmset hsetnx'],
  ['hincrby', 'h', 'hincrby'],
  ['hincrbyfloat', 'h', 'hincrbyfloat'],
  ['hdel', 'h', 'hdel'],
  ['hexpire', 'h', 'hexpire hpexpire hexpireat hpexpireat'],
  ['hpersist', 'h', 'hpersist'],
  ['zadd', 'z', 'zadd geoadd'],
  ['zincr', 'z', 'zincrby'],
  ['zrem', 'z', 'zrem'],
  ['zremrangebyscore', 'z', 'zremrangebyscore'],
  ['zremrangebyrank', 'z', 'zremrangebyrank'],
  ['zremrangebylex', 'z', 'zremrangebylex'],
  ['zpopmin', 'z', 'zpopmin bzpopmin'],
  ['zpopmax', 'z', 'zpopmax bzpopmax'],
  ['zunionstore', 'z', 'zunionstore'],
  ['zinterstore', 'z', 'zinterstore'],
  ['zdiffstore', 'z', 'zdiffstore'],
  ['zrangestore', 'z', 'zrangestore'],
  ['geosearchstore', 'z', 'geosearchstore'],
  ['xadd', 't', 'xadd'],
  ['xtrim', 't', 'xtrim'],
  ['xdel', 't', 'xdel'],
  ['xsetid', 't', 'xsetid'],
  ['', '', 'xack xclaim xautoclaim xreadgroup flushdb flushall swapdb eval evalsha fcall'],
];

const table = new Map(
  plain.flatMap(([events, className, commands]) =>
    commands.split(' ').map((command) => [command, { events: events.split(' ').filter(Boolean), className }] as const),
  ),
);

/** Ends in the place of what a command is called for where nothing is left: the key is gone, and that is all. */
const endsAlone = /^(set|expire|.*store|del|move_from|sortstore)$/;

/** What a command did to a key that it changed; nothing where that is not known. */
export function eventsOf(name: string, words: Bytes[], key: Bytes, isGone: boolean): KeyEvent[] | undefined {
  const found = special(name, words, key) ?? plainly(name);
  if (!found || !isGone || found.length === 0) return found;
  const gone = { event: 'del', class: 'g' };
  if (found.every(({ event }) => event === 'rename_from' || event === 'move_from')) return found;
  return found.every(({ event }) => endsAlone.test(event)) ? [gone] : [...found, gone];
}

/** The keys that a command changed, in the order in which Redis tells of them: what is moved arrives before it leaves. */
export function inOrderOfTelling<K extends { key: Bytes }>(name: string, words: Bytes[], keys: K[]): K[] {
  if (!/^b?(lmove|rpoplpush)$/.test(name)) return keys;
  return keys.toSorted((a, b) => Number(b.key === words[1]) - Number(a.key === words[1]));
}

function plainly(name: string): KeyEvent[] | undefined {
  const known = table.get(name);
  return known?.events.map((event) => ({ event, class: event === 'expire' ? 'g' : known.className }));
}

function special(name: string, words: Bytes[], key: Bytes): KeyEvent[] | undefined {
  const has = (word: string) => words.some((one) => one.toLowerCase() === word);
  const list = (side: string | undefined, verb: 'pop' | 'push') => ({
    event: `${side?.toLowerCase() === 'left' ? 'l' : 'r'}${verb}`,
    class: 'l',
  });
  const moved = (from: string | undefined, to: string | undefined): KeyEvent[] => [
    ...(words[1] === key ? [list(to, 'push')] : []),
    ...(words[0] === key ? [list(from, 'pop')] : []),
  ];
  switch (name) {
    case 'set':
      return words.slice(2).some((word) => /^(ex|px|exat|pxat)$/i.test(word)) ? plainly('setex') : undefined;
    case 'getex':
      return has('persist') ? plainly('persist') : undefined;
    case 'zadd':
      return words.slice(1, -2).some((word) => word.toLowerCase() === 'incr') ? plainly('zincrby') : undefined;
    case 'rename':
    case 'renamenx':
      return [{ event: words[0] === key ? 'rename_from' : 'rename_to', class: 'g' }];
    case 'lmove':
    case 'blmove':
      return moved(words[2], words[3]);
    case 'rpoplpush':
    case 'brpoplpush':
      return moved('right', 'left');
    case 'smove':
      return plainly(words[0] === key ? 'srem' : 'sadd');
    case 'lmpop':
    case 'blmpop':
      return [list(has('left') ? 'left' : 'right', 'pop')];
    case 'zmpop':
    case 'bzmpop':
      return plainly(has('min') ? 'zpopmin' : 'zpopmax');
    case 'xgroup':
      return [{ event: `xgroup-${(words[0] ?? '').toLowerCase()}`, class: 't' }];
    default:
      return undefined;
  }
}
