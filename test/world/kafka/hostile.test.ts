import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seal } from '../../../src/world/kafka/batch.ts';
import { crc32c } from '../../../src/world/kafka/crc32c.ts';
import { createWriter } from '../../../src/world/kafka/wire.ts';
import { aloneKafka, framed, spoken } from '../../support/kafka-client.ts';

const terms = { topics: [{ name: 'orders', partitions: 2 }] };

/** Whether a broker still serves somebody else. */
async function serves({ client }: ReturnType<typeof aloneKafka>): Promise<boolean> {
  const answer = (await client().ask('Metadata', 6, { topics: ['orders'] })) as { topicMetadata: unknown[] };
  return answer.topicMetadata.length === 1;
}

/** A request to keep one batch, whatever its bytes are. */
function handing(batch: Buffer): Buffer {
  const body = createWriter();
  body.int16(-1);
  body.int16(1);
  body.int32(100);
  body.int32(1);
  body.int16(6);
  body.bytes(Buffer.from('orders'));
  body.int32(1);
  body.int32(0);
  body.int32(batch.length);
  body.bytes(batch);
  return framed({ key: 0, version: 7, body: body.written() });
}

/** The same batch with another body and another count, sealed anew. */
function resealed(records: Buffer, { attributes = 0, count = 1 }: { attributes?: number; count?: number }): Buffer {
  const head = Buffer.from(seal({ entries: [{ key: null, value: null }], timestamp: 0 }).bytes.subarray(0, 61));
  const batch = Buffer.concat([head, records]);
  batch.writeInt32BE(batch.length - 12, 8);
  batch.writeInt16BE(attributes, 21);
  batch.writeInt32BE(count - 1, 23);
  batch.writeInt32BE(count, 57);
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  return batch;
}

describe('a Kafka of the world, spoken to in bad faith', () => {
  it('survives bytes that mean nothing, however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), async (chunks) => {
        const alone = aloneKafka(terms);
        const { connection } = alone.client();
        for (const chunk of chunks) connection.receive(chunk);
        connection.ended();
        alone.world.pass(100_000);
        expect(await serves(alone)).toBe(true);
      }),
    );
  });

  it('survives every request with any body in any version', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -2, max: 48 }),
        fc.integer({ min: -1, max: 12 }),
        fc.uint8Array({ maxLength: 120 }),
        async (key, version, body) => {
          const alone = aloneKafka(terms);
          const { connection } = alone.client();
          connection.receive(framed({ key, version, body: Buffer.from(body) }));
          alone.world.pass(100_000);
          expect(await serves(alone)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('survives good requests in which bytes were changed or cut away', async () => {
    const good = await Promise.all([
      spoken('JoinGroup', 5, {
        ...{ groupId: 'g', sessionTimeout: 10_000, rebalanceTimeout: 10_000, memberId: '', protocolType: 'consumer' },
        groupProtocols: [{ name: 'a', metadata: Buffer.from('x') }],
      }),
      spoken('Fetch', 11, {
        ...{ replicaId: -1, maxWaitTime: 9, minBytes: 1, maxBytes: 99, isolationLevel: 1, rackId: '' },
        topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: '0', maxBytes: 99 }] }],
      }),
      spoken('CreateTopics', 3, { topics: [{ topic: 'a', numPartitions: 3, replicationFactor: 1 }], timeout: 1 }),
      spoken('OffsetCommit', 5, {
        ...{ groupId: 'g', groupGenerationId: -1, memberId: '', retentionTime: -1 },
        topics: [{ topic: 'orders', partitions: [{ partition: 0, offset: '3' }] }],
      }),
    ]);
    const frames = [
      ...good.map(({ frame }) => frame),
      handing(seal({ entries: [{ key: null, value: Buffer.from('v') }], timestamp: 1 }).bytes),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...frames),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.nat(),
        async (frame, changes, cut) => {
          const alone = aloneKafka(terms);
          const bytes = Buffer.from(frame);
          for (const [at, byte] of changes) bytes.writeUInt8(byte, 4 + (at % (bytes.length - 4)));
          const { connection } = alone.client();
          connection.receive(bytes.subarray(0, cut % 3 === 0 ? cut % bytes.length : bytes.length));
          alone.world.pass(1_000_000);
          expect(await serves(alone)).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('closes on giant and negative lengths before it holds what they promise', async () => {
    const alone = aloneKafka(terms);
    for (const length of [0x7fffffff, 17 << 20, -1, 0, 7]) {
      const { connection, isOpen } = alone.client();
      const bytes = Buffer.alloc(64);
      bytes.writeInt32BE(length, 0);
      connection.receive(bytes);
      expect([length, isOpen()]).toEqual([length, false]);
    }
    const lists = Buffer.from('7fffffff'.repeat(4), 'hex');
    for (const key of [3, 19, 20, 15, 42]) {
      const { connection, isOpen } = alone.client();
      connection.receive(framed({ key, version: 1, body: lists }));
      expect([key, isOpen()]).toEqual([key, false]);
    }
    expect(await serves(alone)).toBe(true);
  });

  it('keeps no batch that unpacks without end, miscounts or is cut off', async () => {
    const alone = aloneKafka(terms);
    const bomb = gzipSync(Buffer.alloc(200 << 20));
    const record = Buffer.from([14, 0, 0, 0, 1, 2, 120, 0]);
    const cases = {
      good: resealed(record, {}),
      bomb: resealed(bomb.subarray(0, 900_000), { attributes: 1 }),
      'not gzip': resealed(record, { attributes: 1 }),
      'no such compression': resealed(record, { attributes: 7 }),
      'too many records': resealed(record, { count: 1_000 }),
      'a negative count': resealed(record, { count: -5 }),
      'more than its records': resealed(Buffer.concat([record, record]), {}),
      'cut off': resealed(record, {}).subarray(0, 60),
      'cut short': resealed(record.subarray(0, 4), {}),
      marker: resealed(record, { attributes: 0x30 }),
    };
    const codes = Object.entries(cases).map(([name, batch]) => {
      const { connection, answers } = alone.client();
      connection.receive(handing(batch));
      return [name, answers()[0]?.bytes.readInt16BE(20)];
    });
    expect(Object.fromEntries(codes)).toEqual({
      ...Object.fromEntries(Object.keys(cases).map((name) => [name, 2])),
      good: 0,
      marker: 42,
    });
    expect(await alone.kafka.query('orders')).toHaveLength(1);
  });

  it('looks at each partition once for a request, however often it is named there', async () => {
    const alone = aloneKafka(terms);
    const { connection, ask } = alone.client();
    connection.receive(handing(resealed(Buffer.from([14, 0, 0, 0, 1, 2, 120, 0]), {})));
    const three = <T>(of: T) => [of, of, of];
    const listed = (await ask('ListOffsets', 3, {
      ...{ replicaId: -1, isolationLevel: 0 },
      topics: [{ topic: 'orders', partitions: three({ partition: 0, timestamp: 0 }) }],
    })) as { responses: { partitions: { errorCode: number; offset: string }[] }[] };
    expect(listed.responses[0]?.partitions.map(({ errorCode }) => errorCode)).toEqual([0, 42, 42]);
    const before = alone.world.events.length;
    await ask('Fetch', 4, {
      ...{ replicaId: -1, isolationLevel: 0, maxWaitTime: 0, minBytes: 0, maxBytes: 1 << 20 },
      topics: [{ topic: 'orders', partitions: three({ partition: 0, fetchOffset: 0, maxBytes: 1 << 20 }) }],
    }).catch(() => undefined);
    expect(alone.world.events.length - before).toBe(1);
  });

  it('shows a message whose producer says a time that is none, and takes no batch of a million', async () => {
    const alone = aloneKafka(terms);
    const { connection, answers } = alone.client();
    const late = resealed(Buffer.from([14, 0, 0, 0, 1, 2, 120, 0]), {});
    late.writeBigInt64BE(2n ** 62n, 27);
    late.writeUInt32BE(crc32c(late.subarray(21)), 17);
    connection.receive(handing(late));
    expect(await alone.kafka.query('orders')).toMatchObject([{ time: null, value: 'x' }]);
    const records = Buffer.alloc(7_000_000, Buffer.from([12, 0, 0, 0, 1, 1, 0]));
    connection.receive(handing(resealed(gzipSync(records), { attributes: 1, count: 1_000_000 })));
    expect(answers()[1]?.bytes.readInt16BE(20)).toBe(10);
    expect(await alone.kafka.query('orders')).toHaveLength(1);
  });

  it('reads names that reach for prototypes as names', async () => {
    const alone = aloneKafka();
    await alone.client().ask('Metadata', 6, { topics: ['__proto__', 'constructor'], allowAutoTopicCreation: true });
    await alone.client().ask('Produce', 7, {
      ...{ acks: -1, timeout: 1 },
      topicData: [
        {
          topic: '__proto__',
          partitions: [
            {
              partition: 0,
              firstSequence: 0,
              messages: [{ value: '{"__proto__":{"bad":1}}', headers: { ['__proto__']: 'x' } }],
            },
          ],
        },
      ],
    });
    const [message] = (await alone.kafka.query('__proto__')) as { value: object }[];
    expect(Object.getPrototypeOf(message?.value)).toBe(Object.prototype);
    expect(Reflect.get(Object(message?.value), 'bad')).toBeUndefined();
  });
});
