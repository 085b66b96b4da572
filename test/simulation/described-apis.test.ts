import { describe, expect, it } from 'vitest';
import { discover } from '../../src/world/discover.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal();

const document = `openapi: 3.0.3
info: { title: Rates, version: '1' }
servers: [{ url: https://api.rates.example/v1 }]
paths:
  /rates/{currency}:
    parameters:
      - { name: currency, in: path, required: true, schema: { type: string, minLength: 3, maxLength: 3 } }
    get:
      parameters:
        - { name: days, in: query, schema: { type: integer, minimum: 1 } }
      responses:
        '200':
          content:
            application/json:
              schema: { $ref: '#/components/schemas/Rate' }
  /orders:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [amount]
              properties: { amount: { type: number, minimum: 0, exclusiveMinimum: true } }
      responses:
        '201':
          content:
            application/json:
              example: { id: 'o-1' }
components:
  schemas:
    Rate:
      type: object
      required: [currency, rate]
      properties:
        currency: { type: string, example: EUR }
        rate: { type: number, example: 1.25 }
        next: { $ref: '#/components/schemas/Rate' }
`;
const web = `
  require('node:http').createServer(async (request, response) => {
    const { path, ...options } = JSON.parse(await new Promise((done) => { let text = ''; request.on('data', (part) => { text += part; }).on('end', () => done(text)); }));
    const answer = await fetch('https://api.rates.example/v1' + path, options);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: answer.status, body: await answer.json() }));
  }).listen(4000);`;
const files = {
  'compose.yaml': 'services:\n  web:\n    build: web\n    ports: ["4000:4000"]\n',
  'web/package.json': { name: 'web', scripts: { start: 'node main.js' } },
  'web/main.js': web,
  'docs/openapi.yaml': document,
};
const asking = (body: object, given: object[] = [], own: Record<string, string> = {}) =>
  simulate(written({ ...files, ...own }), {
    given,
    when: [{ http: { id: 'a', to: 'web', method: 'POST', path: '/', body } }],
    then: [{ check: 'a.status = 200' }, { sent: { to: 'api.rates.example', on: 'GET /v1/rates/EUR', times: 1 } }],
  });
const posting = (body: unknown) => ({
  path: '/orders',
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

describe('an API that an OpenAPI document describes', () => {
  it('is answered with a valid example, whose source is in the trace', async () => {
    const { verdict, results, trace } = await asking({ path: '/rates/EUR?days=2' });
    expect(verdict).toMatchObject({ outcome: 'holds' });
    expect(results.a).toMatchObject({ body: { status: 200, body: { currency: 'EUR', rate: 1.25 } } });
    expect(trace.events).toContainEqual(
      expect.objectContaining({ what: 'an example of GET /rates/{currency}', file: 'docs/openapi.yaml', line: 8 }),
    );
  });

  it.each([
    ['a path', { path: '/rates/EURO' }, 'path currency'],
    ['a query', { path: '/rates/EUR?days=none' }, 'query days: must be integer'],
    ['a body', posting({ amount: 0 }), 'body: amount must be > 0'],
    ['a body without what is required', posting({}), "body: must have required property 'amount'"],
  ])('refuses a request that breaks its schema and says why: %s', async (_, body, why) => {
    const { results, trace } = await asking(body);
    expect(results.a).toMatchObject({ body: { status: 400, body: { problems: [expect.stringContaining(why)] } } });
    expect(trace.events).toContainEqual(
      expect.objectContaining({ kind: 'error', what: expect.stringContaining(why), file: 'docs/openapi.yaml' }),
    );
  });

  it('answers what the plan gives before anything else', async () => {
    const reply = { body: { rate: 9 } };
    const on = { host: 'api.rates.example', on: 'GET /v1/rates/{currency}', reply };
    const { results } = await asking({ path: '/rates/EUR' }, [{ api: on }]);
    expect(results.a).toMatchObject({ body: { body: { rate: 9 } } });
    expect((await asking(posting({ amount: 1 }))).results.a).toMatchObject({
      body: { status: 201, body: { id: 'o-1' } },
    });
  });

  it('leaves the verdict unknown for an operation that the document does not have, or cannot be read to say', async () => {
    const { verdict } = await asking({ path: '/nothing' });
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringContaining('GET api.rates.example/v1/nothing'),
    });
    const elsewhere = document.replace("'#/components/schemas/Rate' }\n  /orders", "'other.yaml#/Rate' }\n  /orders");
    const split = await asking({ path: '/rates/EUR' }, [], { 'docs/openapi.yaml': elsewhere });
    expect(split.verdict).toMatchObject({ outcome: 'unknown', reason: expect.stringContaining('other.yaml') });
  });

  it('is not one of the own services, and one that rehearse.yaml names stands for the host that is said', async () => {
    const own = document.replace('https://api.rates.example/v1', 'http://web:4000');
    expect((await discover(written({ ...files, 'docs/openapi.yaml': own }))).apis).toBeUndefined();
    const named = { 'rehearse.yaml': 'apis: { api.other.example: docs/openapi.yaml }\n' };
    const { apis } = await discover(written({ ...files, 'docs/openapi.yaml': own, ...named }));
    expect(apis).toMatchObject([{ hosts: ['api.other.example'], file: 'docs/openapi.yaml' }]);
    const broken = written({ ...files, 'docs/openapi.yaml': 'a: [', ...named });
    await expect(discover(broken)).rejects.toMatchObject({ code: 'WORLD_INVALID' });
  });

  it('that limits how often it is asked says so in the headers of real APIs, and never saw the request', async () => {
    const faults = [{ on: 'api.rates.example', do: 'rate-limit' }];
    const limited = web.replace('body: await answer.json()', 'headers: Object.fromEntries(answer.headers)');
    const { results } = await simulate(written({ ...files, 'web/main.js': limited }), {
      world: { faults },
      when: [{ http: { id: 'a', to: 'web', method: 'POST', path: '/', body: { path: '/rates/EUR' } } }],
    });
    const headers = { 'retry-after': '1', 'ratelimit-remaining': '0', 'x-ratelimit-reset': '1767225601' };
    expect(results.a).toMatchObject({ body: { status: 429, headers } });
  });
});
