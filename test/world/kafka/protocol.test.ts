import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entriesOf, seal } from '../../../src/world/kafka/batch.ts';
import { crc32c } from '../../../src/world/kafka/crc32c.ts';
import { murmur2 } from '../../../src/world/kafka/murmur2.ts';
import { read, write } from '../../../src/world/kafka/schema.ts';
import { unsnapped } from '../../../src/world/kafka/snappy.ts';
import { createWriter, readerOf } from '../../../src/world/kafka/wire.ts';
import { aloneKafka, framed, spoken } from '../../support/kafka-client.ts';

const require = createRequire(import.meta.url);
const { compress } = require('snappyjs') as { compress(bytes: Buffer): Buffer };
const murmurOfKafkajs = require('kafkajs/src/producer/partitioners/default/murmur2') as (key: Buffer) => number;

const orders = { topics: [{ name: 'orders', partitions: 1 }] };
const produced = (values: string[], more: object = {}, partition: object = {}) => ({
  acks: -1,
  timeout: 100,
  topicData: [
    {
      topic: 'orders',
      partitions: [
        { partition: 0, firstSequence: 0, messages: values.map((value) => ({ key: 'k', value })), ...partition },
      ],
    },
  ],
  ...more,
});
const fetched = (offset: string, maxWaitTime = 5_000) => ({
  ...{ replicaId: -1, maxWaitTime, minBytes: 1, maxBytes: 1 << 20, isolationLevel: 1, rackId: '' },
  topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: offset, maxBytes: 1 << 20 }] }],
});
const outcomeOf = (answer: unknown) =>
  (answer as { topics: { partitions: { errorCode: number; baseOffset: string }[] }[] }).topics[0]?.partitions[0];

describe('the bytes of Kafka', () => {
  it('are sealed with CRC-32C, and keys go where clients send them', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect(murmur2(Buffer.from(bytes)) | 0).toBe(murmurOfKafkajs(Buffer.from(bytes)) | 0);
      }),
    );
  });

  it('say the same when they are read as when they were written', () => {
    const shape = {
      a: 'int8',
      b: ['string?'],
      c: [{ d: 'int64 2+', e: 'bytes', f: 'boolean 0-1' }, 1],
      g: ['?', { h: 'int16' }],
    } as const;
    const item = fc.record({
      d: fc.integer(),
      e: fc.uint8Array().map((one) => Buffer.from(one)),
      f: fc.constant(false),
    });
    const value = fc.record({
      a: fc.integer({ min: -128, max: 127 }),
      b: fc.array(fc.option(fc.string({ maxLength: 50 }))),
      c: fc.array(item),
      g: fc.option(fc.array(fc.record({ h: fc.integer({ min: -32_768, max: 32_767 }) }))),
    });
    fc.assert(
      fc.property(value, (one) => {
        const writer = createWriter();
        write(shape, writer, 3, one);
        expect(read(shape, readerOf(writer.written()), 3)).toEqual(one);
      }),
    );
    fc.assert(
      fc.property(fc.maxSafeInteger(), (whole) => {
        const writer = createWriter();
        const number = Math.trunc(whole / 4) || 0;
        writer.varint(number);
        expect(readerOf(writer.written()).varint()).toBe(number);
      }),
    );
  });

  it('are understood where Snappy compressed them, whole or in blocks, and refused where it did not', () => {
    const text = Buffer.from('ab'.repeat(5_000));
    const block = (bytes: Buffer): Buffer => {
      const length = Buffer.alloc(4);
      length.writeInt32BE(bytes.length);
      return Buffer.concat([length, bytes]);
    };
    const head = Buffer.from('82534e41505059000000000100000001', 'hex');
    const blocks = Buffer.concat([
      head,
      block(compress(text.subarray(0, 4_000))),
      block(compress(text.subarray(4_000))),
    ]);
    expect(unsnapped(compress(text), 10_000)).toEqual(text);
    expect(unsnapped(blocks, 10_000)).toEqual(text);
    for (const bytes of [compress(text), blocks]) expect(() => unsnapped(bytes, 9_999)).toThrow();
    const some = fc.oneof(
      fc.uint8Array({ maxLength: 2_000 }),
      fc.string({ maxLength: 200 }).map((one) => Buffer.from(one.repeat(9))),
    );
    fc.assert(
      fc.property(some, (bytes) => {
        expect(unsnapped(compress(Buffer.from(bytes)), 9_000)).toEqual(Buffer.from(bytes));
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, isRow) => {
        try {
          expect(
            unsnapped(Buffer.concat([isRow ? head : Buffer.alloc(0), Buffer.from(bytes)]), 1_000).length,
          ).toBeLessThan(1_001);
        } catch (refused) {
          expect(refused).toBeInstanceOf(Error);
        }
      }),
    );
  });

  it('hold the records that were sealed', () => {
    const part = fc.option(fc.uint8Array({ maxLength: 300 }).map((one) => Buffer.from(one)));
    fc.assert(
      fc.property(fc.array(fc.record({ key: part, value: part }), { minLength: 1, maxLength: 20 }), (entries) => {
        const found = [...entriesOf(seal({ entries, timestamp: 1_700_000_000_000 }))];
        expect(found.map(({ key, value }) => ({ key, value }))).toEqual(entries);
      }),
    );
  });
});

describe('a broker, asked at the wire', () => {
  it('takes in once what is sent twice, and nothing that is out of order or from a producer of old', async () => {
    const { client, kafka } = aloneKafka(orders);
    const { ask } = client();
    const send = async (firstSequence: number, producerEpoch = 1) =>
      outcomeOf(await ask('Produce', 7, produced(['a', 'b'], { producerId: 9, producerEpoch }, { firstSequence })));
    expect(await send(0)).toMatchObject({ errorCode: 0, baseOffset: '0' });
    expect(await send(2)).toMatchObject({ errorCode: 0, baseOffset: '2' });
    expect(await send(0)).toMatchObject({ errorCode: 0, baseOffset: '0' });
    expect(await send(9)).toMatchObject({ errorCode: 45 });
    expect(await send(4, 0)).toMatchObject({ errorCode: 47 });
    expect(await kafka.query('orders')).toHaveLength(4);
  });

  it('answers requests of one connection in their order, and lets a request for messages wait until its time is over', async () => {
    const { client, world } = aloneKafka(orders);
    const [taker, giver] = [client(), client()];
    const wait = await spoken('Fetch', 11, fetched('0'), 1);
    const next = await spoken('Metadata', 6, { topics: [] }, 2);
    taker.connection.receive(Buffer.concat([wait.frame, next.frame]));
    world.pass(4_999);
    expect(taker.answers()).toEqual([]);
    await giver.ask('Produce', 7, produced(['a']));
    expect(taker.answers().map(({ correlation }) => correlation)).toEqual([1, 2]);
    const late = await spoken('Fetch', 11, fetched('1'), 3);
    taker.connection.receive(late.frame);
    world.pass(4_999);
    expect(taker.answers()).toHaveLength(2);
    world.pass(1);
    expect(taker.answers().at(-1)?.correlation).toBe(3);
  });

  it('tells the trace of what is handed to a topic and of what a service takes, each once', async () => {
    const { client, world } = aloneKafka(orders);
    const { ask } = client();
    await ask('Produce', 7, produced(['a', 'b']));
    await ask('Fetch', 11, fetched('1', 0));
    expect(world.events.map(({ kind, what, value }) => [kind, what, value?.text])).toEqual([
      ['publish', 'orders k', 'a'],
      ['publish', 'orders k', 'b'],
      ['message', 'orders k', 'b'],
    ]);
  });

  it('answers nothing where the client wants no answer, and refuses what is damaged or beyond the end', async () => {
    const { client, kafka } = aloneKafka(orders);
    const { ask, answers, connection } = client();
    expect(await ask('Produce', 7, produced(['a'], { acks: 0 }))).toBeUndefined();
    expect(await kafka.query('orders')).toHaveLength(1);
    const { frame, response } = await spoken('Produce', 7, produced(['b']));
    frame.writeUInt8(frame.readUInt8(frame.length - 3) ^ 1, frame.length - 3);
    connection.receive(frame);
    expect(outcomeOf(await response.decode(answers()[0]?.bytes ?? Buffer.alloc(0)))).toMatchObject({ errorCode: 2 });
    const beyond = await ask('Fetch', 11, fetched('5')).catch((error: { type?: string }) => error.type);
    expect(JSON.stringify(beyond)).toMatch(/OFFSET_OUT_OF_RANGE|"errorCode":1\b/);
  });

  it('says which versions it understands to a client that is too new, and names what it does not know', () => {
    const { client, world } = aloneKafka();
    const newer = client();
    newer.connection.receive(framed({ key: 18, version: 4, body: Buffer.alloc(1) }));
    expect(newer.answers()[0]?.bytes).toEqual(Buffer.from([0, 35, 0, 0, 0, 1, 0, 18, 0, 0, 0, 2]));
    newer.connection.receive(framed({ key: 18, version: 2, body: Buffer.alloc(0) }));
    newer.connection.receive(framed({ key: 71, version: 0, body: Buffer.alloc(1) }));
    expect(newer.isOpen()).toBe(false);
    expect(world.events).toEqual([
      { service: 'test', kind: 'error', what: 'WORLD_UNMODELLED kafka: the request number 71 in version 0' },
    ]);
    const stubborn = client();
    stubborn.connection.receive(framed({ key: 18, version: 4, body: Buffer.alloc(1) }));
    stubborn.connection.ended();
    expect(world.events.at(-1)?.what).toBe('WORLD_UNMODELLED kafka: a client that begins with version 4');
  });
});
