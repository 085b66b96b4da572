import { Failure } from '../../errors.ts';
import { type HttpMessage, readMessages } from '../http/message.ts';
import { replyBytes } from '../http/reply.ts';
import type { Surroundings } from '../model.ts';
import type { StoreModel } from '../store-model.ts';
import type { Store } from '../world.ts';
import { onBucket } from './bucket-operations.ts';
import { onObject } from './object-operations.ts';
import { type Bucket, S3Error } from './objects.ts';
import { type S3Reply, xmlReply } from './reply.ts';
import { readRequest, type S3Request } from './request.ts';
import { xml } from './xml.ts';

const mostBytes = 512 << 20;

/** Object storage that speaks S3 over HTTP. Whoever asks is let in: signatures are not looked at. */
export function createS3(store: Store, { clock, record }: Surroundings): StoreModel {
  const buckets = new Map<string, Bucket>();
  let uploads = 0;
  let received = 0;
  const ground = { buckets, nextId: () => `upload-${++uploads}` };
  const unmodelled = (what: string): S3Reply => {
    record({ service: store.name, kind: 'error', what: `WORLD_UNMODELLED ${store.name} ${what}` });
    return failed(new S3Error(501, 'NotImplemented', `The world does not model ${what}`));
  };
  const answer = (request: S3Request): S3Reply => {
    const { method, bucket: name, key, query } = request;
    const target = request.header('x-amz-target') ?? query.get('Action');
    const other = /Credential=[^/]+\/\d+\/[^/]+\/(\w+)\//.exec(request.header('authorization') ?? '')?.[1];
    if (target || (other !== undefined && other !== 's3'))
      return unmodelled(`${other ?? 'the API'} ${target ?? ''}`.trim());
    received += request.body.length;
    if (received > mostBytes) return unmodelled(`more than ${mostBytes} bytes of objects`);
    const now = clock.now();
    const told = `${method} /${name}/${key}${query.size > 0 ? `?${[...query.keys()].join('&')}` : ''}`;
    try {
      if (key === '') return onBucket(request, { ...ground, now }) ?? unmodelled(told);
      const bucket = buckets.get(name);
      if (!bucket) throw new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist');
      return onObject(request, bucket, { ...ground, now }) ?? unmodelled(told);
    } catch (thrown) {
      if (thrown instanceof S3Error) return failed(thrown);
      if (thrown instanceof URIError) return failed(new S3Error(400, 'InvalidURI', 'The URI is not valid'));
      throw thrown;
    }
  };
  const take = (service: string, message: HttpMessage): Buffer => {
    const request = readRequest(message, [store.name, ...store.hosts]);
    if (!request) return bytesOf(failed(new S3Error(400, 'InvalidRequest', 'The request is not one of S3')), 'GET');
    const reply = answer(request);
    if (reply.status < 300 && /^(PUT|POST|DELETE)$/.test(request.method))
      record({ service, kind: 'write', what: `${request.method} ${request.bucket}/${request.key}` });
    return bytesOf(reply, request.method);
  };
  return {
    connected(peer) {
      const requests = readMessages({
        kind: 'request',
        take: (message) => peer.send(take(peer.service, message)),
        broken: () => peer.end(),
      });
      return { receive: (bytes) => requests.receive(bytes), ended: () => peer.end() };
    },
    settled: async () => undefined,
    apply: async () => {
      throw new Failure('PLAN_INVALID', { store: store.name, problem: 'an object storage is given nothing' });
    },
    query: async (text) => rows(text, buckets, store),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function failed({ status, code, message }: S3Error): S3Reply {
  return xmlReply(xml('Error', { Code: code, Message: message, RequestId: 'world' }), status);
}

/** A HEAD tells the length of what it does not send. */
function bytesOf({ status, headers, body }: S3Reply, method: string): Buffer {
  const whole = replyBytes(status, headers, body);
  return method === 'HEAD' ? whole.subarray(0, whole.length - body.length) : whole;
}

/** The objects of a bucket (`uploads`), or those whose keys begin so (`uploads/2026/`). */
function rows(text: string, buckets: Map<string, Bucket>, store: Store): unknown[] {
  const [name = '', ...rest] = text.trim().split('/');
  const bucket = buckets.get(name);
  if (!bucket) {
    throw new Failure('PLAN_INVALID', {
      store: store.name,
      problem: `there is no bucket "${name}"`,
      buckets: [...buckets.keys()],
    });
  }
  return [...bucket.objects]
    .filter(([key]) => key.startsWith(rest.join('/')))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { body, etag, headers }]) => ({
      key,
      size: body.length,
      etag,
      type: headers['content-type'],
      text: body.length <= 65_536 ? body.toString('utf8') : null,
    }));
}
