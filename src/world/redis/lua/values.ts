import type { ReplyValue } from 'lua-redis-wasm';
import { type Bytes, numberText, type Reply } from '../resp.ts';

/** A reply as Lua is given it, in version 2 or 3 of the protocol. */
export function toLua(reply: Reply, version: 2 | 3): ReplyValue {
  const each = (items: Reply[]) => items.map((item) => toLua(item, version));
  if (reply === null || typeof reply === 'number' || typeof reply === 'bigint') return reply;
  if (typeof reply === 'string') return buffer(reply);
  if (Array.isArray(reply)) return each(reply);
  if ('status' in reply) return { ok: buffer(reply.status) };
  if ('error' in reply) return refused(reply.error);
  if ('double' in reply) return version === 3 ? { double: reply.double } : buffer(numberText(reply.double));
  if ('push' in reply) return each(reply.push);
  if ('nilArray' in reply) return null;
  if ('set' in reply) return version === 3 ? { set: each(reply.set) } : each(reply.set);
  if ('pairs' in reply) return version === 3 ? reply.pairs.map((pair) => each(pair)) : each(reply.pairs.flat());
  if ('bool' in reply) return version === 3 ? reply.bool : Number(reply.bool);
  if ('verbatim' in reply) return buffer(reply.verbatim);
  if (version === 2) return each(reply.map.flat());
  return { map: reply.map.map(([key, value]): [ReplyValue, ReplyValue] => [toLua(key, 3), toLua(value, 3)]) };
}

/** What a script gave back, as a client is answered. */
export function fromLua(value: ReplyValue): Reply {
  if (value === null || typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return { bool: value };
  if (Buffer.isBuffer(value)) return value.toString('latin1');
  if (Array.isArray(value)) return value.map(fromLua);
  if ('ok' in value) return { status: value.ok.toString('latin1') };
  if ('err' in value) return { error: errorText(value) };
  if ('double' in value) return { double: value.double };
  if ('map' in value) return { map: value.map.map(([key, one]): [Reply, Reply] => [fromLua(key), fromLua(one)]) };
  if ('set' in value) return { set: value.set.map(fromLua) };
  if ('big_number' in value) return BigInt(value.big_number.toString('latin1'));
  return { verbatim: value.verbatim_string.string.toString('latin1') };
}

/** An error with its code in front, as it goes over the wire. */
export function errorText({ err, code }: { err: Buffer; code?: Buffer }): Bytes {
  const text = err.toString('latin1').replaceAll('\u0000', '');
  return `${code?.toString('latin1') ?? 'ERR'} ${text}`;
}

function refused(text: Bytes): ReplyValue {
  const [, code, rest = text] = /^([A-Z][A-Z0-9]*) ([\s\S]*)$/.exec(text) ?? [];
  return code === undefined ? { err: buffer(text) } : { err: buffer(rest), code: buffer(code) };
}

function buffer(bytes: Bytes): Buffer {
  return Buffer.from(bytes, 'latin1');
}
