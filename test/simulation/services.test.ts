import { describe, expect, it } from 'vitest';
import type { Tree } from '../../src/codebase/tree.ts';
import { rehearsal, withPackages } from './rehearsal.ts';

const { simulate } = rehearsal();

const front = `
  import express from 'express';
  const app = express();
  app.use(express.json());
  app.post('/quotes', async (req, res) => {
    try {
      const answer = await fetch(\`\${process.env.PRICES}/price?amount=\${req.body.amount}\`, { signal: AbortSignal.timeout(2000) });
      if (!answer.ok) return res.status(502).json({ upstream: answer.status });
      const { price } = await answer.json();
      const rates = await fetch('https://api.rates.example/v1/latest');
      const { EUR } = await rates.json();
      res.status(201).json({ price: price * EUR });
    } catch (error) {
      console.error('quote failed', error.name);
      res.status(503).json({ name: error.name, code: error.cause?.code ?? null });
    }
  });
  app.get('/crash', () => { setTimeout(() => { throw new Error('late'); }, 5); });
  app.listen(4000);
`;
const prices = `
  const http = require('node:http');
  http.createServer((request, response) => {
    const amount = Number(new URL(request.url, 'http://x').searchParams.get('amount'));
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ price: double(amount) }));
  }).listen(4001, () => console.log(JSON.stringify({ level: 30, msg: 'up' })));
  function double(amount) { return amount * 2; }
`;

function shop(own: { front?: string; prices?: string } = {}): Tree {
  return withPackages({
    'compose.yaml': `
services:
  front:
    build: services/front
    ports: ["4000:4000"]
    environment: { PRICES: "http://prices:4001" }
    depends_on: [prices]
  prices:
    build: services/prices
    ports: ["4001:4001"]
  search:
    image: elasticsearch:8
    ports: ["9200:9200"]
`,
    'services/front/package.json': { name: 'front', type: 'module', scripts: { start: 'node main.js' } },
    'services/front/main.js': own.front ?? front,
    'services/prices/package.json': { name: 'prices', scripts: { start: 'node main.js' } },
    'services/prices/main.js': own.prices ?? prices,
  });
}

const rates = { api: { host: 'api.rates.example', on: 'GET /v1/latest', reply: { body: { EUR: 0.5 } } } };
const quote = { http: { id: 'quote', to: 'front', method: 'POST', path: '/quotes', body: { amount: 10 } } };

describe('services of a repository', () => {
  it('talk to each other and to a given API through express, node:http and fetch', async () => {
    const { verdict, results, trace } = await simulate(shop(), {
      given: [rates],
      when: [quote],
      then: [
        { check: 'quote.status = 201 and quote.body.price = 10 and quote.ms = 0' },
        { sent: { to: 'prices', on: 'GET /price', times: 1 } },
        { sent: { to: 'api.rates.example', on: 'GET /v1/latest' } },
        { never: 'unhandled-error' },
        { never: 'status:5xx' },
        { never: 'log-level:error' },
      ],
    });
    expect(verdict).toMatchObject({ outcome: 'holds', tier: 'executed' });
    expect(results.quote).toMatchObject({ headers: { date: 'Thu, 01 Jan 2026 00:00:00 GMT' } });
    const double = trace.functions.find((run) => run.name === 'double');
    expect(double).toEqual({
      service: 'prices',
      name: 'double',
      file: 'services/prices/main.js',
      line: 8,
      endLine: 8,
      calls: 1,
    });
    const call = trace.events.find((event) => event.kind === 'call' && event.what === 'double');
    expect(trace.events.find((event) => event.kind === 'return' && event.of === call?.seq)).toMatchObject({
      value: { text: '20' },
    });
  });

  it('give the same trace each time, and keep connections across an hour', async () => {
    const tree = shop();
    const plan = {
      given: [rates],
      when: [quote, { advance: 'PT1H' }, { http: { ...quote.http, id: 'again' } }],
      then: [{ check: 'again.body = quote.body' }],
    };
    const first = await simulate(tree, plan);
    const second = await simulate(tree, plan);
    expect(first.verdict.outcome).toBe('holds');
    expect(second.trace.hash).toBe(first.trace.hash);
    expect(first.trace.events.at(-1)?.at).toBeGreaterThanOrEqual(3_600_000);
  });

  it.each([
    ['refuse', 'http://prices/price', 'quote.status = 503 and quote.body.code = "ECONNREFUSED"'],
    ['timeout', 'prices', 'quote.status = 503 and quote.body.name = "TimeoutError" and quote.ms = 2000'],
    ['reset', 'http://prices/price', 'quote.status = 503 and quote.body.code = "ECONNRESET"'],
    ['status:500', 'http://prices/price', 'quote.status = 502 and quote.body.upstream = 500'],
    ['rate-limit', 'http://prices:4001/', 'quote.body.upstream = 429'],
    ['delay:PT1.5S', 'http://prices/price', 'quote.status = 201 and quote.ms = 1500'],
    ['status:503', 'http://prices/elsewhere', 'quote.status = 201'],
  ])('suffer a fault: %s on %s', async (what, on, check) => {
    const { verdict } = await simulate(shop(), {
      world: { faults: [{ on, do: what }] },
      given: [rates],
      when: [quote],
      then: [{ check }],
    });
    expect(verdict).toMatchObject({ outcome: 'holds' });
  });

  it('suffer the second request only when the fault says so', async () => {
    const { verdict } = await simulate(shop(), {
      world: { faults: [{ on: 'http://prices/price', nth: 2, do: 'status:500' }] },
      given: [rates],
      when: [quote, { http: { ...quote.http, id: 'second' } }, { http: { ...quote.http, id: 'third' } }],
      then: [{ check: '[quote.status, second.status, third.status] = [201, 502, 201]' }],
    });
    expect(verdict).toMatchObject({ outcome: 'holds' });
  });

  it('are told by their own environment, and by what the plan puts in its place', async () => {
    const { verdict } = await simulate(shop(), {
      world: { env: { front: { PRICES: 'http://nobody:8080' } } },
      given: [rates],
      when: [quote],
      then: [{ check: 'quote.status = 201' }],
    });
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      code: 'WORLD_UNMODELLED',
      reason: expect.stringContaining('nobody on port 8080'),
    });
  });

  it('break a never by an error that nobody caught, however late', async () => {
    const { verdict } = await simulate(shop(), {
      when: [{ http: { id: 'a', to: 'front', path: '/crash' } }],
      then: [{ never: 'unhandled-error' }],
    });
    expect(verdict).toMatchObject({ outcome: 'violated', reason: expect.stringContaining('late') });
  });

  it('break a never by what they log as an error', async () => {
    const { verdict } = await simulate(shop(), {
      world: { faults: [{ on: 'prices', do: 'refuse' }] },
      when: [quote],
      then: [{ never: 'log-level:error' }],
    });
    expect(verdict).toMatchObject({ outcome: 'violated', reason: expect.stringContaining('quote failed') });
  });

  it.each([
    ['never listens', { prices: 'setInterval(() => {}, 1000)' }, 'never listens on port 4001'],
    ['throws at its start', { prices: "throw new TypeError('no configuration')" }, 'no configuration'],
    ['ends', { prices: 'process.exit(7)' }, 'exit code: 7'],
    ['misses a package', { front: "import 'not-there'" }, 'not-there'],
  ])('leave the verdict unknown when one of them %s', async (_, own, why) => {
    const { verdict } = await simulate(shop(own), { when: [quote] });
    expect(verdict).toMatchObject({ outcome: 'unknown', code: 'SERVICE_FAILED', reason: expect.stringContaining(why) });
  });

  it('leave the verdict unknown when the plan names one that is not there', async () => {
    const { verdict } = await simulate(shop(), { when: [{ http: { id: 'a', to: 'basket', path: '/' } }] });
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      code: 'SERVICE_UNKNOWN',
      reason: expect.stringContaining('front; prices'),
    });
  });

  it('read the flags that the plan sets, by whichever door', async () => {
    const reading = `
      const fs = require('node:fs');
      const file = __dirname + '/config/flags.json';
      module.exports = async () => [
        require('./config/flags.json').fast,
        JSON.parse(fs.readFileSync(file, 'utf8')).fast,
        JSON.parse(fs.readFileSync(file)).slow,
        JSON.parse(await fs.promises.readFile(file, 'utf8')).fast,
        (await import('./config/flags.json', { with: { type: 'json' } })).default.fast,
      ];`;
    const tree = withPackages({ 'main.js': reading, 'config/flags.json': { fast: false, slow: true } });
    const plan = { when: [{ call: { id: 'p', module: 'main.js' } }] };
    const set = await simulate(tree, { ...plan, world: { flags: { fast: true } } });
    expect(set.results.p).toEqual({ value: [true, true, true, true, true] });
    expect((await simulate(tree, plan)).results.p).toEqual({ value: [false, false, true, false, false] });
    expect(set.trace.events).toContainEqual(expect.objectContaining({ kind: 'read', what: 'config/flags.json' }));
  });
});
