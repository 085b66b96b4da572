import type { Broker } from './broker.ts';
import { type Deed, deed } from './deed.ts';
import { faults } from './fault-codes.ts';
import { offsetCommit, offsetFetch } from './group-apis.ts';
import type { Committed } from './groups.ts';
import { addOffsetsToTxn, addPartitionsToTxn, endTxn, initProducerId, txnOffsetCommit } from './transaction-apis.ts';

/** How far groups have come, and transactions around that. */
export function offsetDeeds(broker: Broker): Deed[] {
  const { groups, topics, transactions } = broker;
  return [
    deed(offsetCommit, (asked, _asker, reply) => {
      const group = groups.open(asked.groupId);
      const fault = group?.mayCommit(asked) ?? faults.invalidGroupId;
      reply({
        topics: eachOf(asked.topics, (offset) => {
          if (fault !== faults.none) return fault;
          if (!topics.partition(offset.topic, offset.index)) return faults.unknownTopicOrPartition;
          return groups.commit(asked.groupId, offset) ? faults.none : faults.storage;
        }),
      });
    }),
    deed(offsetFetch, ({ groupId, topics: asked }, _asker, reply) => {
      const wanted = asked ?? listed(groups.everything(groupId));
      const answer = wanted.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map((index) => {
          const known = groups.committed(groupId, name, index);
          return { index, offset: known?.offset ?? -1, metadata: known?.metadata ?? '', errorCode: faults.none };
        }),
      }));
      reply({ topics: answer, errorCode: faults.none });
    }),
    deed(initProducerId, ({ transactionalId, transactionTimeoutMs }, _asker, reply) => {
      if (transactionalId === '') return reply({ errorCode: faults.invalidRequest, producerId: -1, producerEpoch: -1 });
      const { producerId, producerEpoch } = transactions.begin(transactionalId, transactionTimeoutMs);
      return reply({ errorCode: faults.none, producerId, producerEpoch });
    }),
    deed(addPartitionsToTxn, (asked, _asker, reply) => {
      const answer = asked.topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map((index) => ({ index, errorCode: transactions.addPartition(asked, name, index) })),
      }));
      reply({ topics: answer });
    }),
    deed(addOffsetsToTxn, (asked, _asker, reply) => reply({ errorCode: transactions.addGroup(asked) })),
    deed(txnOffsetCommit, (asked, _asker, reply) =>
      reply({
        topics: eachOf(asked.topics, (offset) =>
          topics.partition(offset.topic, offset.index)
            ? transactions.keepOffset(asked, asked.groupId, offset)
            : faults.unknownTopicOrPartition,
        ),
      }),
    ),
    deed(endTxn, (asked, _asker, reply) => reply({ errorCode: transactions.end(asked, asked.committed) })),
  ];
}

type Named = { name: string; partitions: { index: number; offset: number; metadata: string | null }[] }[];

/** Does something with every offset that is named, and says what came of each. */
function eachOf(topics: Named, work: (offset: Committed) => number) {
  return topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ index, offset, metadata }) => ({
      index,
      errorCode: work({ topic: name, index, offset, metadata }),
    })),
  }));
}

function listed(all: Committed[]): { name: string; partitions: number[] }[] {
  const names = [...new Set(all.map(({ topic }) => topic))];
  return names.map((name) => ({
    name,
    partitions: all.filter(({ topic }) => topic === name).map(({ index }) => index),
  }));
}
