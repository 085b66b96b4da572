import { describe, expect, it } from 'vitest';
import { busWith } from '../../support/kafka-bus.ts';

const { outcome } = busWith(`
services:
  zookeeper: { image: "confluentinc/cp-zookeeper:7.6.0" }
  kafka:
    image: confluentinc/cp-kafka:7.6.0
    environment: { KAFKA_ZOOKEEPER_CONNECT: "zookeeper:2181", KAFKA_AUTO_CREATE_TOPICS_ENABLE: "false" }
  setup:
    image: confluentinc/cp-kafka:7.6.0
    depends_on: [kafka]
    command: bash -c "kafka-topics --bootstrap-server kafka:9092 --create --if-not-exists --topic orders --partitions 4 && kafka-topics --create --topic audit --bootstrap-server kafka:9092"
`);

describe('what is asked of a Kafka of the world about topics and groups', () => {
  it('has the topics that the compose file makes, and makes others only when told to', async () => {
    const { value, result } = await outcome(`
      await admin.connect();
      const before = (await admin.listTopics()).sort();
      const made = await admin.createTopics({ topics: [{ topic: 'more', numPartitions: 2 }] });
      const again = await admin.createTopics({ topics: [{ topic: 'more', numPartitions: 2 }] });
      await admin.createPartitions({ topicPartitions: [{ topic: 'more', count: 5 }] });
      const { topics } = await admin.fetchTopicMetadata({ topics: ['orders', 'more'] });
      await admin.deleteTopics({ topics: ['more'] });
      const missing = await sent('more', [{ value: '1' }], 0, { retry: { retries: 0 } }).catch((error) => error.message);
      return { before, made, again, counts: topics.map(({ name, partitions }) => [name, partitions.length]), after: (await admin.listTopics()).sort(), missing };`);
    expect(value, JSON.stringify(result)).toEqual({
      before: ['audit', 'orders'],
      made: true,
      again: false,
      counts: [
        ['orders', 4],
        ['more', 5],
      ],
      after: ['audit', 'orders'],
      missing: expect.stringContaining('does not host this topic-partition'),
    });
  });

  it('tells where topics begin, end and stood at a time, and how far groups have come', async () => {
    const { value, result } = await outcome(`
      await admin.connect();
      await sent('audit', [{ value: '1' }, { value: '2' }]);
      await pause(60000);
      const middle = Date.now();
      await sent('audit', [{ value: '3' }]);
      const consumer = await consuming('g', ['audit'], () => undefined);
      await pause(100);
      const busy = await admin.describeGroups(['g']);
      await consumer.disconnect();
      const reached = (await admin.fetchOffsets({ groupId: 'g', topics: ['audit'] }))[0].partitions[0].offset;
      await admin.setOffsets({ groupId: 'g', topic: 'audit', partitions: [{ partition: 0, offset: '1' }] });
      const set = (await admin.fetchOffsets({ groupId: 'g', topics: ['audit'] }))[0].partitions[0].offset;
      await admin.deleteTopicRecords({ topic: 'audit', partitions: [{ partition: 0, offset: '2' }] });
      const [{ low, high }] = await admin.fetchTopicOffsets('audit');
      const [{ offset }] = await admin.fetchTopicOffsetsByTimestamp('audit', middle);
      const groups = (await admin.listGroups()).groups;
      await admin.deleteGroups(['g']);
      return { state: busy.groups[0].state, members: busy.groups[0].members.length, reached, set, low, high, offset, groups, left: (await admin.listGroups()).groups };`);
    expect(value, JSON.stringify(result)).toEqual({
      state: 'Stable',
      members: 1,
      reached: '3',
      set: '1',
      low: '2',
      high: '3',
      offset: '2',
      groups: [{ groupId: 'g', protocolType: 'consumer' }],
      left: [],
    });
  });

  it('says by name what it does not answer', async () => {
    const { verdict } = await outcome(`
      await admin.connect();
      await admin.describeConfigs({ resources: [{ type: 2, name: 'orders' }] }).catch(() => undefined);`);
    expect(verdict).toMatchObject({ outcome: 'unknown', code: 'WORLD_UNMODELLED' });
    expect(verdict.reason).toContain('kafka: the request DescribeConfigs');
  });
});
