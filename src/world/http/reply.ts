import { STATUS_CODES } from 'node:http';

/** The kind of a body of which nothing else is said. */
export const usualKind = 'application/json; charset=utf-8';

/** The bytes of an HTTP/1.1 response. */
export function replyBytes(status: number, headers: Record<string, string>, body: Buffer): Buffer {
  const named = Object.entries(headers);
  const lengthless = status < 200 || status === 204 || status === 304;
  const has = (name: string) => named.some(([key]) => key.toLowerCase() === name);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Status'}`,
    ...named
      .filter(([key]) => !/^(content-length|transfer-encoding)$/i.test(key))
      .map(([key, value]) => `${key}: ${String(value).replace(/[\r\n]+/g, ' ')}`),
    ...(has('content-type') || body.length === 0 ? [] : [`content-type: ${usualKind}`]),
    ...(lengthless ? [] : [`content-length: ${body.length}`]),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), body]);
}

/** The bytes of a body as a plan writes it: a text as it is, anything else as JSON. */
export function bodyBytes(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The same of a response that may go on: its body is a first part. */
export function openBytes(status: number, headers: Record<string, string>, body: Buffer): Buffer {
  const [head = ''] = replyBytes(status, headers, Buffer.alloc(0)).toString('latin1').split('\r\ncontent-length');
  const start = Buffer.from(`${head}\r\ntransfer-encoding: chunked\r\n\r\n${body.length.toString(16)}\r\n`, 'latin1');
  return Buffer.concat([start, body, Buffer.from('\r\n')]);
}
