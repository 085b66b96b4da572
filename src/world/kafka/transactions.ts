import type { Surroundings } from '../model.ts';
import { seal } from './batch.ts';
import { faults } from './fault-codes.ts';
import type { Committed, Groups } from './groups.ts';
import type { Topics } from './topics.ts';

/** Who takes part in a transaction, as every request says it. */
export interface Party {
  transactionalId: string;
  producerId: number;
  producerEpoch: number;
}

/** The coordinator of transactions, and the giver of producers' numbers. */
export interface Transactions {
  /** A number for a producer; whatever a producer of the same name had begun is undone. */
  begin(transactionalId: string | null, timeoutMs: number): { producerId: number; producerEpoch: number };
  addPartition(party: Party, topic: string, index: number): number;
  addGroup(party: Party): number;
  /** Keeps offsets until the transaction ends; the number of a fault where it cannot. */
  keepOffset(party: Party, group: string, offset: Committed): number;
  end(party: Party, isCommitted: boolean): number;
  /** Whether a producer may write in a transaction now. */
  mayWrite(party: Party, topic: string, index: number): number;
  close(): void;
}

interface Transaction {
  producerId: number;
  producerEpoch: number;
  timeoutMs: number;
  partitions: Map<string, { topic: string; index: number }>;
  offsets: { group: string; offset: Committed }[];
  isOpen: boolean;
  stopTimer: () => void;
}

const mostTransactions = 10_000;
const mostOffsets = 10_000;
const highestEpoch = 32_766;
const kinds = { abort: 0, commit: 1 } as const;

interface Around {
  surroundings: Surroundings;
  topics: Topics;
  groups: Groups;
  /** A transaction has ended, and what it wrote can be read. */
  ended(): void;
}

/** No transactions yet. */
export function openTransactions({ surroundings: { clock }, topics, groups, ended }: Around): Transactions {
  const known = new Map<string, Transaction>();
  let producers = 0;
  const faultOf = ({ transactionalId, producerId, producerEpoch }: Party): { fault: number } | Transaction => {
    const found = known.get(transactionalId);
    if (!found || found.producerId !== producerId) return { fault: faults.invalidProducerIdMapping };
    return found.producerEpoch === producerEpoch ? found : { fault: faults.invalidProducerEpoch };
  };
  const open = (found: Transaction): void => {
    if (found.isOpen) return;
    found.isOpen = true;
    found.stopTimer = clock.at(clock.now() + Math.max(0, found.timeoutMs), () => {
      finish(found, false);
      found.producerEpoch += 1;
    });
  };
  const finish = (found: Transaction, isCommitted: boolean): void => {
    found.stopTimer();
    const marker = seal({ ...found, timestamp: clock.now(), isControl: true, entries: [markerOf(isCommitted)] });
    for (const { topic, index } of found.partitions.values())
      topics.partition(topic, index)?.finish(marker, isCommitted);
    if (isCommitted) for (const { group, offset } of found.offsets) groups.commit(group, offset);
    Object.assign(found, { partitions: new Map(), offsets: [], isOpen: false });
    ended();
  };
  const taking = (party: Party, work: (found: Transaction) => number): number => {
    const found = faultOf(party);
    return 'fault' in found ? found.fault : work(found);
  };
  return {
    begin(transactionalId, timeoutMs) {
      const before = transactionalId === null ? undefined : known.get(transactionalId);
      if (before?.isOpen) finish(before, false);
      if (before && before.producerEpoch < highestEpoch) {
        before.producerEpoch += 1;
        before.timeoutMs = timeoutMs;
        return before;
      }
      producers += 1;
      const made: Transaction = {
        producerId: producers,
        producerEpoch: 0,
        timeoutMs,
        partitions: new Map(),
        offsets: [],
        isOpen: false,
        stopTimer: () => undefined,
      };
      if (transactionalId !== null && known.size < mostTransactions) known.set(transactionalId, made);
      return made;
    },
    addPartition: (party, topic, index) =>
      taking(party, (found) => {
        if (!topics.partition(topic, index)) return faults.unknownTopicOrPartition;
        open(found);
        found.partitions.set(`${topic}\0${index}`, { topic, index });
        return faults.none;
      }),
    addGroup: (party) =>
      taking(party, (found) => {
        open(found);
        return faults.none;
      }),
    keepOffset: (party, group, offset) =>
      taking(party, (found) => {
        if (!found.isOpen || found.offsets.length >= mostOffsets) return faults.invalidTransactionState;
        found.offsets.push({ group, offset });
        return faults.none;
      }),
    end: (party, isCommitted) =>
      taking(party, (found) => {
        if (!found.isOpen) return faults.invalidTransactionState;
        finish(found, isCommitted);
        return faults.none;
      }),
    mayWrite: (party, topic, index) =>
      taking(party, (found) =>
        found.isOpen && found.partitions.has(`${topic}\0${index}`) ? faults.none : faults.invalidTransactionState,
      ),
    close() {
      for (const found of known.values()) found.stopTimer();
    },
  };
}

/** The record that ends a transaction in a partition, as clients look for it. */
function markerOf(isCommitted: boolean): { key: Buffer; value: Buffer } {
  const key = Buffer.alloc(4);
  key.writeInt16BE(isCommitted ? kinds.commit : kinds.abort, 2);
  return { key, value: Buffer.alloc(6) };
}
