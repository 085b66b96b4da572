import { type HttpMessage, headerOf } from '../http/message.ts';
import { unchunked } from './objects.ts';

/** A request to S3: what it is about, and what it says. */
export interface S3Request {
  method: string;
  bucket: string;
  key: string;
  query: URLSearchParams;
  body: Buffer;
  header(name: string): string | undefined;
  headers: [name: string, value: string][];
}

/** Reads a request in path style, or in the style where the bucket is part of the host; undefined for none of S3. */
export function readRequest(message: HttpMessage, hosts: readonly string[]): S3Request | undefined {
  const [method = '', target = ''] = message.first.split(' ');
  const header = (name: string) => headerOf(message, name);
  if (!URL.canParse(target, 'http://s3')) return undefined;
  const url = new URL(target, 'http://s3');
  const path = decoded(url.pathname.slice(1));
  if (path === undefined) return undefined;
  const host = (header('host') ?? '').replace(/:\d+$/, '').toLowerCase();
  const own = hosts.find((name) => host.endsWith(`.${name}`));
  const [bucket, key] = own === undefined ? split(path) : [host.slice(0, -own.length - 1), path];
  const isChunked =
    /aws-chunked/.test(header('content-encoding') ?? '') || /^STREAMING-/.test(header('x-amz-content-sha256') ?? '');
  const body = isChunked ? unchunked(message.body) : message.body;
  if (!body) return undefined;
  return { method, bucket, key, query: url.searchParams, body, header, headers: message.headers };
}

function split(path: string): [bucket: string, key: string] {
  const slash = path.indexOf('/');
  return slash < 0 ? [path, ''] : [path.slice(0, slash), path.slice(slash + 1)];
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
