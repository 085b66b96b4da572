import type { Batch } from './batch.ts';
import { faults } from './fault-codes.ts';

/** What a partition knows of the producers that number what they send, so that nothing is taken in twice. */
export interface Producers {
  /** Where a batch was taken in before, or why it cannot be; nothing where it is new. */
  check(batch: Batch): { base: number } | { fault: number } | undefined;
  took(batch: Batch, base: number): void;
}

const remembered = 5;
const mostProducers = 10_000;
const wrap = 2 ** 31;

/** Knows nobody yet. */
export function openProducers(): Producers {
  const known = new Map<number, { epoch: number; last: number; batches: { first: number; base: number }[] }>();
  return {
    check({ producerId, producerEpoch, firstSequence, count }) {
      const producer = known.get(producerId);
      if (!producer) return undefined;
      if (producerEpoch < producer.epoch) return { fault: faults.invalidProducerEpoch };
      const isNext =
        producerEpoch > producer.epoch ? firstSequence === 0 : firstSequence === (producer.last + 1) % wrap;
      if (isNext) return undefined;
      const again = producer.batches.find(({ first }) => first === firstSequence);
      const isSame = again !== undefined && producer.epoch === producerEpoch && count > 0;
      return isSame ? { base: again.base } : { fault: faults.outOfOrderSequenceNumber };
    },
    took({ producerId, producerEpoch, firstSequence, count }, base) {
      const before = known.get(producerId);
      const batches = before?.epoch === producerEpoch ? before.batches : [];
      known.delete(producerId);
      known.set(producerId, {
        epoch: producerEpoch,
        last: (firstSequence + count - 1) % wrap,
        batches: [...batches, { first: firstSequence, base }].slice(-remembered),
      });
      const [oldest] = known.keys();
      if (known.size > mostProducers && oldest !== undefined) known.delete(oldest);
    },
  };
}
