import { any, type Context, command, type Family, integer, syntaxError } from '../command.ts';
import { Refusal } from '../refusal.ts';
import type { Bytes, Reply } from '../resp.ts';

const mostBits = 64_000_000 * 8;

/** Strings as rows of bits. */
export const bitmaps: Family = {
  setbit: command(3, 3, ({ keys }, [key = '', at, value]) => {
    const offset = offsetOf(at);
    if (value !== '0' && value !== '1') throw new Refusal('ERR bit is not an integer or out of range');
    const bytes = bytesAt({ keys }, key, (offset >> 3) + 1);
    const mask = 128 >> (offset & 7);
    const place = offset >> 3;
    const before = ((bytes[place] ?? 0) & mask) === 0 ? 0 : 1;
    bytes[place] = value === '1' ? (bytes[place] ?? 0) | mask : (bytes[place] ?? 0) & ~mask;
    const after = bytes.toString('latin1');
    if (after !== keys.get(key, 'string')) keys.put(key, 'string', after, keys.expiry(key));
    return before;
  }),
  getbit: command(2, 2, (context, [key = '', at]) => {
    const offset = offsetOf(at);
    return bit(bytesAt(context, key, 0), offset);
  }),
  bitcount: command(1, 4, (context, [key = '', first, last, unit]) => {
    const bytes = bytesAt(context, key, 0);
    if (bytes.length === 0) return 0;
    if (first !== undefined && last === undefined) throw syntaxError();
    const [from, to] = span(bytes, first ?? '0', last ?? '-1', unit);
    let count = 0;
    for (let at = from; at <= to; at += 1) count += bit(bytes, at);
    return count;
  }),
  bitpos: command(2, 5, (context, [key = '', wanted, first = '0', last, unit]) => {
    integer(wanted);
    if (wanted !== '0' && wanted !== '1') throw new Refusal('ERR The bit argument must be 1 or 0.');
    if (context.keys.get(key, 'string') === undefined) return wanted === '1' ? -1 : 0;
    const bytes = bytesAt(context, key, 0);
    const [from, to] = span(bytes, first, last ?? '-1', unit);
    for (let at = from; at <= to; at += 1) if (bit(bytes, at) === Number(wanted)) return at;
    return wanted === '0' && last === undefined && from <= to ? bytes.length * 8 : -1;
  }),
  bitop: command(3, any, operate),
  bitfield: command(1, any, (context, parameters) => fields(context, parameters, true)),
  bitfield_ro: command(1, any, (context, parameters) => fields(context, parameters, false)),
};

function bytesAt({ keys }: Pick<Context, 'keys'>, key: Bytes, least: number): Buffer {
  const kept = Buffer.from(keys.get(key, 'string') ?? '', 'latin1');
  return kept.length >= least ? kept : Buffer.concat([kept, Buffer.alloc(least - kept.length)]);
}

function bit(bytes: Buffer, at: number): number {
  return ((bytes[Math.floor(at / 8)] ?? 0) >> (7 - (at % 8))) & 1;
}

function offsetOf(text: Bytes | undefined): number {
  const words = 'ERR bit offset is not an integer or out of range';
  const offset = integer(text, words);
  if (offset < 0 || offset >= mostBits) throw new Refusal(words);
  return offset;
}

/** A range of bytes or bits, as the first and last bit. */
function span(bytes: Buffer, first: Bytes, last: Bytes, unit = 'byte'): [from: number, to: number] {
  if (!/^(byte|bit)$/i.test(unit)) throw syntaxError();
  const size = unit.toLowerCase() === 'bit' ? 1 : 8;
  const length = (bytes.length * 8) / size;
  const place = (text: Bytes) => (integer(text) < 0 ? Math.max(length + integer(text), 0) : integer(text));
  if (integer(first) < 0 && integer(last) < 0 && integer(first) > integer(last)) return [0, -1];
  const to = Math.min(integer(last) < 0 && length + integer(last) < 0 ? 0 : place(last), length - 1);
  return [place(first) * size, (to + 1) * size - 1];
}

function operate(context: Context, [operation = '', to = '', ...names]: Bytes[]): Reply {
  const how = operation.toLowerCase();
  if (!/^(and|or|xor|not)$/.test(how)) throw syntaxError();
  if (how === 'not' && names.length !== 1) throw new Refusal('ERR BITOP NOT must be called with a single source key.');
  const all = names.map((name) => bytesAt(context, name, 0));
  const result = Buffer.alloc(Math.max(...all.map(({ length }) => length)));
  for (let at = 0; at < result.length; at += 1) {
    const values = all.map((bytes) => bytes[at] ?? 0);
    if (how === 'not') result[at] = ~(values[0] ?? 0);
    else result[at] = values.reduce((a, b) => (how === 'and' ? a & b : how === 'or' ? a | b : a ^ b));
  }
  if (result.length === 0) context.keys.delete(to);
  else context.keys.put(to, 'string', result.toString('latin1'));
  return result.length;
}

function fields(context: Context, [key = '', ...rest]: Bytes[], mayWrite: boolean): Reply {
  const results: Reply[] = [];
  let overflow = 'wrap';
  for (const [at, word] of rest.entries()) {
    if (!/^[iu]\d+$/.test(word)) continue;
    placeOf(rest[at + 1], typeOf(word).width);
    if (/^(set|incrby)$/i.test(rest[at - 1] ?? '')) integer(rest[at + 2]);
  }
  let bytes = bytesAt(context, key, 0);
  let isChanged = false;
  while (rest.length > 0) {
    const word = rest.shift()?.toLowerCase() ?? '';
    if (word === 'overflow') {
      overflow = rest.shift()?.toLowerCase() ?? '';
      if (!/^(wrap|sat|fail)$/.test(overflow)) throw new Refusal('ERR Invalid OVERFLOW type specified');
      continue;
    }
    if (!/^(get|set|incrby)$/.test(word)) throw syntaxError();
    if (word !== 'get' && !mayWrite) throw new Refusal('ERR BITFIELD_RO only supports the GET subcommand');
    const { isSigned, width } = typeOf(rest.shift());
    const place = placeOf(rest.shift(), width);
    const before = read(bytes, place, width, isSigned);
    if (word === 'get') {
      results.push(before);
      continue;
    }
    const given = whole(rest.shift());
    const next = bounded(word === 'set' ? given : before + given, { isSigned, width, overflow });
    results.push(next === undefined ? null : word === 'set' ? before : next);
    isChanged = true;
    bytes = grown(bytes, Math.floor((place + width - 1) / 8) + 1);
    if (next !== undefined) write(bytes, place, width, next);
  }
  const after = bytes.toString('latin1');
  if (isChanged && after !== context.keys.get(key, 'string'))
    context.keys.put(key, 'string', after, context.keys.expiry(key));
  return results;
}

function whole(text: Bytes | undefined): bigint {
  integer(text);
  return BigInt(text ?? '0');
}

function typeOf(text = ''): { isSigned: boolean; width: number } {
  const [, sign, digits] = /^([iu])(\d{1,2})$/.exec(text) ?? [];
  const width = Number(digits);
  if (sign === undefined || width < 1 || width > (sign === 'i' ? 64 : 63)) {
    throw new Refusal(
      'ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.',
    );
  }
  return { isSigned: sign === 'i', width };
}

function placeOf(text = '', width: number): number {
  return text.startsWith('#') ? offsetOf(String(integer(text.slice(1)) * width)) : offsetOf(text);
}

function grown(bytes: Buffer, length: number): Buffer {
  return bytes.length >= length ? bytes : Buffer.concat([bytes, Buffer.alloc(length - bytes.length)]);
}

function read(bytes: Buffer, place: number, width: number, isSigned: boolean): bigint {
  let value = 0n;
  for (let at = place; at < place + width; at += 1) value = (value << 1n) | BigInt(bit(bytes, at));
  return isSigned ? BigInt.asIntN(width, value) : value;
}

function write(bytes: Buffer, place: number, width: number, value: bigint): void {
  for (let at = 0; at < width; at += 1) {
    const mask = 128 >> ((place + at) & 7);
    const byte = (place + at) >> 3;
    const isSet = ((value >> BigInt(width - 1 - at)) & 1n) === 1n;
    bytes[byte] = isSet ? (bytes[byte] ?? 0) | mask : (bytes[byte] ?? 0) & ~mask;
  }
}

function bounded(
  value: bigint,
  { isSigned, width, overflow }: { isSigned: boolean; width: number; overflow: string },
): bigint | undefined {
  const size = BigInt(width);
  const least = isSigned ? -(1n << (size - 1n)) : 0n;
  const most = isSigned ? (1n << (size - 1n)) - 1n : (1n << size) - 1n;
  if (value >= least && value <= most) return value;
  if (overflow === 'fail') return undefined;
  if (overflow === 'sat') return value < least ? least : most;
  return isSigned ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value);
}
