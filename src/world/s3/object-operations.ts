import { type Bucket, md5, partsTag, S3Error, type Stored } from './objects.ts';
import { empty, type S3Reply, xmlReply } from './reply.ts';
import type { S3Request } from './request.ts';
import { elements, textIn, xml } from './xml.ts';

/** What an operation works with. */
export interface Ground {
  now: number;
  buckets: Map<string, Bucket>;
  nextId(): string;
}

const kept = /^(content-type|content-language|content-disposition|cache-control|expires|x-amz-meta-.+)$/;

/** Answers for one object; undefined for an operation that is not modelled. */
export function onObject(request: S3Request, bucket: Bucket, ground: Ground): S3Reply | undefined {
  const { method, query, key } = request;
  if (query.has('tagging')) return tagging(request, bucket);
  if (query.has('uploads') && method === 'POST') {
    const id = ground.nextId();
    bucket.uploads.set(id, { key, headers: headersOf(request), parts: new Map() });
    return xmlReply(xml('InitiateMultipartUploadResult', { Bucket: request.bucket, Key: key, UploadId: id }));
  }
  const uploadId = query.get('uploadId');
  if (uploadId !== null) return onUpload(request, bucket, { ...ground, uploadId });
  if ([...query.keys()].some((name) => /^(acl|retention|legal-hold|torrent|select|restore|attributes)$/.test(name)))
    return undefined;
  if (method === 'GET' || method === 'HEAD') return read(request, found(bucket, key));
  if (method === 'PUT')
    return request.header('x-amz-copy-source') === undefined
      ? put(request, bucket, ground)
      : copy(request, bucket, ground);
  if (method !== 'DELETE') return undefined;
  bucket.objects.delete(key);
  return empty(204);
}

function found(bucket: Bucket, key: string): Stored {
  const object = bucket.objects.get(key);
  if (!object) throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.');
  return object;
}

function headersOf({ headers }: S3Request): Record<string, string> {
  const own = headers
    .map(([name, value]): [string, string] => [name.toLowerCase(), value])
    .filter(([name]) => kept.test(name));
  return { 'content-type': 'application/octet-stream', ...Object.fromEntries(own) };
}

function put(request: S3Request, bucket: Bucket, { now }: Ground): S3Reply {
  const before = bucket.objects.get(request.key);
  const [unless, match] = [request.header('if-none-match'), request.header('if-match')];
  if ((unless === '*' && before) || (match !== undefined && before && match.replaceAll('"', '') !== before.etag))
    throw new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  const etag = md5(request.body);
  const given = request.header('content-md5');
  if (given !== undefined && Buffer.from(given, 'base64').toString('hex') !== etag)
    throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  const tags = Object.fromEntries(new URLSearchParams(request.header('x-amz-tagging') ?? ''));
  bucket.objects.set(request.key, {
    body: Buffer.from(request.body),
    etag,
    modified: now,
    headers: headersOf(request),
    tags,
  });
  return empty(200, { etag: `"${etag}"` });
}

function copy(request: S3Request, bucket: Bucket, { now, buckets }: Ground): S3Reply {
  const source = decodeURIComponent(request.header('x-amz-copy-source') ?? '')
    .replace(/^\//, '')
    .replace(/\?versionId=.*$/, '');
  const slash = source.indexOf('/');
  const from = buckets.get(source.slice(0, slash));
  if (!from) throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
  const object = found(from, source.slice(slash + 1));
  const isNew = request.header('x-amz-metadata-directive') === 'REPLACE';
  bucket.objects.set(request.key, { ...object, modified: now, headers: isNew ? headersOf(request) : object.headers });
  return xmlReply(xml('CopyObjectResult', { LastModified: new Date(now).toISOString(), ETag: `"${object.etag}"` }));
}

function read(request: S3Request, object: Stored): S3Reply {
  const etag = `"${object.etag}"`;
  const facts = { etag, 'last-modified': new Date(object.modified).toUTCString(), 'accept-ranges': 'bytes' };
  const unless = request.header('if-none-match');
  const match = request.header('if-match');
  if (match !== undefined && match !== '*' && match.replaceAll('"', '') !== object.etag)
    throw new S3Error(412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold');
  if (unless === '*' || unless?.replaceAll('"', '') === object.etag) return empty(304, facts);
  const since = Date.parse(request.header('if-modified-since') ?? '');
  if (unless === undefined && Math.floor(object.modified / 1000) * 1000 <= since) return empty(304, facts);
  const renamed = [...request.query]
    .filter(([name]) => name.startsWith('response-'))
    .map(([name, value]) => [name.slice(9), value.replace(/[\r\n]/g, '')] as const);
  const headers = { ...object.headers, ...Object.fromEntries(renamed), ...facts };
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.header('range') ?? '');
  if (!range || (range[1] === '' && range[2] === '')) return { status: 200, headers, body: object.body };
  const { length } = object.body;
  const from = range[1] === '' ? Math.max(length - Number(range[2]), 0) : Number(range[1]);
  const to = range[1] === '' || range[2] === '' ? length - 1 : Math.min(Number(range[2]), length - 1);
  if (from > to) throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable');
  const body = object.body.subarray(from, to + 1);
  return { status: 206, headers: { ...headers, 'content-range': `bytes ${from}-${to}/${length}` }, body };
}

function tagging(request: S3Request, bucket: Bucket): S3Reply | undefined {
  const object = found(bucket, request.key);
  if (request.method === 'GET') {
    const all = Object.entries(object.tags).map(([Key, Value]) => ({ Key, Value }));
    return xmlReply(xml('Tagging', { TagSet: { Tag: all } }));
  }
  if (request.method === 'DELETE') object.tags = {};
  else if (request.method === 'PUT') {
    const all = elements(request.body.toString('utf8'), 'Tag');
    object.tags = Object.fromEntries(all.map((tag) => [textIn(tag, 'Key') ?? '', textIn(tag, 'Value') ?? '']));
  } else return undefined;
  return empty(request.method === 'DELETE' ? 204 : 200);
}

function onUpload(
  request: S3Request,
  bucket: Bucket,
  { uploadId, now }: Ground & { uploadId: string },
): S3Reply | undefined {
  const upload = bucket.uploads.get(uploadId);
  if (!upload || upload.key !== request.key)
    throw new S3Error(404, 'NoSuchUpload', 'The specified multipart upload does not exist.');
  const number = Number(request.query.get('partNumber') ?? 0);
  if (request.method === 'PUT' && number >= 1 && number <= 10_000) {
    const etag = md5(request.body);
    upload.parts.set(number, { body: Buffer.from(request.body), etag });
    return empty(200, { etag: `"${etag}"` });
  }
  if (request.method === 'DELETE') {
    bucket.uploads.delete(uploadId);
    return empty(204);
  }
  if (request.method === 'GET') {
    const parts = [...upload.parts].sort(([a], [b]) => a - b);
    const told = parts.map(([PartNumber, { body, etag }]) => ({ PartNumber, ETag: `"${etag}"`, Size: body.length }));
    return xmlReply(
      xml('ListPartsResult', { Bucket: request.bucket, Key: request.key, UploadId: uploadId, Part: told }),
    );
  }
  if (request.method !== 'POST') return undefined;
  const parts = elements(request.body.toString('utf8'), 'Part').map((part) => {
    const known = upload.parts.get(Number(textIn(part, 'PartNumber')));
    if (!known || (textIn(part, 'ETag') ?? '').replaceAll('"', '') !== known.etag)
      throw new S3Error(400, 'InvalidPart', 'One or more of the specified parts could not be found.');
    return known;
  });
  if (parts.length === 0) throw new S3Error(400, 'MalformedXML', 'The XML you provided was not well-formed');
  const etag = partsTag(parts.map((part) => part.etag));
  const body = Buffer.concat(parts.map((part) => part.body));
  bucket.objects.set(request.key, { body, etag, modified: now, headers: upload.headers, tags: {} });
  bucket.uploads.delete(uploadId);
  return xmlReply(
    xml('CompleteMultipartUploadResult', { Bucket: request.bucket, Key: request.key, ETag: `"${etag}"` }),
  );
}
