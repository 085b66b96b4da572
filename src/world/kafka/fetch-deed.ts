import type { Answer, Question } from './api.ts';
import { entriesOf } from './batch.ts';
import { type Broker, seen } from './broker.ts';
import { fetch } from './data-apis.ts';
import { type Asker, type Deed, deed } from './deed.ts';
import { faults } from './fault-codes.ts';
import { once } from './once.ts';
import type { Aborted, Kept } from './partition.ts';

const mostBytes = 32 << 20;
const longestWaitMs = 2 ** 31;
const readCommitted = 1;

type Asked = Question<typeof fetch>;

interface Found {
  name: string;
  index: number;
  /** What was asked for begins here; a batch may begin before. */
  offset: number;
  fault: number;
  batches: Kept[];
  aborted: Aborted[];
  marks: { highWatermark: number; lastStableOffset: number; logStartOffset: number };
}

/** Hands out messages, or waits for them as long as the client wants to. */
export function fetchDeed(broker: Broker): Deed {
  return deed(fetch, (asked, asker, reply) => {
    const attempt = (isLate: boolean): boolean => {
      const found = look(broker, asked);
      const bytes = found.reduce((sum, one) => sum + sizeOf(one.batches), 0);
      const isEnough = bytes >= asked.minBytes || found.some(({ fault }) => fault !== faults.none);
      if (!isEnough && !isLate && found.length > 0) return false;
      for (const one of found) tell(broker, asker, one);
      reply({ errorCode: faults.none, sessionId: 0, topics: grouped(asked, found) });
      return true;
    };
    if (asked.maxWaitMs <= 0) attempt(true);
    else if (!attempt(false)) {
      broker.waiting.wait({ connection: asker.connection, attempt }, Math.min(asked.maxWaitMs, longestWaitMs));
    }
  });
}

function look({ topics }: Broker, { topics: asked, maxBytes, isolationLevel }: Asked): Found[] {
  let room = Math.max(0, Math.min(maxBytes, mostBytes));
  let isEmpty = true;
  const isFirst = once();
  return asked.flatMap(({ name, partitions }) =>
    partitions.map(({ index, fetchOffset: offset, maxBytes: most }): Found => {
      const partition = topics.partition(name, index);
      const none = { name, index, offset, batches: [], aborted: [] };
      if (!partition) return { ...none, fault: faults.unknownTopicOrPartition, marks: unknownMarks };
      if (!isFirst(name, index)) return { ...none, fault: faults.invalidRequest, marks: unknownMarks };
      const { start, end, stable } = partition;
      const marks = { highWatermark: end, lastStableOffset: stable, logStartOffset: start };
      if (offset < start || offset > end) return { ...none, fault: faults.offsetOutOfRange, marks };
      const isCommittedOnly = isolationLevel === readCommitted;
      const before = isCommittedOnly ? stable : end;
      const batches = partition.from(offset, { before, maxBytes: Math.min(most, room), atLeastOne: isEmpty });
      room -= sizeOf(batches);
      isEmpty &&= batches.length === 0;
      const aborted = isCommittedOnly ? partition.aborted(offset, before) : [];
      return { ...none, fault: faults.none, marks, batches, aborted };
    }),
  );
}

const unknownMarks = { highWatermark: -1, lastStableOffset: -1, logStartOffset: -1 };

function sizeOf(batches: Kept[]): number {
  return batches.reduce((sum, { batch }) => sum + batch.bytes.length, 0);
}

function grouped(asked: Asked, found: Found[]): Answer<typeof fetch>['topics'] {
  const left = found.values();
  return asked.topics.map(({ name, partitions }) => ({
    name,
    partitions: [...left.take(partitions.length)].map(({ index, fault, batches, aborted, marks }) => ({
      index,
      errorCode: fault,
      ...marks,
      abortedTransactions: aborted,
      preferredReadReplica: -1,
      records: Buffer.concat(batches.map(({ batch }) => batch.bytes)),
    })),
  }));
}

/** Tells the trace what a service takes: neither marks nor what it will pass over. */
function tell({ surroundings }: Broker, { service }: Asker, { name, offset, batches, aborted }: Found): void {
  for (const { batch, base, last } of batches) {
    const isUndone = aborted.some(
      ({ producerId, firstOffset, lastOffset }) =>
        producerId === batch.producerId && base >= firstOffset && last <= lastOffset,
    );
    if (batch.isControl || (batch.isTransactional && isUndone)) continue;
    for (const entry of entriesOf(batch)) {
      if (base + entry.offsetDelta < offset) continue;
      const { what, value } = seen(name, entry);
      surroundings.record({ service, kind: 'message', what, value });
    }
  }
}
