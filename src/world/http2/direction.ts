import { bare, type Frame, flags, frameBytes, headerFrames, kinds, readFrames } from './frames.ts';
import { blockOf, fieldsOf } from './header-block.ts';
import { type Field, type HeaderTable, headerTable } from './header-table.ts';

/** What one side says on one stream, as far as it matters to whoever listens. */
export interface Said {
  stream: number;
  /** Headers, or trailers. */
  fields?: Field[];
  /** The stream that a server opens by itself. */
  promised?: number;
  data?: Buffer;
  /** How much of the window of the connection it takes. */
  weight: number;
  isLast: boolean;
  /** Why the stream is broken off. */
  reset?: number;
  /** The same, understood whatever was said before. */
  bytes: Buffer;
}

interface Listening {
  /** Something on a stream. */
  said(said: Said): void;
  /** Something about the whole connection. */
  other(bytes: Buffer): void;
  /** The largest table of headers that this side is ready to keep. */
  tableSize(size: number): void;
}

const mostHeaders = 1 << 18;
const mostParts = 100;

/** Reads what one side of a connection says; the table is that of its headers. Throws for what is not HTTP/2. */
export function readDirection({ said, other, tableSize }: Listening): {
  receive(bytes: Uint8Array): void;
  table: HeaderTable;
} {
  const table = headerTable();
  let open: { frame: Frame; parts: Buffer[] } | undefined;
  const whole = ({ frame, parts }: { frame: Frame; parts: Buffer[] }): void => {
    const content = Buffer.concat(parts);
    const isPromise = frame.kind === kinds.promise;
    const promised = isPromise ? { promised: content.readUInt32BE(0) & 0x7fffffff } : {};
    const fields = fieldsOf(isPromise ? content.subarray(4) : content, table);
    const isLast = !isPromise && (frame.flags & flags.endStream) !== 0;
    const bytes = headerFrames(blockOf(fields), frame.stream, isLast, promised.promised);
    said({ stream: frame.stream, fields, ...promised, weight: 0, isLast, bytes });
  };
  const take = (frame: Frame): void => {
    const { kind, stream, content, raw } = frame;
    if (open && kind !== kinds.continuation) throw new Error('headers that break off');
    if (kind === kinds.headers || kind === kinds.promise || kind === kinds.continuation) {
      if (kind !== kinds.continuation) open = { frame, parts: [] };
      if (!open) throw new Error('headers that never began');
      open.parts.push(kind === kinds.continuation ? content : bare(frame));
      const size = open.parts.reduce((sum, part) => sum + part.length, 0);
      if (size > mostHeaders || open.parts.length > mostParts) throw new Error('headers without end');
      if (!(frame.flags & flags.endHeaders)) return;
      const done = open;
      open = undefined;
      whole(done);
    } else if (kind === kinds.data) {
      const isLast = (frame.flags & flags.endStream) !== 0;
      said({ stream, data: bare(frame), weight: content.length, isLast, bytes: raw });
    } else if (kind === kinds.reset) {
      said({ stream, reset: content.length < 4 ? 0 : content.readUInt32BE(0), weight: 0, isLast: true, bytes: raw });
    } else if (stream === 0) {
      if (kind === kinds.settings && !(frame.flags & flags.acknowledged)) sizesIn(content).forEach(tableSize);
      other(raw);
    } else said({ stream, weight: 0, isLast: false, bytes: raw });
  };
  return { receive: readFrames(take), table };
}

/** The sizes of tables of headers in settings. */
function sizesIn(settings: Buffer): number[] {
  const sizes: number[] = [];
  for (let at = 0; at + 6 <= settings.length; at += 6) {
    if (settings.readUInt16BE(at) === 1) sizes.push(settings.readUInt32BE(at + 2));
  }
  return sizes;
}

/** More room for the whole connection, in place of a side that never saw what took it. */
export function roomFor(weight: number): Buffer {
  const content = Buffer.alloc(4);
  content.writeUInt32BE(weight);
  return frameBytes(kinds.window, 0, 0, content);
}

/** A whole response on a stream. */
export function responseBytes(stream: number, fields: Field[], body: Buffer): Buffer {
  const data = frameBytes(kinds.data, flags.endStream, stream, body);
  return Buffer.concat([headerFrames(blockOf(fields), stream, false), data]);
}
