import { once } from 'node:events';
import http2 from 'node:http2';
import { Duplex } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serveRequests } from '../../../src/world/http/serve.ts';
import { frameBytes } from '../../../src/world/http2/frames.ts';
import { greeting } from '../../../src/world/http2/serve.ts';
import type { Peer } from '../../../src/world/model.ts';

const peer = (send: Peer['send'] = () => undefined): Peer => ({
  ...{ service: 'web', host: 'api', port: 80 },
  send,
  end: () => undefined,
});

/** A client of Node that speaks to our side directly. */
function clientOf(answer: (first: string, size: number) => string): http2.ClientHttp2Session {
  const stream: Duplex = new Duplex({
    read: () => undefined,
    write(bytes, _, done) {
      served.receive(bytes);
      done();
    },
  });
  const served = serveRequests(
    peer((bytes) => stream.push(Buffer.from(bytes))),
    {
      take: ({ first, body }, send) =>
        send({ status: 200, headers: {}, body: Buffer.from(answer(first, body.length)) }),
      broken: () => stream.destroy(new Error('broken')),
    },
  );
  return http2.connect('http://api', { createConnection: () => stream });
}

describe('the side of a server in HTTP/2', () => {
  it('answers Node’s own client, with bodies larger than any window, one after the other', async () => {
    const client = clientOf((first, size) => `${first} ${size} ${'x'.repeat(400_000)}`);
    for (const path of ['/a', '/b']) {
      const stream = client.request({ ':path': path, ':method': 'POST' });
      stream.end(Buffer.alloc(300_000));
      let text = '';
      stream.setEncoding('utf8').on('data', (some) => {
        text += some;
      });
      await once(stream, 'end');
      expect(text.length).toBeGreaterThan(400_000);
      expect(text.startsWith(`POST ${path} HTTP/2 300000 x`)).toBe(true);
    }
    const pinged = new Promise((done) => client.ping((failed) => done(failed)));
    expect(await pinged).toBeNull();
    client.destroy();
  });

  it('gives up what is not HTTP/2 and never throws, whatever comes', () => {
    const frame = fc
      .tuple(
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(9),
        fc.uint8Array({ maxLength: 60 }),
      )
      .map(([kind, flag, stream, content]) => frameBytes(kind, flag, stream, Buffer.from(content)));
    fc.assert(
      fc.property(fc.array(fc.oneof(frame, fc.uint8Array({ maxLength: 40 })), { maxLength: 12 }), (parts) => {
        const served = serveRequests(peer(), {
          take: (_, send) => send({ status: 200, headers: {}, body: Buffer.from('well') }),
          broken: () => undefined,
        });
        served.receive(greeting);
        for (const part of parts) served.receive(part);
      }),
      { numRuns: 500 },
    );
  });
});
