import type { Bytes } from './resp.ts';

type Hash = Map<Bytes, Bytes>;

/** When fields of hashes are gone; it goes with the hash, whatever key that is under. */
export interface FieldExpiries {
  of(hash: Hash): ReadonlyMap<Bytes, number>;
  /** Lets a field go at a time, or stay; whether it was to go before. */
  set(hash: Hash, field: Bytes, at: number | undefined): boolean;
  /** Takes out the fields whose time is over; whether there were any. */
  drop(hash: Hash, now: number): boolean;
  /** Forgets fields that are gone for another reason. */
  keep(hash: Hash): void;
}

const none: ReadonlyMap<Bytes, number> = new Map();

/** No field is to go. */
export function openFieldExpiries(): FieldExpiries {
  const known = new WeakMap<Hash, Map<Bytes, number>>();
  return {
    of: (hash) => known.get(hash) ?? none,
    set(hash, field, at) {
      const own = known.get(hash);
      const wasSet = own?.has(field) ?? false;
      if (at === undefined) own?.delete(field);
      else known.set(hash, (own ?? new Map()).set(field, at));
      return wasSet;
    },
    drop(hash, now) {
      const over = [...(known.get(hash) ?? none)].filter(([, at]) => at <= now);
      for (const [field] of over) {
        hash.delete(field);
        known.get(hash)?.delete(field);
      }
      return over.length > 0;
    },
    keep(hash) {
      for (const field of known.get(hash)?.keys() ?? []) if (!hash.has(field)) known.get(hash)?.delete(field);
    },
  };
}
