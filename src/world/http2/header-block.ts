import type { Field, HeaderTable } from './header-table.ts';
import { unpacked } from './huffman.ts';

const mostLetters = 1 << 20;

/** Reads a block of headers (RFC 7541); throws where it is none. */
export function fieldsOf(block: Buffer, table: HeaderTable): Field[] {
  const fields: Field[] = [];
  const reader = { block, at: 0 };
  let size = 0;
  const add = (field: Field): void => {
    // A few bytes may stand for many.
    size += field[0].length + field[1].length + 32;
    if (size > mostLetters) throw new Error('headers without end');
    fields.push(field);
  };
  while (reader.at < block.length) {
    const byte = block[reader.at] ?? 0;
    if (byte & 0x80) add(table.at(number(reader, 7)));
    else if ((byte & 0xe0) === 0x20) table.resize(number(reader, 5));
    else {
      const isKept = (byte & 0xc0) === 0x40;
      const index = number(reader, isKept ? 6 : 4);
      const field: Field = [index === 0 ? text(reader) : table.at(index)[0], text(reader)];
      if (isKept) table.add(field);
      add(field);
    }
  }
  return fields;
}

/** A block that says everything in full, so that it is understood whatever was said before it. */
export function blockOf(fields: readonly Field[]): Buffer {
  const parts = fields.flatMap(([name, value]) => [Buffer.from([0]), ...literal(name), ...literal(value)]);
  // The table of the reader is emptied first: what it keeps is never spoken of.
  return Buffer.concat([Buffer.from([0x20]), ...parts]);
}

interface Reader {
  block: Buffer;
  at: number;
}

function number(reader: Reader, bits: number): number {
  const most = 2 ** bits - 1;
  let value = next(reader) & most;
  if (value < most) return value;
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = next(reader);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
  throw new Error('a number without end');
}

function text(reader: Reader): string {
  const isPacked = ((reader.block[reader.at] ?? 0) & 0x80) !== 0;
  const length = number(reader, 7);
  const bytes = reader.block.subarray(reader.at, reader.at + length);
  if (bytes.length < length) throw new Error('a header that breaks off');
  reader.at += length;
  return (isPacked ? unpacked(bytes) : bytes).toString('latin1');
}

function next(reader: Reader): number {
  const byte = reader.block[reader.at];
  if (byte === undefined) throw new Error('a header that breaks off');
  reader.at += 1;
  return byte;
}

function literal(value: string): Buffer[] {
  const bytes = Buffer.from(value, 'latin1');
  if (bytes.length < 0x7f) return [Buffer.from([bytes.length]), bytes];
  const size = [0x7f];
  let rest = bytes.length - 0x7f;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) size.push((rest % 0x80) | 0x80);
  return [Buffer.from([...size, rest]), bytes];
}
