import { createRequire } from 'node:module';

/** What a method or a header says, by field. */
export type Fields = Record<string, unknown>;

/** One frame as a peer sent it. */
export type Frame =
  | { kind: 'method'; channel: number; id: number; fields: Fields }
  | { kind: 'header'; channel: number; size: number; properties: Fields }
  | { kind: 'body'; channel: number; content: Buffer }
  | { kind: 'heartbeat' };

interface Definitions {
  decode(id: number, bytes: Buffer): Fields;
  encodeMethod(id: number, channel: number, fields: Fields): Buffer;
  encodeProperties(id: number, channel: number, size: number, fields: Fields): Buffer;
  [method: string]: unknown;
}

/**
 * The messages of AMQP 0-9-1 as amqplib generates them from the specification, for both directions. Its client and this
 * server share nothing else.
 */
const definitions = createRequire(import.meta.url)('amqplib/lib/defs') as Definitions;

/** The bytes with which a client begins. */
export const protocolHeader = Buffer.from('AMQP\0\0\x09\x01', 'latin1');
/** The largest frame that either side sends. */
export const frameMax = 131_072;
/** A frame that only says that somebody is there. */
export const heartbeat = Buffer.from([8, 0, 0, 0, 0, 0, 0, 206]);

const basic = 60;
const overhead = 8;

/** The number of a method by its name: `BasicPublish`. */
export function methodId(name: string): number {
  const id = definitions[name];
  if (typeof id !== 'number') throw new Error(`AMQP has no method ${name}`);
  return id;
}

/** A method as bytes. */
export function method(name: string, channel: number, fields: Fields): Buffer {
  return definitions.encodeMethod(methodId(name), channel, fields);
}

/** A message's header and body as frames no larger than the peers agreed on. */
export function contentFrames(channel: number, properties: Fields, body: Buffer, largest: number): Buffer[] {
  const frames = [definitions.encodeProperties(basic, channel, body.length, properties)];
  const most = largest - overhead;
  for (let at = 0; at < body.length; at += most) frames.push(bodyFrame(channel, body.subarray(at, at + most)));
  return frames;
}

function bodyFrame(channel: number, content: Buffer): Buffer {
  const frame = Buffer.alloc(content.length + overhead);
  frame.writeUInt8(3, 0);
  frame.writeUInt16BE(channel, 1);
  frame.writeUInt32BE(content.length, 3);
  content.copy(frame, 7);
  frame.writeUInt8(206, frame.length - 1);
  return frame;
}

/** The whole frames at the front of some bytes, and what is left; throws when they are not of AMQP. */
export function readFrames(bytes: Buffer): { frames: Frame[]; rest: Buffer } {
  const frames: Frame[] = [];
  let rest = bytes;
  while (rest.length >= 7) {
    const size = rest.readUInt32BE(3);
    if (size > frameMax) throw new Error('a frame is larger than was agreed on');
    if (rest.length < size + overhead) break;
    if (rest[size + 7] !== 206) throw new Error('a frame does not end where it should');
    frames.push(frameOf(rest.readUInt8(0), rest.readUInt16BE(1), rest.subarray(7, 7 + size)));
    rest = rest.subarray(size + overhead);
  }
  return { frames, rest };
}

function frameOf(type: number, channel: number, payload: Buffer): Frame {
  if (type === 8) return { kind: 'heartbeat' };
  if (type === 3) return { kind: 'body', channel, content: payload };
  if (type === 2) {
    const size = Number(payload.readBigUInt64BE(4));
    return {
      kind: 'header',
      channel,
      size,
      properties: definitions.decode(payload.readUInt16BE(0), payload.subarray(12)),
    };
  }
  if (type !== 1) throw new Error(`a frame is of the unknown type ${type}`);
  const id = payload.readUInt32BE(0);
  return { kind: 'method', channel, id, fields: definitions.decode(id, payload.subarray(4)) };
}
