/** What S3 answers. */
export interface S3Reply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** An answer in XML. */
export function xmlReply(text: string, status = 200): S3Reply {
  return { status, headers: { 'content-type': 'application/xml' }, body: Buffer.from(text) };
}

/** An answer without a body. */
export function empty(status: number, headers: Record<string, string> = {}): S3Reply {
  return { status, headers, body: Buffer.alloc(0) };
}
