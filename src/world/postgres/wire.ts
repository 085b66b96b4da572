/** One message of the Postgres protocol: its type letter and what follows the length. */
export interface Message {
  type: string;
  body: Buffer;
}

/** A message on the wire. */
export function message(type: string, ...parts: (Uint8Array | string | number)[]): Buffer {
  const body = Buffer.concat(parts.map(part));
  const head = Buffer.alloc(5);
  head.write(type, 0, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** A simple query. */
export function query(text: string): Buffer {
  return message('Q', `${text}\0`);
}

/** The whole messages at the beginning of some bytes, and what is left. */
export function split(bytes: Buffer): { messages: Message[]; rest: Buffer } {
  const messages: Message[] = [];
  let at = 0;
  while (bytes.length - at >= 5) {
    const end = at + 1 + bytes.readInt32BE(at + 1);
    if (end > bytes.length || end < at + 5) break;
    messages.push({ type: String.fromCharCode(bytes[at] ?? 0), body: bytes.subarray(at + 5, end) });
    at = end;
  }
  return { messages, rest: bytes.subarray(at) };
}

/** A text that ends in zero, and where the next thing begins. */
export function text(body: Buffer, from = 0): [text: string, next: number] {
  const end = body.indexOf(0, from);
  const stop = end < 0 ? body.length : end;
  return [body.toString('utf8', from, stop), stop + 1];
}

/** An error as Postgres sends it. */
export function errorMessage(severity: 'ERROR' | 'FATAL', code: string, words: string): Buffer {
  return message('E', `S${severity}\0V${severity}\0C${code}\0M${words}\0\0`);
}

/** The fields of an error or a notice, by letter. */
export function fieldsOf(body: Buffer): { [letter: string]: string | undefined } {
  const fields: { [letter: string]: string | undefined } = {};
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const [value, next] = text(body, at + 1);
    fields[String.fromCharCode(body[at] ?? 0)] = value;
    at = next;
  }
  return fields;
}

/** The code and words of the first error in a reply. */
export function readError(reply: Uint8Array): { code: string; message: string } {
  const found = split(Buffer.from(reply)).messages.find((one) => one.type === 'E');
  const fields = found ? fieldsOf(found.body) : {};
  const detail = [fields.D, fields.H].filter((more) => more !== undefined);
  return { code: fields.C ?? '', message: [fields.M ?? 'no answer', ...detail].join('; ') };
}

function part(value: Uint8Array | string | number): Uint8Array {
  if (typeof value === 'string') return Buffer.from(value);
  if (typeof value !== 'number') return value;
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}
