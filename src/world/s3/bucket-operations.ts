import type { Ground } from './object-operations.ts';
import { type Bucket, S3Error } from './objects.ts';
import { empty, type S3Reply, xmlReply } from './reply.ts';
import type { S3Request } from './request.ts';
import { elements, textIn, xml } from './xml.ts';

const mostKeys = 1_000;

/** Answers for all buckets, or for one; undefined for an operation that is not modelled. */
export function onBucket(request: S3Request, { buckets, now }: Ground): S3Reply | undefined {
  const { method, query, bucket: name } = request;
  if (name === '') {
    if (method !== 'GET') return undefined;
    const all = [...buckets].map(([Name, { created }]) => ({ Name, CreationDate: new Date(created).toISOString() }));
    return xmlReply(xml('ListAllMyBucketsResult', { Owner: { ID: 'world' }, Buckets: { Bucket: all } }));
  }
  const bucket = buckets.get(name);
  const asks = [...query.keys()].filter((key) => !/^(x-id|X-Amz-.*)$/i.test(key));
  if (method === 'PUT' && asks.length === 0) {
    if (bucket) throw new S3Error(409, 'BucketAlreadyOwnedByYou', 'You already own this bucket.');
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name))
      throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.');
    buckets.set(name, { created: now, objects: new Map(), uploads: new Map() });
    return empty(200, { location: `/${name}` });
  }
  if (!bucket) throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
  if (method === 'HEAD') return empty(200, { 'x-amz-bucket-region': 'us-east-1' });
  if (method === 'POST' && query.has('delete')) return deleteMany(request, bucket);
  if (method === 'DELETE' && asks.length === 0) {
    if (bucket.objects.size > 0)
      throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty');
    buckets.delete(name);
    return empty(204);
  }
  if (method !== 'GET') return undefined;
  if (query.has('location')) return xmlReply('<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint/>');
  if (query.has('uploads')) {
    const all = [...bucket.uploads].map(([UploadId, { key }]) => ({ Key: key, UploadId }));
    return xmlReply(xml('ListMultipartUploadsResult', { Bucket: name, IsTruncated: false, Upload: all }));
  }
  const listing =
    /^(list-type|prefix|delimiter|marker|start-after|continuation-token|max-keys|encoding-type|fetch-owner|metadata)$/;
  return asks.every((ask) => listing.test(ask)) ? list(request, bucket) : undefined;
}

function list({ bucket: name, query }: S3Request, bucket: Bucket): S3Reply {
  const isSecond = query.get('list-type') === '2';
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const token = query.get('continuation-token');
  const after =
    token === null
      ? (query.get(isSecond ? 'start-after' : 'marker') ?? '')
      : Buffer.from(token, 'base64url').toString();
  const most = Math.min(Number(query.get('max-keys') ?? mostKeys) || 0, mostKeys);
  const written = (text: string) =>
    query.get('encoding-type') === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text;
  const keys = [...bucket.objects.keys()]
    .filter((key) => key.startsWith(prefix))
    .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const found: { name: string; isPrefix: boolean }[] = [];
  for (const key of keys) {
    const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    const one = end < 0 ? key : key.slice(0, end + delimiter.length);
    if (one !== found.at(-1)?.name && one > after && !(end >= 0 && after.startsWith(one)))
      found.push({ name: one, isPrefix: end >= 0 });
  }
  const page = found.slice(0, most);
  const isCut = found.length > page.length;
  const last = page.at(-1)?.name ?? '';
  const next: { [name: string]: string } = isSecond
    ? { NextContinuationToken: Buffer.from(last).toString('base64url') }
    : { NextMarker: written(last) };
  return xmlReply(
    xml('ListBucketResult', {
      Name: name,
      Prefix: written(prefix),
      ...(delimiter === '' ? {} : { Delimiter: written(delimiter) }),
      MaxKeys: most,
      ...(isSecond ? { KeyCount: page.length } : { Marker: written(after) }),
      ...(query.has('encoding-type') ? { EncodingType: 'url' } : {}),
      IsTruncated: isCut,
      ...(isCut ? next : {}),
      Contents: page.filter((one) => !one.isPrefix).map((one) => contents(written(one.name), bucket, one.name)),
      CommonPrefixes: page.filter((one) => one.isPrefix).map((one) => ({ Prefix: written(one.name) })),
    }),
  );
}

function contents(told: string, bucket: Bucket, key: string) {
  const object = bucket.objects.get(key);
  return {
    Key: told,
    LastModified: new Date(object?.modified ?? 0).toISOString(),
    ETag: `"${object?.etag ?? ''}"`,
    Size: object?.body.length ?? 0,
    StorageClass: 'STANDARD',
  };
}

function deleteMany({ body }: S3Request, bucket: Bucket): S3Reply {
  const text = body.toString('utf8');
  const keys = elements(text, 'Object').map((one) => textIn(one, 'Key') ?? '');
  for (const key of keys) bucket.objects.delete(key);
  const isQuiet = textIn(text, 'Quiet') === 'true';
  return xmlReply(xml('DeleteResult', { Deleted: isQuiet ? [] : keys.map((Key) => ({ Key })) }));
}
