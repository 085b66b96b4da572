import { describe, expect, it } from 'vitest';
import { busWith } from '../../support/kafka-bus.ts';

const { outcome } = busWith(
  'services: { kafka: { image: "apache/kafka:3.9.0", environment: { KAFKA_NUM_PARTITIONS: 1 } } }',
);
const producing = `
  const producer = kafka.producer({ transactionalId: 'tx', maxInFlightRequests: 1, idempotent: true });
  await producer.connect();`;

describe('transactions of a Kafka of the world', () => {
  it('shows what was committed, hides what was aborted, and shows nothing before the end', async () => {
    const { value, result, trace } = await outcome(`
      const got = [];
      await consuming('g', ['orders'], ({ message }) => got.push(text(message.value)));
      ${producing}
      const first = await producer.transaction();
      await first.send({ topic: 'orders', messages: [{ value: 'kept 1' }, { value: 'kept 2' }] });
      await pause(6000);
      const before = [...got];
      await first.commit();
      await pause(10);
      const second = await producer.transaction();
      await second.send({ topic: 'orders', messages: [{ value: 'lost' }] });
      await second.abort();
      await sent('orders', [{ value: 'plain' }]);
      await pause(6000);
      return { before, got };`);
    expect(value, JSON.stringify(result)).toEqual({ before: [], got: ['kept 1', 'kept 2', 'plain'] });
    expect(trace.events.filter(({ kind }) => kind === 'message')).toHaveLength(3);
  });

  it('writes down how far a group has come only where the transaction ends well', async () => {
    const { value, result } = await outcome(`
      await sent('orders', [{ value: '1' }, { value: '2' }, { value: '3' }]);
      const consumer = await consuming('g', ['orders'], () => undefined, { fromBeginning: true }, {});
      await pause(100);
      await consumer.disconnect();
      ${producing}
      await admin.connect();
      const offset = async () => (await admin.fetchOffsets({ groupId: 'other', topics: ['orders'] }))[0].partitions[0].offset;
      const write = async (to, end) => {
        const transaction = await producer.transaction();
        await transaction.sendOffsets({ consumerGroupId: 'other', topics: [{ topic: 'orders', partitions: [{ partition: 0, offset: to }] }] });
        const inside = await offset();
        await transaction[end]();
        return [inside, await offset()];
      };
      return [await write('2', 'abort'), await write('3', 'commit')];`);
    expect(value, JSON.stringify(result)).toEqual([
      ['-1', '-1'],
      ['-1', '3'],
    ]);
  });

  it('shuts out a producer whose name another one took over', async () => {
    const { result } = await outcome(`
      ${producing}
      const transaction = await producer.transaction();
      await transaction.send({ topic: 'orders', messages: [{ value: 'old' }] });
      const other = kafka.producer({ transactionalId: 'tx', maxInFlightRequests: 1, idempotent: true });
      await other.connect();
      await (await other.transaction()).abort();
      await transaction.send({ topic: 'orders', messages: [{ value: 'zombie' }] });`);
    expect(result).toMatchObject({ error: { name: expect.stringContaining('KafkaJS') } });
  });

  it('keeps once what an idempotent producer sends twice', async () => {
    const { value, result } = await outcome(
      `
      const producer = kafka.producer({ idempotent: true });
      await producer.connect();
      await producer.send({ topic: 'orders', messages: [{ value: '1' }] });
      await producer.send({ topic: 'orders', messages: [{ value: '2' }] });
      await admin.connect();
      return (await admin.fetchTopicOffsets('orders'))[0].high;`,
      // The answer to the produce request comes too late once, so that it is sent again.
      { world: { faults: [{ on: 'kafka', nth: 12, do: 'delay:PT40S' }] } },
    );
    expect(value, JSON.stringify(result)).toEqual('2');
  });
});
