import { Failure } from '../../errors.ts';

/** Bytes as Redis keeps them, one character a byte, so that they compare and key as strings do. */
export type Bytes = string;

/** What a command answers; strings are bulk strings, `null` is nil, `pairs` are flat in version 2 of the protocol. */
export type Reply =
  | null
  | number
  | bigint
  | Bytes
  | { status: string }
  | { error: string }
  | { double: number }
  | { map: [Reply, Reply][] }
  | { set: Reply[] }
  | { pairs: [Reply, Reply][] }
  | { bool: boolean }
  | { verbatim: Bytes }
  | { push: Reply[] }
  | { nilArray: true }
  | Reply[];

/** The plain affirmative answer. */
export const ok: Reply = { status: 'OK' };

const mostBytes = 64_000_000;
const mostParts = 1_000_000;

/** The bytes of a text. */
export function bytesOf(text: string): Bytes {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** The text that bytes spell. */
export function textOf(bytes: Bytes): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** A reply on the wire, in version 2 or 3 of the protocol. */
export function encode(reply: Reply, version: 2 | 3): Buffer {
  return Buffer.from(written(reply, version), 'latin1');
}

/** The whole requests at the beginning of some bytes, and what is left; throws INPUT_UNREADABLE for what is no request. */
export function requestsIn(bytes: Buffer): { requests: Bytes[][]; rest: Buffer } {
  const requests: Bytes[][] = [];
  let at = 0;
  for (;;) {
    const found = request(bytes, at);
    if (!found) return { requests, rest: bytes.subarray(at) };
    if (found.parts.length > 0) requests.push(found.parts);
    at = found.next;
  }
}

function request(bytes: Buffer, from: number): { parts: Bytes[]; next: number } | undefined {
  const head = line(bytes, from);
  if (!head) return undefined;
  if (!head.text.startsWith('*'))
    return { parts: head.text.split(/\s+/).filter((part) => part !== ''), next: head.next };
  const count = lengthIn(head.text, mostParts);
  const parts: Bytes[] = [];
  let at = head.next;
  for (let index = 0; index < count; index += 1) {
    const size = line(bytes, at);
    if (!size) return undefined;
    if (!size.text.startsWith('$')) throw unreadable(`expected '$', got '${size.text[0] ?? ''}'`);
    const length = lengthIn(size.text, mostBytes);
    if (bytes.length < size.next + length + 2) return undefined;
    parts.push(bytes.toString('latin1', size.next, size.next + length));
    at = size.next + length + 2;
  }
  return { parts, next: at };
}

function line(bytes: Buffer, from: number): { text: string; next: number } | undefined {
  const end = bytes.indexOf('\n', from);
  if (end < 0 && bytes.length - from > 65_536) throw unreadable('too big inline request');
  if (end < 0) return undefined;
  return { text: bytes.toString('latin1', from, end).replace(/\r$/, ''), next: end + 1 };
}

function lengthIn(text: string, most: number): number {
  const length = Number(text.slice(1));
  if (!Number.isInteger(length) || length > most) throw unreadable('invalid length');
  return Math.max(length, 0);
}

function unreadable(problem: string): Failure {
  return new Failure('INPUT_UNREADABLE', { problem });
}

function written(reply: Reply, version: 2 | 3): string {
  if (reply === null) return version === 3 ? '_\r\n' : '$-1\r\n';
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (typeof reply === 'number' || typeof reply === 'bigint') return `:${reply}\r\n`;
  if (Array.isArray(reply)) return sequence('*', reply, version);
  if ('status' in reply) return `+${reply.status}\r\n`;
  if ('error' in reply) return `-${reply.error.replace(/[\r\n]/g, ' ')}\r\n`;
  if ('double' in reply)
    return version === 3 ? `,${numberText(reply.double)}\r\n` : written(numberText(reply.double), 2);
  if ('push' in reply) return sequence(version === 3 ? '>' : '*', reply.push, version);
  if ('nilArray' in reply) return version === 3 ? '_\r\n' : '*-1\r\n';
  if ('set' in reply) return sequence(version === 3 ? '~' : '*', reply.set, version);
  if ('pairs' in reply) return sequence('*', version === 3 ? reply.pairs : reply.pairs.flat(), version);
  if ('bool' in reply) return version === 3 ? `#${reply.bool ? 't' : 'f'}\r\n` : written(reply.bool ? 1 : null, 2);
  if ('verbatim' in reply)
    return version === 3 ? `=${reply.verbatim.length + 4}\r\ntxt:${reply.verbatim}\r\n` : written(reply.verbatim, 2);
  if (version === 2) return sequence('*', reply.map.flat(), 2);
  return `%${reply.map.length}\r\n${reply.map.flatMap((pair) => pair.map((item) => written(item, 3))).join('')}`;
}

function sequence(sign: string, items: Reply[], version: 2 | 3): string {
  return `${sign}${items.length}\r\n${items.map((item) => written(item, version)).join('')}`;
}

/** A score as Redis writes it. */
export function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return Math.abs(value) < 1e17 ? String(value) : value.toExponential();
}
