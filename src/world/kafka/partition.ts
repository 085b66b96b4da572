import { type Batch, entriesOf, placed } from './batch.ts';
import { faults } from './fault-codes.ts';
import { openProducers } from './producers.ts';

/** A batch that was taken in. */
export interface Kept {
  batch: Batch;
  base: number;
  last: number;
}

/** A transaction that ended badly: what its producer wrote from the first offset to the last counts for nothing. */
export interface Aborted {
  producerId: number;
  firstOffset: number;
  lastOffset: number;
}

/** One partition of a topic: batches in order, and what transactions made of them. */
export interface Partition {
  /** The first offset that is still there. */
  readonly start: number;
  /** The offset that comes next. */
  readonly end: number;
  /** Before this offset no transaction is open. */
  readonly stable: number;
  /** Takes a batch in, or says why not; one that was taken in before is not taken in again. */
  append(batch: Batch): { base: number; isNew: boolean } | { fault: number };
  /** Batches from the one that an offset is in, up to a number of bytes; the first whatever its size, if so asked. */
  from(offset: number, limits: { before: number; maxBytes: number; atLeastOne: boolean }): Kept[];
  /** Marks the end of a producer's transaction; nothing happens where it has none here. */
  finish(marker: Batch, isCommitted: boolean): void;
  aborted(from: number, before: number): Aborted[];
  /** The first record that is no older than a time. */
  since(timestamp: number): { offset: number; timestamp: number } | undefined;
  /** Forgets everything before an offset. */
  forget(before: number): void;
}

/** An empty partition. */
export function openPartition(): Partition {
  let kept: Kept[] = [];
  let start = 0;
  let end = 0;
  const ongoing = new Map<number, number>();
  let aborted: Aborted[] = [];
  const producers = openProducers();
  const put = (batch: Batch): number => {
    const base = end;
    kept.push({ batch: { ...batch, bytes: placed(batch, base) }, base, last: base + batch.count - 1 });
    end += batch.count;
    return base;
  };
  return {
    get start() {
      return start;
    },
    get end() {
      return end;
    },
    get stable() {
      return Math.min(end, ...ongoing.values());
    },
    append(batch) {
      if (batch.isControl) return { fault: faults.invalidRequest };
      const known = batch.producerId < 0 ? undefined : producers.check(batch);
      if (known && 'base' in known) return { base: known.base, isNew: false };
      if (known) return known;
      const base = put(batch);
      if (batch.producerId >= 0) producers.took(batch, base);
      if (batch.isTransactional && !ongoing.has(batch.producerId)) ongoing.set(batch.producerId, base);
      return { base, isNew: true };
    },
    from(offset, { before, maxBytes, atLeastOne }) {
      const first = lowest(kept, offset);
      const found: Kept[] = [];
      let bytes = 0;
      for (let at = first; at < kept.length; at += 1) {
        const one = kept[at];
        if (!one || one.base >= before) break;
        bytes += one.batch.bytes.length;
        if (bytes > maxBytes && !(atLeastOne && found.length === 0)) break;
        found.push(one);
      }
      return found;
    },
    finish(marker, isCommitted) {
      const firstOffset = ongoing.get(marker.producerId);
      if (firstOffset === undefined) return;
      const lastOffset = put(marker);
      ongoing.delete(marker.producerId);
      if (!isCommitted) aborted.push({ producerId: marker.producerId, firstOffset, lastOffset });
    },
    aborted: (from, before) => aborted.filter((one) => one.lastOffset >= from && one.firstOffset < before),
    since(timestamp) {
      for (const { batch, base } of kept) {
        if (batch.maxTimestamp < timestamp || batch.isControl) continue;
        for (const entry of entriesOf(batch)) {
          if (entry.timestamp >= timestamp) return { offset: base + entry.offsetDelta, timestamp: entry.timestamp };
        }
      }
      return undefined;
    },
    forget(before) {
      start = Math.max(start, Math.min(before, end));
      kept = kept.filter(({ last }) => last >= start);
      aborted = aborted.filter(({ lastOffset }) => lastOffset >= start);
    },
  };
}

/** The place of the first batch that ends at an offset or after it. */
function lowest(kept: Kept[], offset: number): number {
  let [low, high] = [0, kept.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((kept[middle]?.last ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
