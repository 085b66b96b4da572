import { createHash } from 'node:crypto';

/** An object as it is kept. */
export interface Stored {
  body: Buffer;
  etag: string;
  modified: number;
  /** Headers that come back with it: content-type, cache-control, x-amz-meta-… */
  headers: Record<string, string>;
  tags: Record<string, string>;
}

/** An upload in parts that is not yet complete. */
export interface Upload {
  key: string;
  headers: Record<string, string>;
  parts: Map<number, { body: Buffer; etag: string }>;
}

/** A bucket. */
export interface Bucket {
  created: number;
  objects: Map<string, Stored>;
  uploads: Map<string, Upload>;
}

/** What S3 answers when it does not do what it was asked. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** The hash that S3 gives a body. */
export function md5(body: Buffer): string {
  return createHash('md5').update(body).digest('hex');
}

/** The hash that S3 gives an object of several parts. */
export function partsTag(etags: string[]): string {
  return `${md5(Buffer.concat(etags.map((etag) => Buffer.from(etag, 'hex'))))}-${etags.length}`;
}

/** The content of a body that an SDK sent in signed chunks (`aws-chunked`); undefined when it is none. */
export function unchunked(body: Buffer): Buffer | undefined {
  const parts: Buffer[] = [];
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at);
    if (line < 0) return undefined;
    const [, hex] = /^([0-9a-fA-F]{1,8})(?:;[^\r\n]*)?$/.exec(body.toString('latin1', at, line)) ?? [];
    if (hex === undefined) return undefined;
    const size = Number.parseInt(hex, 16);
    if (size === 0) return Buffer.concat(parts);
    if (body.length < line + 2 + size) return undefined;
    parts.push(body.subarray(line + 2, line + 2 + size));
    at = line + 2 + size + 2;
  }
}
