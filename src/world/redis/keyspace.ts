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
  /** To be called after a value was changed in place; an empty collection is no key. */
  changed(key: Bytes): void;
  keys(): Bytes[];
  clear(): void;
  /** Grows with every change of a key. */
  version(key: Bytes): number;
  /** The keys changed since this was last asked. */
  takeChanged(): Bytes[];
}

/** An empty database whose expiries follow a clock. */
export function openKeyspace(now: () => number): Keyspace {
  const held = new Map<Bytes, Held>();
  const versions = new Map<Bytes, number>();
  const touched = new Set<Bytes>();
  const touch = (key: Bytes) => {
    versions.set(key, (versions.get(key) ?? 0) + 1);
    touched.add(key);
  };
  const find = (key: Bytes): Held | undefined => {
    const found = held.get(key);
    if (!found || found.expires === undefined || found.expires > now()) return found;
    held.delete(key);
    versions.set(key, (versions.get(key) ?? 0) + 1);
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
      held.delete(from);
      held.set(to, found);
      touch(from);
      touch(to);
    },
    copy: (from, to, under) => {
      const found = find(from);
      if (found) to.put(under, found.kind, structuredClone(found.value), found.expires);
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
      }
    },
    expiry: (key) => find(key)?.expires,
    expire: (key, at) => {
      const found = find(key);
      if (!found) return;
      found.expires = at;
      touch(key);
      find(key);
    },
    changed: (key) => {
      const found = find(key);
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
