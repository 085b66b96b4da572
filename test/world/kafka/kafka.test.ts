import { describe, expect, it } from 'vitest';
import { busWith } from '../../support/kafka-bus.ts';

const { outcome } = busWith(`
services:
  kafka:
    image: confluentinc/cp-kafka:7.6.0
    environment:
      KAFKA_ADVERTISED_LISTENERS: PLAINTEXT://kafka:29092,PLAINTEXT_HOST://localhost:9092
      KAFKA_NUM_PARTITIONS: 3
`);

describe('a Kafka of the world', () => {
  it('carries messages from a producer of kafkajs to its consumer, in the order of each key, with headers', async () => {
    const { value, result } = await outcome(`
      const got = [];
      await consuming('g', ['orders'], ({ partition, message }) => {
        got.push([partition, text(message.key), text(message.value), text(message.headers.h), message.offset]);
      });
      await sent('orders', [{ key: 'a', value: '1', headers: { h: 'x' } }, { key: 'a', value: '2' }, { key: 'b', value: '3' }]);
      await sent('orders', [{ key: 'a', value: null }]);
      await pause(100);
      return got;`);
    expect(value, JSON.stringify(result)).toEqual(
      [
        [2, 'b', '3', undefined, '0'],
        [1, 'a', '1', 'x', '0'],
        [1, 'a', '2', undefined, '1'],
        [1, 'a', null, undefined, '2'],
      ].map((one) => one.map((part) => (part === undefined ? { $undefined: true } : part))),
    );
  });

  it('shares the partitions of a topic among the members of a group, and again when one joins or goes', async () => {
    const { value, result } = await outcome(`
      const shares = {};
      const member = async (name) => {
        const consumer = kafka.consumer({ groupId: 'g' });
        consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => { shares[name] = (payload.memberAssignment.orders ?? []).length; });
        await consumer.connect();
        await consumer.subscribe({ topic: 'orders' });
        await consumer.run({ eachMessage: async () => {} });
        return consumer;
      };
      const first = await member('first');
      const alone = { ...shares };
      const second = await member('second');
      await pause(10000);
      const together = { ...shares };
      await first.disconnect();
      await pause(10000);
      return { alone, together, after: shares.second };`);
    expect(value, JSON.stringify(result)).toEqual({
      alone: { first: 3 },
      together: { first: expect.any(Number), second: expect.any(Number) },
      after: 3,
    });
    const { together } = value as { together: { first: number; second: number } };
    expect([together.first + together.second, Math.min(together.first, together.second)]).toEqual([3, 1]);
  });

  it('hands a message to every group, goes on where a group left off, and begins at the end unless told otherwise', async () => {
    const { value, result } = await outcome(`
      const got = [];
      await sent('orders', [{ key: 'k', value: 'old' }]);
      const note = (who) => ({ message }) => got.push(who + ' ' + text(message.value));
      const early = await consuming('early', ['orders'], note('early'));
      await consuming('late', ['orders'], note('late'), { fromBeginning: false });
      await pause(1000);
      await sent('orders', [{ key: 'k', value: 'new' }]);
      await pause(1000);
      await early.disconnect();
      await sent('orders', [{ key: 'k', value: 'missed' }]);
      await consuming('early', ['orders'], note('again'));
      await pause(1000);
      return got.sort();`);
    expect(value, JSON.stringify(result)).toEqual([
      'again missed',
      'early new',
      'early old',
      'late missed',
      'late new',
    ]);
  });

  it('hands a message out again where what took it failed', async () => {
    const { value, result } = await outcome(`
      const got = [];
      await consuming('g', ['orders'], ({ message }) => {
        got.push(text(message.value));
        if (got.length === 1) throw new Error('not yet');
      });
      await sent('orders', [{ key: 'k', value: '1' }, { key: 'k', value: '2' }]);
      await pause(20000);
      return got;`);
    expect(value, JSON.stringify(result)).toEqual(['1', '1', '2']);
  });

  it('takes compressed batches; what it cannot unpack makes the verdict unknown by its name', async () => {
    const { value, result } = await outcome(`
      const got = [];
      await consuming('g', ['orders'], ({ message }) => got.push(text(message.value)));
      await sent('orders', [{ key: 'k', value: 'x'.repeat(5000) }, { key: 'k', value: 'small' }], CompressionTypes.GZIP);
      await pause(100);
      return got.map((one) => one.length);`);
    expect(value, JSON.stringify(result)).toEqual([5000, 5]);
    const snappy = await outcome(`
      const { compress, uncompress } = require('snappyjs');
      CompressionCodecs[CompressionTypes.Snappy] = () => ({ compress: async ({ buffer }) => compress(buffer), decompress: async (buffer) => uncompress(buffer) });
      const got = [];
      await consuming('g', ['orders'], ({ message }) => got.push(text(message.value)));
      await sent('orders', [{ key: 'k', value: 'x'.repeat(5000) }, { key: 'k', value: 'small' }], CompressionTypes.Snappy);
      await pause(100);
      return got.map((one) => one.length);`);
    expect(snappy.value, JSON.stringify(snappy.result)).toEqual([5000, 5]);
    const told = snappy.trace.events.filter(({ kind }) => kind === 'publish').map(({ value }) => value?.text);
    expect(told).toEqual([expect.stringContaining('xxx'), 'small']);
    const { verdict } = await outcome(`
      CompressionCodecs[CompressionTypes.LZ4] = () => ({ compress: async ({ buffer }) => buffer, decompress: async (buffer) => buffer });
      await sent('orders', [{ value: '1' }], CompressionTypes.LZ4).catch(() => undefined);`);
    expect(verdict).toMatchObject({ outcome: 'unknown', code: 'WORLD_UNMODELLED' });
    expect(verdict.reason).toContain('messages compressed with lz4');
  });

  it('refuses what is too large as Kafka does', async () => {
    const { result } = await outcome(`await sent('orders', [{ value: Buffer.alloc(2 << 20) }]);`);
    expect(result).toMatchObject({ error: { message: expect.stringContaining('larger than the max message size') } });
  });

  it('waits for messages without keeping the world busy, and keeps members that are idle for an hour', async () => {
    const { value, result, trace } = await outcome(`
      const got = [];
      await consuming('g', ['orders'], ({ message }) => got.push(text(message.value)), {}, { maxWaitTimeInMs: 60000, heartbeatInterval: 20000, sessionTimeout: 120000 });
      await pause(3600 * 1000);
      await sent('orders', [{ key: 'k', value: 'late' }]);
      await pause(10);
      await admin.connect();
      return [got, (await admin.describeGroups(['g'])).groups[0].state];`);
    expect(value, JSON.stringify(result)).toEqual([['late'], 'Stable']);
    expect(trace.counts.events).toBeLessThan(50_000);
  });

  it('drops a member that is not heard of, so that another takes over', async () => {
    const { value, result } = await outcome(`
      const got = [];
      await consuming('g', ['orders'], ({ message, partition }) => { got.push('first ' + text(message.value)); return new Promise(() => {}); });
      await sent('orders', [{ key: 'k', value: '1' }]);
      await pause(100);
      await consuming('g', ['orders'], ({ message }) => got.push('second ' + text(message.value)));
      await pause(120000);
      return got;`);
    expect(value, JSON.stringify(result)).toEqual(['first 1', 'second 1']);
  });

  it('lets in who knows the password, and says by name which ways to sign in are not modelled', async () => {
    const guarded = busWith(
      'services: { kafka: { image: "bitnami/kafka:3.7", environment: { KAFKA_CLIENT_USERS: app, KAFKA_CLIENT_PASSWORDS: secret } } }',
    );
    const signIn = (sasl: string) => `
      const other = new Kafka({ brokers: ['kafka:9092'], logLevel: logLevel.NOTHING, ssl: true, retry: { retries: 0 }, sasl: ${sasl} });
      const admin = other.admin();
      await admin.connect();
      return admin.listTopics();`;
    const { value, result } = await guarded.outcome(
      signIn(`{ mechanism: 'plain', username: 'app', password: 'secret' }`),
    );
    expect(value, JSON.stringify(result)).toEqual([]);
    const wrong = await guarded.outcome(signIn(`{ mechanism: 'plain', username: 'app', password: 'guess' }`));
    expect(wrong.result).toMatchObject({ error: { message: expect.stringContaining('Authentication failed') } });
    const scram = await guarded.outcome(signIn(`{ mechanism: 'scram-sha-256', username: 'app', password: 'secret' }`));
    expect(scram.verdict.reason).toContain('SASL SCRAM-SHA-256');
  });
});
