import { createPartitions, createTopics, deleteRecords, deleteTopics } from './admin-apis.ts';
import type { Broker } from './broker.ts';
import { listOffsets, metadata } from './data-apis.ts';
import { type Deed, deed } from './deed.ts';
import { faults } from './fault-codes.ts';
import { once } from './once.ts';
import type { Partition } from './partition.ts';

const nodeId = 1;
const special = { latest: -1, earliest: -2 } as const;
const readCommitted = 1;

/** What is asked about topics, and done with them. */
export function topicDeeds(broker: Broker): Deed[] {
  const { topics, groups, waiting } = broker;
  const create = ({ name, count, factor }: { name: string; count: number; factor: number }): number => {
    if (factor > broker.terms.brokers || factor === 0) return faults.invalidReplicationFactor;
    return topics.create(name, count === -1 ? broker.terms.partitions : count);
  };
  const mayChange = (name: string) => !topics.all.get(name)?.isInternal;
  return [
    deed(metadata, (asked, asker, reply) => {
      const mayBeMade = asker.version < 4 || asked.allowAutoTopicCreation;
      const names = asked.topics?.map(({ name }) => name) ?? [...topics.all.keys()];
      reply({
        brokers: [{ nodeId, host: asker.host, port: asker.port, rack: null }],
        clusterId: 'rehearse',
        controllerId: nodeId,
        topics: names.map((name) => {
          const errorCode = broker.topic(name, mayBeMade);
          const topic = topics.all.get(name);
          return {
            errorCode,
            name,
            isInternal: topic?.isInternal ?? false,
            partitions: (topic?.partitions ?? []).map((_, index) => ({
              errorCode: faults.none,
              index,
              leaderId: nodeId,
              leaderEpoch: 0,
              replicas: [nodeId],
              inSyncReplicas: [nodeId],
              offlineReplicas: [],
            })),
          };
        }),
      });
    }),
    deed(listOffsets, ({ topics: asked, isolationLevel }, _asker, reply) => {
      const isFirst = once();
      const answer = asked.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ index, timestamp }) => {
          const partition = topics.partition(name, index);
          const nowhere = { index, timestamp: -1, offset: -1 };
          if (!partition) return { ...nowhere, errorCode: faults.unknownTopicOrPartition };
          if (!isFirst(name, index)) return { ...nowhere, errorCode: faults.invalidRequest };
          return { index, errorCode: faults.none, ...offsetAt(partition, timestamp, isolationLevel) };
        }),
      }));
      reply({ topics: answer });
    }),
    deed(createTopics, ({ topics: asked, validateOnly }, _asker, reply) => {
      const answer = asked.map(({ name, numPartitions, replicationFactor, assignments }) => {
        const isAssigned = assignments.length > 0;
        const [count, factor] = isAssigned ? [assignments.length, 1] : [numPartitions, replicationFactor];
        const errorCode = create({ name, count, factor });
        if (validateOnly && errorCode === faults.none) topics.remove(name);
        return { name, errorCode, errorMessage: null };
      });
      reply({ topics: answer });
    }),
    deed(deleteTopics, ({ topics: names }, _asker, reply) => {
      const answer = names.map((name) => {
        const errorCode = mayChange(name) ? topics.remove(name) : faults.invalidTopic;
        if (errorCode === faults.none) groups.forgetTopic(name);
        return { name, errorCode };
      });
      waiting.serve();
      reply({ topics: answer });
    }),
    deed(createPartitions, ({ topics: asked, validateOnly }, _asker, reply) => {
      const results = asked.map(({ name, count }) => {
        const now = topics.all.get(name)?.partitions.length;
        const isMore = now !== undefined && count > now;
        const checked =
          now === undefined ? faults.unknownTopicOrPartition : isMore ? faults.none : faults.invalidPartitions;
        return { name, errorCode: validateOnly ? checked : topics.widen(name, count), errorMessage: null };
      });
      reply({ results });
    }),
    deed(deleteRecords, ({ topics: asked }, _asker, reply) => {
      const answer = asked.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ index, offset }) => {
          const partition = topics.partition(name, index);
          if (!partition) return { index, lowWatermark: -1, errorCode: faults.unknownTopicOrPartition };
          const before = offset === -1 ? partition.end : offset;
          if (before < 0 || before > partition.end)
            return { index, lowWatermark: -1, errorCode: faults.offsetOutOfRange };
          partition.forget(before);
          return { index, lowWatermark: partition.start, errorCode: faults.none };
        }),
      }));
      waiting.serve();
      reply({ topics: answer });
    }),
  ];
}

function offsetAt(partition: Partition, timestamp: number, isolation: number): { timestamp: number; offset: number } {
  const latest = isolation === readCommitted ? partition.stable : partition.end;
  if (timestamp === special.latest) return { timestamp: -1, offset: latest };
  if (timestamp === special.earliest) return { timestamp: -1, offset: partition.start };
  const found = partition.since(timestamp);
  return found && found.offset < latest ? found : { timestamp: -1, offset: -1 };
}
