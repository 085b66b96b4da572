import { type Compression, compressions, decompressed } from './compression.ts';
import { crc32c } from './crc32c.ts';
import { createWriter, readerOf } from './wire.ts';

/** Records as a producer sealed them together (format 2), and what its head says of them. */
export interface Batch {
  bytes: Buffer;
  count: number;
  compression: Compression;
  firstTimestamp: number;
  maxTimestamp: number;
  producerId: number;
  producerEpoch: number;
  firstSequence: number;
  isTransactional: boolean;
  isControl: boolean;
}

/** One record of a batch. */
export interface Entry {
  offsetDelta: number;
  timestamp: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: [key: string, value: Buffer | null][];
}

const headLength = 61;
const places = { length: 8, magic: 16, checksum: 17, attributes: 21 } as const;
const flags = { compression: 7, transactional: 0x10, control: 0x20 } as const;

/** Reads the head of the one batch that some bytes are; throws when they are not one, or when it is damaged. */
export function readBatch(bytes: Buffer): Batch {
  if (bytes.length < headLength) throw new Error('a batch is cut off');
  if (bytes.readInt32BE(places.length) !== bytes.length - places.length - 4)
    throw new Error('more or less than a batch');
  if (bytes.readInt8(places.magic) !== 2) throw new Error('a batch of an old format');
  if (bytes.readUInt32BE(places.checksum) !== crc32c(bytes.subarray(places.attributes)))
    throw new Error('a batch is damaged');
  const head = readerOf(bytes.subarray(places.attributes));
  const attributes = head.int16();
  const compression = compressions[attributes & flags.compression];
  const lastOffsetDelta = head.int32();
  const [firstTimestamp, maxTimestamp, producerId] = [head.int64(), head.int64(), head.int64()];
  const [producerEpoch, firstSequence, count] = [head.int16(), head.int32(), head.int32()];
  if (compression === undefined) throw new Error('a batch is compressed in an unknown way');
  if (count < 1 || lastOffsetDelta !== count - 1) throw new Error('a batch miscounts its records');
  return {
    bytes,
    count,
    compression,
    firstTimestamp,
    maxTimestamp,
    producerId,
    producerEpoch,
    firstSequence,
    isTransactional: (attributes & flags.transactional) !== 0,
    isControl: (attributes & flags.control) !== 0,
  };
}

/** The records of a batch, one after the other; throws when they are not what the head says. */
export function* entriesOf({ bytes, compression, count, firstTimestamp }: Batch): Generator<Entry> {
  const raw = decompressed(bytes.subarray(headLength), compression);
  if (!raw) throw new Error(`records compressed with ${compression}`);
  const reader = readerOf(raw);
  const optional = (): Buffer | null => {
    const length = reader.varint();
    return length < 0 ? null : reader.bytes(length);
  };
  for (let index = 0; index < count; index += 1) {
    const end = reader.varint();
    const start = reader.left;
    reader.int8();
    const timestamp = firstTimestamp + reader.varint();
    const offsetDelta = reader.varint();
    const [key, value] = [optional(), optional()];
    const headerCount = reader.varint();
    if (headerCount < 0 || headerCount > reader.left) throw new Error('a record miscounts its headers');
    const headers = Array.from({ length: headerCount }, (): Entry['headers'][number] => [
      reader.bytes(reader.varint()).toString('utf8'),
      optional(),
    ]);
    if (start - reader.left !== end || offsetDelta !== index) throw new Error('a record is not as long as it says');
    yield { offsetDelta, timestamp, key, value, headers };
  }
  if (reader.left > 0) throw new Error('a batch goes on after its records');
}

/** What a new batch is made of. */
export interface Sealed {
  entries: { key: Buffer | null; value: Buffer | null }[];
  timestamp: number;
  producerId?: number;
  producerEpoch?: number;
  isControl?: boolean;
}

/** Seals records as a producer would. */
export function seal({ entries, timestamp, producerId = -1, producerEpoch = -1, isControl = false }: Sealed): Batch {
  const body = createWriter();
  body.int16(isControl ? flags.transactional | flags.control : 0);
  body.int32(entries.length - 1);
  body.int64(timestamp);
  body.int64(timestamp);
  body.int64(producerId);
  body.int16(producerEpoch);
  body.int32(-1);
  body.int32(entries.length);
  for (const [index, entry] of entries.entries()) {
    const record = recordOf(entry, index);
    body.varint(record.length);
    body.bytes(record);
  }
  const sealed = body.written();
  const batch = createWriter();
  batch.int64(0);
  batch.int32(places.attributes - places.length - 4 + sealed.length);
  batch.int32(0);
  batch.int8(2);
  batch.int32(crc32c(sealed));
  batch.bytes(sealed);
  return readBatch(batch.written());
}

/** A batch with the offset of its first record, which lies outside of the seal. */
export function placed({ bytes }: Batch, base: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeBigInt64BE(BigInt(base), 0);
  copy.writeInt32BE(0, 12);
  return copy;
}

function recordOf({ key, value }: Sealed['entries'][number], index: number): Buffer {
  const record = createWriter();
  record.int8(0);
  record.varint(0);
  record.varint(index);
  for (const part of [key, value]) {
    record.varint(part ? part.length : -1);
    if (part) record.bytes(part);
  }
  record.varint(0);
  return record.written();
}
