import { describe, expect, it } from 'vitest';
import type { Simulation } from '../../../src/simulation/simulation.ts';
import { rehearsal } from '../../simulation/rehearsal.ts';
import { written } from '../../support/written-tree.ts';

const { simulate, call } = rehearsal();

const files = {
  'compose.yaml': `
services:
  web:
    build: web
    ports: ["4000:4000"]
    depends_on: [rates]
  rates:
    build: rates
    ports: ["5000:5000"]
`,
  'web/package.json': { name: 'web', scripts: { start: 'node main.js' } },
  'web/main.js': `
    const http2 = require('node:http2');
    const ask = (client, path, body) => new Promise((done) => {
      const begun = Date.now();
      const stream = client.request({ ':path': path, ':method': body === undefined ? 'GET' : 'POST' }, { endStream: body === undefined });
      let status;
      let text = '';
      let isDone = false;
      const end = (heard) => { if (!isDone) { isDone = true; done({ path, status, heard, ms: Date.now() - begun }); } };
      stream.setTimeout(5000, () => { end('nothing'); stream.close(http2.constants.NGHTTP2_CANCEL); });
      stream.on('response', (headers) => { status = headers[':status']; });
      stream.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => end(text)).on('error', (error) => end(error.code));
      if (body !== undefined) stream.end(body);
    });
    require('node:http').createServer(async (request, response) => {
      const client = http2.connect('http://rates:5000');
      client.on('error', () => undefined);
      const answers = await Promise.all([ask(client, '/rates/EUR'), ask(client, '/orders', '{"amount":1}'), ask(client, '/rates/USD')]);
      client.close();
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answers));
    }).listen(4000);`,
  'rates/package.json': { name: 'rates', scripts: { start: 'node main.js' } },
  'rates/main.js': `
    const server = require('node:http2').createServer((request, response) => {
      let body = '';
      request.on('data', (part) => { body += part; }).on('end', () => {
        response.writeHead(request.url === '/orders' ? 201 : 200, { 'x-path': request.url });
        response.end(request.url + ' ' + body.length);
      });
    });
    server.listen(5000);`,
};
const asking = (
  faults: object[],
  then: object[] = [{ check: 'a.status = 200' }],
  tree = written(files),
): Promise<Simulation> =>
  simulate(tree, { world: { faults }, when: [{ http: { id: 'a', to: 'web', path: '/' } }], then });
const eur = { path: '/rates/EUR', status: 200, heard: '/rates/EUR 0', ms: 0 };
const order = { path: '/orders', status: 201, heard: '/orders 12', ms: 0 };
const usd = { path: '/rates/USD', status: 200, heard: '/rates/USD 0', ms: 0 };

describe('requests of HTTP/2', () => {
  it('are in the trace one by one, each with its response, and counted by what is sent', async () => {
    const { verdict, results, trace } = await asking(
      [],
      [
        { sent: { to: 'rates', on: 'POST /orders' } },
        { sent: { to: 'rates', on: 'GET /rates/:currency', times: 2 } },
        { never: 'status:5xx' },
      ],
    );
    expect(verdict).toMatchObject({ outcome: 'holds' });
    expect(results.a).toMatchObject({ body: [eur, order, usd] });
    const requests = trace.events.filter(({ kind, service }) => kind === 'request' && service === 'web');
    expect(requests.map(({ what, value }) => [what, value?.text]).sort()).toEqual([
      ['GET http://rates:5000/rates/EUR', ''],
      ['GET http://rates:5000/rates/USD', ''],
      ['POST http://rates:5000/orders', '{"amount":1}'],
    ]);
    const posted = requests.find(({ what }) => what.startsWith('POST'));
    expect(trace.events.find(({ of }) => of === posted?.seq)).toMatchObject({
      ...{ kind: 'response', service: 'rates', what: '201' },
      value: { text: '/orders 12' },
    });
    expect(trace.counts.boundaries).toBe(6);
    expect((await asking([], [{ sent: { to: 'rates', on: 'POST /orders' } }])).verdict.outcome).toBe('holds');
  });

  it.each([
    ['status:503', 'rates/orders', [eur, { ...order, status: 503, heard: '{}' }, usd]],
    ['rate-limit', 'rates/rates/EUR', [{ ...eur, status: 429, heard: '{}' }, order, usd]],
    ['timeout', 'rates/orders', [eur, { path: '/orders', heard: 'nothing', ms: 5000 }, usd]],
    ['delay:PT2S', 'rates/orders', [eur, { ...order, ms: 2000 }, usd]],
  ])('suffer a fault, and the others on the same connection do not: %s', async (what, on, felt) => {
    const tree = written(files);
    const { results, trace } = await asking([{ on, do: what }], undefined, tree);
    expect(results.a).toMatchObject({ body: felt });
    expect(trace.events.filter(({ kind }) => kind === 'fault')).toHaveLength(1);
    expect((await asking([{ on, do: what }], undefined, tree)).trace.hash).toBe(trace.hash);
  });

  it.each(['reset', 'drop:1', 'refuse'])('suffer a fault that breaks their connection: %s', async (what) => {
    const { results } = await asking([{ on: 'rates', do: what }]);
    const { body } = results.a as { body: { heard: string }[] };
    expect(body.map(({ heard }) => heard)).toEqual(Array(3).fill(expect.stringMatching(/^(ECONN|ERR_HTTP2)/)));
  });

  it('are dated and time out by the clock of the world, streams and sessions alike', async () => {
    const { value, error } = await call(`
      const http2 = require('node:http2');
      const { once } = require('node:events');
      const server = http2.createServer();
      server.on('stream', (stream, headers) => {
        if (headers[':path'] === '/slow') return;
        stream.respond(headers[':path'] === '/own' ? { ':status': 200, date: 'its own' } : { ':status': 200 }, headers[':path'] === '/none' ? { sendDate: false } : {});
        stream.end();
      });
      await new Promise((done) => server.listen(0, done));
      const client = http2.connect('http://localhost:' + server.address().port);
      client.setTimeout(60000);
      const begun = Date.now();
      const dates = [];
      for (const path of ['/', '/own', '/none']) {
        const stream = client.request({ ':path': path });
        const [headers] = await once(stream, 'response');
        dates.push(headers.date ?? null);
        stream.resume();
        await once(stream, 'end');
      }
      const slow = client.request({ ':path': '/slow' });
      slow.on('error', () => undefined);
      slow.setTimeout(3000);
      await once(slow, 'timeout');
      const first = Date.now() - begun;
      await once(client, 'timeout');
      const second = Date.now() - begun;
      client.destroy();
      return [dates, first, second];`);
    expect(error).toBeUndefined();
    expect(value).toEqual([['Thu, 01 Jan 2026 00:00:00 GMT', 'its own', null], 3000, 60_000]);
  });

  it.each(['http', 'https'])(
    'to an API of a plan are answered and suffer faults as those of HTTP/1.1: %s',
    async (protocol) => {
      const web = files['web/main.js'].replaceAll('http://rates:5000', `${protocol}://api.rates.example`);
      const large = 'x'.repeat(300_000);
      const { results, verdict, trace } = await simulate(written({ ...files, 'web/main.js': web }), {
        world: { faults: [{ on: 'api.rates.example/rates/USD', do: 'status:500' }] },
        given: [
          { api: { host: 'api.rates.example', on: 'GET /rates/EUR', reply: { body: large, after: 'PT1S' } } },
          {
            api: {
              ...{ host: 'api.rates.example', on: 'POST /orders', where: 'request.body.amount = 1' },
              reply: { status: 201, headers: { connection: 'close' }, body: { amount: '{{request.body.amount}}' } },
            },
          },
        ],
        when: [{ http: { id: 'a', to: 'web', path: '/' } }],
        then: [{ sent: { to: 'api.rates.example', on: 'POST /orders' } }],
      });
      expect(verdict.reason).toBe('The expectation is met.');
      expect(results.a).toMatchObject({
        body: [
          { ...eur, heard: large, ms: 1000 },
          { ...order, heard: '{"amount":1}' },
          { ...usd, status: 500, heard: '{}' },
        ],
      });
      expect(trace.events).toContainEqual(expect.objectContaining({ service: 'api.rates.example', what: '201' }));
    },
  );

  it('spoken to a store that speaks HTTP/1.1 alone leave the verdict unknown', async () => {
    const web = files['web/main.js'].replaceAll('http://rates:5000', 'http://files:9000');
    const compose = `${files['compose.yaml']}  files: { image: minio/minio }\n`;
    const { verdict } = await simulate(written({ ...files, 'compose.yaml': compose, 'web/main.js': web }), {
      when: [{ http: { id: 'a', to: 'web', path: '/' } }],
    });
    expect(verdict.reason).toContain('HTTP/2 spoken to files');
  });
});
