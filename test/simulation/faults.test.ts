import { describe, expect, it } from 'vitest';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal();

const files = {
  'compose.yaml': `
services:
  web:
    build: web
    ports: ["4000:4000"]
  cache:
    image: redis:8
`,
  'web/package.json': { name: 'web', scripts: { start: 'node main.js' } },
  'web/main.js': `
    const net = require('node:net');
    const ask = (word) => new Promise((done) => {
      const begun = Date.now();
      const socket = net.connect(6379, 'cache', () => socket.write(word + '\\r\\n'));
      const end = (heard) => { socket.destroy(); done({ heard, ms: Date.now() - begun }); };
      socket.setTimeout(5000, () => end('nothing'));
      socket.on('data', (bytes) => end(String(bytes).trim())).on('error', (error) => end(error.code));
    });
    require('node:http').createServer(async (request, response) => {
      const heard = [];
      for (let at = 0; at < 3; at += 1) heard.push(await ask('PING'));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(heard));
    }).listen(4000);`,
};

const asking = (faults: object[], seed = 1) =>
  simulate(written(files), {
    world: { faults, seed },
    when: [{ http: { id: 'a', to: 'web', path: '/' } }],
    then: [{ check: 'a.status = 200' }],
  });

const well = { heard: '+PONG', ms: 0 };

describe('a fault on a store', () => {
  it.each([
    ['refuse', { heard: 'ECONNREFUSED', ms: 0 }],
    ['reset', { heard: 'ECONNRESET', ms: 0 }],
    ['timeout', { heard: 'nothing', ms: 5000 }],
    ['delay:PT2S', { heard: '+PONG', ms: 2000 }],
    ['drop:1', { heard: 'ECONNRESET', ms: 0 }],
  ])('is felt by its client, the time that was said, and is in the trace: %s', async (what, felt) => {
    const { results, trace } = await asking([{ on: 'cache', nth: 2, do: what }]);
    expect(results.a).toMatchObject({ body: [well, felt, well] });
    expect(trace.events.filter(({ kind }) => kind === 'fault')).toHaveLength(1);
  });

  it('drops by the chance of the world: the same with one seed, other with another', async () => {
    const heard = async (seed: number) =>
      JSON.stringify((await asking([{ on: 'cache', do: 'drop:0.5' }], seed)).results);
    const all = await Promise.all([1, 2, 3, 4, 5].map(heard));
    expect(await heard(1)).toBe(all[0]);
    expect(new Set(all).size).toBeGreaterThan(1);
  });

  it.each([
    ['a status', { on: 'cache', do: 'status:503' }, 'status:503 on the store cache'],
    ['a limit', { on: 'cache', do: 'rate-limit' }, 'rate-limit on the store cache'],
    ['a path', { on: 'cache/keys', do: 'timeout' }, 'timeout on cache/keys; it befalls the whole of cache'],
    ['a path of a throttled link', { on: 'web/a', do: 'throttle:1kB/s' }, 'it befalls the whole of web'],
  ])('that cannot come about leaves the verdict unknown by its name: %s', async (_, fault, why) => {
    const { verdict } = await asking([fault]);
    expect(verdict).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining(why) });
  });

  it('throttles its link both ways', async () => {
    const { results } = await asking([{ on: 'cache', do: 'throttle:10B/s' }]);
    // Six bytes there, seven back.
    expect(results.a).toMatchObject({ body: Array(3).fill({ heard: '+PONG', ms: 1300 }) });
  });

  it('that never came about is spoken of', async () => {
    const { verdict } = await asking([{ on: 'cache', nth: 9, do: 'reset' }]);
    expect(verdict.outcome).toBe('holds');
    expect(verdict.reason).toContain('A fault never came about: reset on cache, number 9.');
  });
});

describe('a fault on a service', () => {
  const services = (protocol: string) => ({
    'compose.yaml': `
services:
  web:
    build: web
    ports: ["4000:4000"]
    depends_on: [pages]
  pages:
    build: pages
    ports: ["5000:5000"]
`,
    'web/package.json': { name: 'web', scripts: { start: 'node main.js' } },
    'web/main.js': `
      const ask = (path) => new Promise((done) => {
        const begun = Date.now();
        const end = (heard) => done({ heard, ms: Date.now() - begun });
        const request = require('node:${protocol}').get('${protocol}://pages:5000' + path, { agent: false }, (response) => {
          let size = 0;
          response.on('data', (bytes) => { size += bytes.length; }).on('end', () => end(response.statusCode + ' ' + size)).on('error', (error) => end(error.code));
        });
        request.setTimeout(60000, () => { end('nothing'); request.destroy(); });
        request.on('error', (error) => end(error.code));
      });
      require('node:http').createServer(async (request, response) => {
        const heard = [];
        for (const path of ['/small', '/large', '/small']) heard.push(await ask(path));
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(heard));
      }).listen(4000);`,
    'pages/package.json': { name: 'pages', scripts: { start: 'node main.js' } },
    'pages/main.js': `
      require('node:${protocol}').createServer((request, response) => {
        response.end(Buffer.alloc(request.url === '/large' ? 100000 : 10));
      }).listen(5000);`,
  });
  const small = { heard: '200 10', ms: 0 };
  const large = { heard: '200 100000', ms: 0 };
  const cases: [string, object, object[]][] = [
    ['refuse', { nth: 2 }, [small, { heard: 'ECONNREFUSED', ms: 0 }, small]],
    ['reset', { nth: 2 }, [small, { heard: 'ECONNRESET', ms: 0 }, small]],
    ['drop:1', { nth: 2 }, [small, { heard: 'ECONNRESET', ms: 0 }, small]],
    ['timeout', { nth: 2 }, [small, { heard: 'nothing', ms: 60_000 }, small]],
    ['delay:PT2S', { nth: 2 }, [small, { ...large, ms: 2000 }, small]],
    ['status:503', { nth: 2 }, [small, { heard: '503 2', ms: 0 }, small]],
    ['rate-limit', { nth: 2 }, [small, { heard: '429 2', ms: 0 }, small]],
  ];

  it.each(['http', 'https'].flatMap((protocol) => cases.map((one) => [protocol, ...one] as const)))(
    'is felt over %s: %s',
    async (protocol, what, which, felt) => {
      const { results, trace, verdict } = await simulate(written(services(protocol)), {
        world: { faults: [{ on: 'pages', do: what, ...which }] },
        when: [{ http: { id: 'a', to: 'web', path: '/' } }],
      });
      expect(verdict.reason).toBe('The expectation is met.');
      expect(results.a).toMatchObject({ body: felt });
      expect(trace.events.filter(({ kind }) => kind === 'fault').length).toBeGreaterThan(0);
    },
  );

  it.each(['http', 'https'])('throttles its link over %s: a large page takes its time', async (protocol) => {
    const { results, trace } = await simulate(written(services(protocol)), {
      world: { faults: [{ on: 'pages', do: 'throttle:10kB/s' }] },
      when: [{ http: { id: 'a', to: 'web', path: '/' } }],
    });
    const { body } = results.a as { body: { heard: string; ms: number }[] };
    expect(body.map(({ heard }) => heard)).toEqual(['200 10', '200 100000', '200 10']);
    expect(body[1]?.ms).toBeGreaterThan(10_000);
    expect(body[1]?.ms).toBeLessThan(10_100);
    expect(
      trace.events.filter(({ kind, what }) => kind === 'fault' && what === 'throttle 10000 B/s').length,
    ).toBeGreaterThan(0);
  });
});
