import { type Batch, readBatch } from './batch.ts';
import type { Broker } from './broker.ts';
import { produce } from './data-apis.ts';
import { type Asker, type Deed, deed } from './deed.ts';
import { faults } from './fault-codes.ts';

/** Each is told to the trace; clients send far fewer at once. */
const mostRecords = 100_000;

/** Takes messages into topics. */
export function produceDeed(broker: Broker): Deed {
  return deed(produce, ({ topics, transactionalId, acks }, asker, reply) => {
    const answer = topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ index, records }) => {
        const done = take(broker, asker, { name, index, records, transactionalId });
        return {
          index,
          errorCode: 'fault' in done ? done.fault : faults.none,
          baseOffset: 'base' in done ? done.base : -1,
          logAppendTimeMs: -1,
          logStartOffset: broker.topics.partition(name, index)?.start ?? -1,
        };
      }),
    }));
    reply(acks === 0 ? null : { topics: answer });
  });
}

interface Handed {
  name: string;
  index: number;
  records: Buffer | null;
  transactionalId: string | null;
}

function take(
  broker: Broker,
  asker: Asker,
  { name, index, records, transactionalId }: Handed,
): { base: number } | { fault: number } {
  if (!records) return { fault: faults.corruptMessage };
  if (records.length > broker.terms.largestMessage) return { fault: faults.messageTooLarge };
  try {
    const batch = readBatch(records);
    const fault = faultOf(broker, asker, batch) || outside(broker, batch, { name, index, transactionalId });
    return fault ? { fault } : broker.append(asker.service, name, index, batch);
  } catch {
    return { fault: faults.corruptMessage };
  }
}

function faultOf(broker: Broker, asker: Asker, { compression, isControl, count }: Batch): number {
  if (isControl) return faults.invalidRequest;
  if (count > mostRecords) {
    broker.unmodelled(asker.service, `a batch of ${count} messages`);
    return faults.messageTooLarge;
  }
  if (compression !== 'lz4') return faults.none;
  broker.unmodelled(asker.service, `messages compressed with ${compression}`);
  return faults.unsupportedCompression;
}

/** What is wrong with a batch that claims to be part of a transaction. */
function outside(
  { transactions }: Broker,
  batch: Batch,
  { name, index, transactionalId }: Omit<Handed, 'records'>,
): number {
  if (!batch.isTransactional) return faults.none;
  if (transactionalId === null) return faults.invalidTransactionState;
  return transactions.mayWrite({ ...batch, transactionalId }, name, index);
}
