import { any, command, type Family } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';
import { Refusal } from '../refusal.ts';
import { type Bytes, ok } from '../resp.ts';

const mark = 'HYLL:exact:';

/** Counters of distinct things. They count exactly, where Redis is off by up to a percent; small counts are equal. */
export const counting: Family = {
  pfadd: command(1, any, ({ keys }, [key = '', ...members]) => {
    const known = keys.get(key, 'string');
    const set = membersOf(keys, key);
    const before = set.size;
    for (const member of members) set.add(member);
    if (known !== undefined && set.size === before) return 0;
    keep(keys, key, set);
    return 1;
  }),
  pfcount: command(1, any, ({ keys }, names) => new Set(names.flatMap((name) => [...membersOf(keys, name)])).size),
  pfmerge: command(1, any, ({ keys }, [to = '', ...names]) => {
    keep(keys, to, new Set([to, ...names].flatMap((name) => [...membersOf(keys, name)])));
    return ok;
  }),
};

function membersOf(keys: Keyspace, key: Bytes): Set<Bytes> {
  const kept = keys.get(key, 'string');
  if (kept === undefined) return new Set();
  if (!kept.startsWith(mark)) throw new Refusal('WRONGTYPE Key is not a valid HyperLogLog string value.');
  return new Set(
    kept === mark
      ? []
      : kept
          .slice(mark.length)
          .split(',')
          .map((hex) => Buffer.from(hex, 'hex').toString('latin1')),
  );
}

function keep(keys: Keyspace, key: Bytes, members: Set<Bytes>): void {
  const text = [...members].map((member) => Buffer.from(member, 'latin1').toString('hex')).join(',');
  keys.put(key, 'string', mark + text, keys.expiry(key));
}
