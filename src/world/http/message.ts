/** One HTTP/1.1 message, whole. */
export interface HttpMessage {
  /** The request or status line. */
  first: string;
  headers: [name: string, value: string][];
  body: Buffer;
  /** The bytes as they came. */
  raw: Buffer;
}

/** Reads messages out of the bytes of one direction of a connection. */
export interface MessageReader {
  receive(bytes: Uint8Array): void;
  ended(): void;
}

const largestHead = 256 << 10;
const largestBody = 64 << 20;

interface Reading {
  kind: 'request' | 'response';
  take(message: HttpMessage): void;
  /** The method of the request that the next response answers, since HEAD has no body. */
  method?(): string | undefined;
  /** The bytes are not HTTP/1.1, or too large. */
  broken?(held: Buffer): void;
}

/** The first value of a header; names in any case. */
export function headerOf({ headers }: { headers: [string, string][] }, name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Reads whole messages, one after the other, as bytes arrive. */
export function readMessages(reading: Reading): MessageReader {
  let held: Buffer = Buffer.alloc(0);
  let isBroken = false;
  const fail = (): false => {
    const rest = held;
    isBroken = true;
    held = Buffer.alloc(0);
    reading.broken?.(rest);
    return false;
  };
  const step = (isOver: boolean): boolean => {
    const end = held.indexOf('\r\n\r\n');
    if (end < 0) return held.length > largestHead ? fail() : false;
    const head = headOf(held.subarray(0, end).toString('latin1'));
    if (!head) return fail();
    const body = bodyOf(held.subarray(end + 4), head, { ...reading, isOver });
    if (body === 'broken') return fail();
    if (!body) return false;
    const length = end + 4 + body.length;
    const raw = held.subarray(0, length);
    held = held.subarray(length);
    if (!/^HTTP\/1\.1 1\d\d/.test(head.first)) reading.take({ ...head, body: body.content, raw });
    return held.length > 0;
  };
  return {
    receive(bytes) {
      if (isBroken) return;
      held = Buffer.concat([held, bytes]);
      while (!isBroken && step(false));
    },
    ended() {
      if (!isBroken && held.length > 0) step(true);
    },
  };
}

function headOf(text: string): Omit<HttpMessage, 'body' | 'raw'> | undefined {
  const [first = '', ...lines] = text.replace(/^(?:\r\n)+/, '').split('\r\n');
  if (!/^(?:HTTP\/1\.[01] \d{3}|[A-Z]+ \S+ HTTP\/1\.[01]$)/.test(first)) return undefined;
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { first, headers };
}

type Body = { content: Buffer; length: number };

function bodyOf(
  rest: Buffer,
  head: Omit<HttpMessage, 'body' | 'raw'>,
  { kind, method, isOver }: Reading & { isOver: boolean },
): Body | 'broken' | undefined {
  const none = { content: Buffer.alloc(0), length: 0 };
  if (kind === 'response') {
    const status = Number(head.first.slice(9, 12));
    if (status < 200 || status === 204 || status === 304 || method?.() === 'HEAD') return none;
  }
  if (headerOf(head, 'transfer-encoding')?.toLowerCase().endsWith('chunked')) return chunked(rest);
  const length = headerOf(head, 'content-length');
  if (length !== undefined) {
    if (!/^\d+$/.test(length) || Number(length) > largestBody) return 'broken';
    return rest.length >= Number(length)
      ? { content: rest.subarray(0, Number(length)), length: Number(length) }
      : undefined;
  }
  if (kind === 'request') return none;
  return isOver ? { content: rest, length: rest.length } : undefined;
}

function chunked(rest: Buffer): Body | 'broken' | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = rest.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const size = Number.parseInt(rest.subarray(at, line).toString('latin1'), 16);
    if (!(size >= 0) || size > largestBody) return 'broken';
    const start = line + 2;
    if (size === 0) {
      const end = rest.indexOf('\r\n', start);
      if (end < 0) return undefined;
      if (end === start) return { content: Buffer.concat(parts), length: end + 2 };
      const trailers = rest.indexOf('\r\n\r\n', start);
      return trailers < 0 ? undefined : { content: Buffer.concat(parts), length: trailers + 4 };
    }
    if (rest.length < start + size + 2) return undefined;
    parts.push(rest.subarray(start, start + size));
    at = start + size + 2;
  }
}
