import type { Peer } from '../model.ts';

/** What a client of HTTP/2 says first. */
export const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

const frames = { data: 0, headers: 1, settings: 4, ping: 6, goAway: 7, windowUpdate: 8 } as const;
const largestFrame = 1 << 20;
const isLast = 1;
const isAnswer = 1;
const endsHeaders = 4;

/**
 * The server's side of HTTP/2 as far as it needs no compression of headers: every stream that ends is answered as a
 * gRPC call that went well with an empty message, whatever was asked.
 */
export function openStreams(peer: Peer): { receive(bytes: Uint8Array): void } {
  let held: Buffer = Buffer.alloc(0);
  let isOver = false;
  const send = (type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): void =>
    peer.send(Buffer.concat([head(type, flags, { stream, length: payload.length }), payload]));
  const take = (type: number, flags: number, { stream, payload }: { stream: number; payload: Buffer }): void => {
    if (type === frames.settings && !(flags & isAnswer)) send(frames.settings, isAnswer, 0);
    if (type === frames.ping && !(flags & isAnswer)) send(frames.ping, isAnswer, 0, payload);
    if (type === frames.data && payload.length > 0) {
      send(frames.windowUpdate, 0, 0, number(payload.length));
      if (!(flags & isLast)) send(frames.windowUpdate, 0, stream, number(payload.length));
    }
    if ((type !== frames.data && type !== frames.headers) || !(flags & isLast)) return;
    send(frames.headers, endsHeaders, stream, accepted);
    send(frames.data, 0, stream, emptyMessage);
    send(frames.headers, endsHeaders | isLast, stream, trailers);
  };
  send(frames.settings, 0, 0);
  return {
    receive(bytes) {
      if (isOver) return;
      held = Buffer.concat([held, bytes]);
      while (held.length >= 9) {
        const length = held.readUIntBE(0, 3);
        if (length > largestFrame) {
          isOver = true;
          held = Buffer.alloc(0);
          peer.end();
          return;
        }
        if (held.length < 9 + length) return;
        const [type, flags, stream] = [held.readUInt8(3), held.readUInt8(4), held.readUInt32BE(5) & 0x7fffffff];
        const payload = held.subarray(9, 9 + length);
        held = held.subarray(9 + length);
        if (type === frames.goAway) isOver = true;
        else take(type, flags, { stream, payload });
      }
    },
  };
}

function head(type: number, flags: number, { stream, length }: { stream: number; length: number }): Buffer {
  const bytes = Buffer.alloc(9);
  bytes.writeUIntBE(length, 0, 3);
  bytes.writeUInt8(type, 3);
  bytes.writeUInt8(flags, 4);
  bytes.writeUInt32BE(stream, 5);
  return bytes;
}

function number(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** A header that is written out, with its name from HPACK's static table or in letters. */
function literal(name: number | string, value: string): Buffer {
  const text = (of: string): Buffer => Buffer.concat([Buffer.from([of.length]), Buffer.from(of)]);
  const named =
    typeof name === 'number' ? Buffer.from([0x0f, name - 15]) : Buffer.concat([Buffer.from([0]), text(name)]);
  return Buffer.concat([named, text(value)]);
}

/** `:status: 200` is the eighth of HPACK's static table, `content-type` the thirty-first. */
const accepted = Buffer.concat([Buffer.from([0x88]), literal(31, 'application/grpc')]);
const trailers = literal('grpc-status', '0');
const emptyMessage = Buffer.alloc(5);
