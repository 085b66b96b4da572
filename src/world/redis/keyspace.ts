import type { Clock } from '../model.ts';
import type { KeyEvent } from './events.ts';
import { openFieldExpiries } from './field-expiries.ts';
import { Refusal } from './refusal.ts';
import type { Bytes } from './resp.ts';
import type { Stream } from './stream.ts';

/** Everything that a key can hold. */
export interface Values {
  string: Bytes;
  list: Bytes[];
  hash: Map<Bytes, Bytes>;
  set: Set<Bytes>;
  zset: Map<Bytes, number>;
  stream: Stream;
}

type Kind = keyof Values;
type Held = { [K in Kind]: { kind: K; value: Values[K]; expires: number | undefined } }[Kind];

/** One numbered database: its keys, when they expire, and how often each has changed. */
export interface Keyspace {
  /** What a key holds; throws WRONGTYPE when it is of another kind. */
  get<K extends Kind>(key: Bytes, kind: K): Values[K] | undefined;
  /** The same, made empty when there is none. */
  make<K extends Kind>(key: Bytes, kind: K, empty: () => Values[K]): Values[K];
  /** Puts a value under a key, without expiry unless one is given. */
  put<K extends Kind>(key: Bytes, kind: K, value: Values[K], expires?: number): void;
  kind(key: Bytes): Kind | undefined;
  has(key: Bytes): boolean;
  delete(key: Bytes): boolean;
  rename(from: Bytes, to: Bytes): void;
  /** Puts a copy of what a key holds, with its expiry, under a key of this or another database. */
  copy(from: Bytes, to: Keyspace, under: Bytes): void;
  /** Exchanges everything with another database. */
  swap(other: Keyspace): void;
  /** Everything that is held, to be put elsewhere. */
  take(): Map<Bytes, Held>;
  fill(all: Map<Bytes, Held>): void;
  expiry(key: Bytes): number | undefined;
  expire(key: Bytes, at: number | undefined): void;
  /** When a field of a hash is gone. */
  fieldExpiry(key: Bytes, field: Bytes): number | undefined;
  /** Lets a field of a hash go at a time, or stay; whether it was to go before. */
  expireField(key: Bytes, field: Bytes, at: number | undefined): boolean;
  /** From now on every key is looked at when it expires. */
  awaitExpiry(): void;
  /** To be called after a value was changed in place; an empty collection is no key. */
  changed(key: Bytes): void;
  keys(): Bytes[];
  clear(): void;
  /** Grows with every change of a key. */
  version(key: Bytes): number;
  /** The keys changed since this was last asked. */
  takeChanged(): Bytes[];
}

/** Who wants to know of keys that end by themselves. */
interface Heirs {
  /** A key, or a field of it, is gone since its time was over. */
  ended(key: Bytes, event: KeyEvent): void;
  /** Whether somebody wants to know at once. */
  isAwaited(): boolean;
}

/** An empty database whose expiries follow a clock. */
export function openKeyspace({ now, at: later }: Clock, { ended, isAwaited }: Heirs): Keyspace {
  const fields = openFieldExpiries();
  const look = (key: Bytes, at: number | undefined): void => {
    if (at !== undefined && isAwaited()) later(at, () => void find(key));
  };
  const held = new Map<Bytes, Held>();
  const versions = new Map<Bytes, number>();
  const touched = new Set<Bytes>();
  const touch = (key: Bytes) => {
    versions.set(key, (versions.get(key) ?? 0) + 1);
    touched.add(key);
  };
  const find = (key: Bytes): Held | undefined => {
    const found = held.get(key);
    if (!found || found.expires === undefined || found.expires > now()) return found && withoutOldFields(key, found);
    held.delete(key);
    versions.set(key, (versions.get(key) ?? 0) + 1);
    ended(key, { event: 'expired', class: 'x' });
    return undefined;
  };
  const withoutOldFields = (key: Bytes, found: Held): Held | undefined => {
    if (found.kind !== 'hash' || !fields.drop(found.value, now())) return found;
    versions.set(key, (versions.get(key) ?? 0) + 1);
    ended(key, { event: 'hexpired', class: 'h' });
    if (found.value.size > 0) return found;
    held.delete(key);
    ended(key, { event: 'del', class: 'g' });
    return undefined;
  };
  const get = <K extends Kind>(key: Bytes, kind: K): Values[K] | undefined => {
    const found = find(key);
    if (found && found.kind !== kind)
      throw new Refusal('WRONGTYPE Operation against a key holding the wrong kind of value');
    return found?.value as Values[K] | undefined;
  };
  const put = <K extends Kind>(key: Bytes, kind: K, value: Values[K], expires?: number) => {
    held.set(key, { kind, value, expires } as Held);
    touch(key);
    look(key, expires);
  };
  return {
    get,
    put,
    make: (key, kind, empty) => {
      const found = get(key, kind);
      if (found !== undefined) return found;
      put(key, kind, empty());
      return get(key, kind) ?? empty();
    },
    kind: (key) => find(key)?.kind,
    has: (key) => find(key) !== undefined,
    delete: (key) => {
      if (!find(key)) return false;
      held.delete(key);
      touch(key);
      return true;
    },
    rename: (from, to) => {
      const found = find(from);
      if (!found) throw new Refusal('ERR no such key');
      if (from === to) return;
      held.delete(from);
      held.set(to, found);
      look(to, found.expires);
      touch(from);
      touch(to);
    },
    copy: (from, to, under) => {
      const found = find(from);
      if (!found) return;
      to.put(under, found.kind, structuredClone(found.value), found.expires);
      if (found.kind !== 'hash') return;
      for (const [field, at] of fields.of(found.value)) to.expireField(under, field, at);
    },
    swap(other) {
      const own = this.take();
      this.fill(other.take());
      other.fill(own);
    },
    take: () => {
      const all = new Map(held);
      for (const key of all.keys()) touch(key);
      held.clear();
      return all;
    },
    fill: (all) => {
      for (const [key, one] of all) {
        held.set(key, one);
        touch(key);
        look(key, one.expires);
      }
    },
    expiry: (key) => find(key)?.expires,
    expire: (key, at) => {
      const found = find(key);
      if (!found) return;
      found.expires = at;
      touch(key);
      if (at !== undefined && at <= now()) held.delete(key);
      else look(key, at);
    },
    fieldExpiry(key, field) {
      const found = find(key);
      return found?.kind === 'hash' ? fields.of(found.value).get(field) : undefined;
    },
    expireField(key, field, at) {
      const found = find(key);
      if (found?.kind !== 'hash') return false;
      look(key, at);
      return fields.set(found.value, field, at);
    },
    awaitExpiry() {
      for (const [key, one] of held) {
        look(key, one.expires);
        if (one.kind === 'hash') for (const at of fields.of(one.value).values()) look(key, at);
      }
    },
    changed: (key) => {
      const found = find(key);
      if (found?.kind === 'hash') fields.keep(found.value);
      if (found && isEmpty(found)) held.delete(key);
      touch(key);
    },
    keys: () => [...held.keys()].filter((key) => find(key)),
    clear: () => {
      for (const key of held.keys()) touch(key);
      held.clear();
    },
    version: (key) => {
      find(key);
      return versions.get(key) ?? 0;
    },
    takeChanged: () => {
      const all = [...touched];
      touched.clear();
      return all;
    },
  };
}

function isEmpty({ kind, value }: Held): boolean {
  if (kind === 'string' || kind === 'stream') return false;
  return kind === 'list' ? value.length === 0 : value.size === 0;
}
