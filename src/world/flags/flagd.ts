import type { HttpMessage } from '../http/message.ts';
import type { StreamReply } from '../http2/serve.ts';
import type { Flags } from './told-flags.ts';

/** What flagd says to a call of gRPC, and the flag that it was asked for; nothing for a call that it does not have. */
export function flagdReply(
  { first, body }: HttpMessage,
  flags: Flags,
): { reply: StreamReply; flag?: string } | undefined {
  const [, verb = ''] = /^POST \/(?:flagd\.evaluation|schema)\.v[12]\.Service\/(\w+) /.exec(first) ?? [];
  if (verb === 'EventStream') return { reply: { ...called(text(1, 'provider_ready')), isOpen: true } };
  const [, kind] = /^Resolve(Boolean|String|Int|Float)$/.exec(verb) ?? [];
  if (kind === undefined) return undefined;
  const flag = firstText(body.subarray(5));
  if (!Object.hasOwn(flags, flag)) return { flag, reply: ended('5', `FLAG_NOT_FOUND: ${flag}`) };
  const value = packed(kind, flags[flag]);
  if (!value) return { flag, reply: ended('3', `TYPE_MISMATCH: ${flag}`) };
  const message = Buffer.concat([value, text(2, 'STATIC'), text(3, String(flags[flag]))]);
  return { flag, reply: { ...called(message), trailers: { 'grpc-status': '0' } } };
}

function called(message: Buffer): StreamReply {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return { status: 200, headers: { 'content-type': 'application/grpc' }, body: Buffer.concat([head, message]) };
}

function ended(status: string, why: string): StreamReply {
  return {
    ...{ status: 200, headers: { 'content-type': 'application/grpc' }, body: Buffer.alloc(0) },
    trailers: { 'grpc-status': status, 'grpc-message': encodeURIComponent(why) },
  };
}

/** The first field of a response in the words of Protocol Buffers; nothing where the value is of another type. */
function packed(kind: string, value: unknown): Buffer | undefined {
  if (kind === 'Boolean') return typeof value === 'boolean' ? Buffer.from([0x08, value ? 1 : 0]) : undefined;
  if (kind === 'String') return typeof value === 'string' ? text(1, value) : undefined;
  if (typeof value !== 'number') return undefined;
  if (kind === 'Int')
    return Number.isInteger(value) ? Buffer.concat([Buffer.from([0x08]), varint(BigInt(value))]) : undefined;
  const bytes = Buffer.alloc(9);
  bytes[0] = 0x09;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

function text(field: number, value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([field * 8 + 2]), varint(BigInt(bytes.length)), bytes]);
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, value);
  for (; rest >= 0x80n; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

/** The text of the first field, where it comes first, as every client of flagd writes it. */
function firstText(message: Buffer): string {
  if (message[0] !== 0x0a) return '';
  let length = 0;
  let at = 1;
  for (let shift = 0; at < message.length && shift < 28; shift += 7, at += 1) {
    const byte = message[at] ?? 0;
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return message.subarray(at + 1, at + 1 + length).toString('utf8');
}
