import { split, text } from './wire.ts';

type Read = (value: string) => unknown;

const integer: Read = (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
const readers: Record<number, Read> = {
  16: (value) => value === 't',
  20: integer,
  21: integer,
  23: integer,
  26: integer,
  114: (value) => JSON.parse(value),
  700: Number,
  701: Number,
  3802: (value) => JSON.parse(value),
};

/**
 * The rows in a reply, by column name: booleans, whole numbers, floats and JSON as JSON has them; everything else,
 * `numeric` and times among them, as the text that Postgres writes. Of several results, the last.
 */
export function rowsOf(reply: Buffer): Record<string, unknown>[] {
  let columns: { name: string; type: number }[] = [];
  let rows: Record<string, unknown>[] = [];
  for (const { type, body } of split(reply).messages) {
    if (type === 'T') {
      columns = columnsOf(body);
      rows = [];
    }
    if (type === 'D') rows.push(rowOf(body, columns));
  }
  return rows;
}

function columnsOf(body: Buffer): { name: string; type: number }[] {
  let at = 2;
  return Array.from({ length: body.readInt16BE(0) }, () => {
    const [name, next] = text(body, at);
    at = next + 18;
    return { name, type: body.readInt32BE(next + 6) };
  });
}

function rowOf(body: Buffer, columns: { name: string; type: number }[]): Record<string, unknown> {
  let at = 2;
  const cells = columns.map(({ name, type }): [string, unknown] => {
    const length = body.readInt32BE(at);
    const value = length < 0 ? null : body.toString('utf8', at + 4, at + 4 + length);
    at += 4 + Math.max(length, 0);
    return [name, value === null ? null : (readers[type]?.(value) ?? value)];
  });
  return Object.fromEntries(cells);
}
