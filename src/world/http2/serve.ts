import type { HttpMessage } from '../http/message.ts';
import type { Peer } from '../model.ts';
import { readDirection, type Said } from './direction.ts';
import { flags, frameBytes, headerFrames, kinds } from './frames.ts';
import { blockOf } from './header-block.ts';
import type { Field } from './header-table.ts';

/** What is answered on a stream. */
export interface StreamReply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
  /** What is said after the body, as gRPC does. */
  trailers?: Record<string, string>;
  /** More may follow: the stream stays open. */
  isOpen?: boolean;
}

/** What a client of HTTP/2 says first. */
export const greeting = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

interface Stream {
  fields: Field[];
  parts: Buffer[];
  size: number;
  window: number;
  /** Frames that wait for room. */
  waiting: { bytes: Buffer; weight: number }[];
}

const usualWindow = 65_535;
const largestBody = 16 << 20;
const part = 16_384;
const mostStreams = 10_000;

/** The server's side of an HTTP/2 connection: each request is taken whole and answered once. Throws for what is not HTTP/2. */
export function serveStreams(
  peer: Peer,
  take: (message: HttpMessage, answer: (reply: StreamReply) => void) => void,
): { receive(bytes: Uint8Array): void } {
  const streams = new Map<number, Stream>();
  let window = usualWindow;
  let firstWindow = usualWindow;
  const pump = (): void => {
    for (const [id, stream] of streams) {
      for (let next = stream.waiting[0]; next; next = stream.waiting[0]) {
        if (next.weight > Math.min(window, stream.window)) break;
        window -= next.weight;
        stream.window -= next.weight;
        stream.waiting.shift();
        peer.send(next.bytes);
        if ((next.bytes[4] ?? 0) & flags.endStream && next.bytes[3] !== kinds.continuation) streams.delete(id);
      }
    }
  };
  const answer = (id: number, { status, headers, body, trailers, isOpen = false }: StreamReply): void => {
    const stream = streams.get(id);
    if (!stream) return;
    const isBare = body.length === 0 && !trailers && !isOpen;
    const own = Object.entries(headers).map(([name, value]): Field => [name.toLowerCase(), oneLine(value)]);
    const add = (bytes: Buffer, weight = 0): unknown => stream.waiting.push({ bytes, weight });
    add(headerFrames(blockOf([[':status', String(status)], ...own]), id, isBare));
    for (let at = 0; at < body.length; at += part) {
      const some = body.subarray(at, at + part);
      const ends = at + part >= body.length && !trailers && !isOpen;
      add(frameBytes(kinds.data, ends ? flags.endStream : 0, id, some), some.length);
    }
    if (trailers) add(headerFrames(blockOf(Object.entries(trailers)), id, true));
    pump();
  };
  const said = (one: Said): void => {
    if (one.reset !== undefined) streams.delete(one.stream);
    const known = streams.get(one.stream);
    if (!known && !one.fields?.some(([name]) => name === ':method')) return;
    if (streams.size >= mostStreams) throw new Error('more streams than anybody needs');
    const stream = known ?? { fields: one.fields ?? [], parts: [], size: 0, window: firstWindow, waiting: [] };
    streams.set(one.stream, stream);
    if (one.data) {
      stream.size += one.data.length;
      if (stream.size > largestBody) throw new Error('a body of more than anybody reads');
      stream.parts.push(one.data);
    }
    if (one.weight > 0) {
      peer.send(room(0, one.weight));
      if (!one.isLast) peer.send(room(one.stream, one.weight));
    }
    if (one.bytes[3] === kinds.window) {
      stream.window += one.bytes.readUInt32BE(9) & 0x7fffffff;
      pump();
    }
    if (one.isLast) take(messageOf(stream), (reply) => answer(one.stream, reply));
  };
  const other = (bytes: Buffer): void => {
    const isAnswer = ((bytes[4] ?? 0) & flags.acknowledged) !== 0;
    if (bytes[3] === kinds.window) window += bytes.readUInt32BE(9) & 0x7fffffff;
    if (bytes[3] === kinds.ping && !isAnswer)
      peer.send(frameBytes(kinds.ping, flags.acknowledged, 0, bytes.subarray(9)));
    if (bytes[3] === kinds.settings && !isAnswer) {
      for (let at = 9; at + 6 <= bytes.length; at += 6) {
        if (bytes.readUInt16BE(at) === 4) firstWindow = bytes.readUInt32BE(at + 2);
      }
      peer.send(frameBytes(kinds.settings, flags.acknowledged, 0, Buffer.alloc(0)));
    }
    pump();
  };
  peer.send(frameBytes(kinds.settings, 0, 0, Buffer.alloc(0)));
  return readDirection({ said, other, tableSize: () => undefined });
}

function messageOf({ fields, parts }: Stream): HttpMessage {
  const of = (name: string): string => fields.find(([key]) => key === name)?.[1] ?? '';
  const headers = fields.filter(([name]) => !name.startsWith(':'));
  const host: Field[] = of(':authority') === '' ? [] : [['host', of(':authority')]];
  return {
    first: `${of(':method')} ${of(':path').replaceAll(' ', '%20')} HTTP/2`,
    headers: [...host, ...headers],
    body: Buffer.concat(parts),
    raw: Buffer.alloc(0),
  };
}

function room(stream: number, weight: number): Buffer {
  const content = Buffer.alloc(4);
  content.writeUInt32BE(weight);
  return frameBytes(kinds.window, 0, stream, content);
}

function oneLine(value: unknown): string {
  return String(value).replace(/[\r\n]+/g, ' ');
}
