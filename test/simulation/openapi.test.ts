import { describe, expect, it } from 'vitest';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal();

const document = `openapi: 3.1.0
info: { title: Shop, version: '1' }
servers: [{ url: https://api.shop.example }]
security: [{ key: [] }, { token: [] }]
webhooks:
  stockLow: {}
paths:
  /carts/{id}:
    $ref: paths/cart.yaml
  /reports/{year}-{month}.csv:
    get:
      security: []
      parameters:
        - { name: year, in: path, required: true, schema: { type: integer } }
        - { name: month, in: path, required: true, schema: { type: integer, maximum: 12 } }
      responses:
        '200': { content: { text/csv: { example: "a,b" } } }
  /matrix/{at}/{tags}:
    get:
      security: []
      parameters:
        - { name: at, in: path, required: true, style: matrix, schema: { type: integer } }
        - { name: tags, in: path, required: true, style: label, explode: true, schema: { type: array, items: { type: string, minLength: 2 } } }
        - { name: ids, in: query, explode: false, schema: { type: array, items: { type: integer } } }
        - { name: sizes, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { enum: [s, m] } } }
        - { name: filter, in: query, style: deepObject, schema: { type: object, properties: { color: { enum: [red] } } } }
        - { name: session, in: cookie, schema: { type: string, format: uuid } }
      responses: { '204': {} }
  /orders:
    post:
      security: []
      callbacks: { onPaid: {} }
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: 'schemas.json#/Order' } }
          application/x-www-form-urlencoded:
            schema: { type: object, required: [amount], properties: { amount: { type: integer } } }
      responses: { '201': { content: { application/json: { schema: { $ref: 'schemas.json#/Order' } } } } }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Api-Key }
    token: { type: http, scheme: bearer }
`;
const schemas = {
  Order: {
    allOf: [{ $ref: '#/Base' }, { type: 'object', required: ['how'], properties: { how: { $ref: '#/How' } } }],
  },
  Base: {
    type: 'object',
    required: ['id', 'placed'],
    properties: {
      id: { type: 'string', readOnly: true, example: 'o-1' },
      placed: { type: 'string', format: 'date-time', example: '2026-01-01T00:00:00Z' },
      gift: { allOf: [{ $ref: '#/Gift' }], nullable: true },
      size: { type: 'string', nullable: true, enum: ['s', 'm'] },
    },
  },
  Gift: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
  How: {
    oneOf: [
      { type: 'object', required: ['card'], properties: { card: { type: 'string', minLength: 4 } } },
      { type: 'object', required: ['iban'], properties: { iban: { type: 'string' } } },
    ],
  },
};
const cart = `get:
  responses:
    '200': { content: { application/json: { schema: { $ref: '../schemas.json#/Gift' } } } }
`;
const files = {
  'compose.yaml': 'services:\n  web:\n    build: web\n    ports: ["4000:4000"]\n',
  'web/package.json': { name: 'web', scripts: { start: 'node main.js' } },
  'web/main.js': `
    require('node:http').createServer(async (request, response) => {
      let text = '';
      for await (const part of request) text += part;
      const { path, ...options } = JSON.parse(text);
      const answer = await fetch('https://api.shop.example' + path, options);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: answer.status, kind: answer.headers.get('content-type'), body: await answer.text() }));
    }).listen(4000);`,
  'docs/openapi.yaml': document,
  'docs/paths/cart.yaml': cart,
  'docs/schemas.json': schemas,
};
async function ask(
  body: object,
): Promise<{ status: number; kind: string; body: string; told: string[]; verdict: string }> {
  const { results, trace, verdict } = await simulate(written(files), {
    when: [{ http: { id: 'a', to: 'web', method: 'POST', path: '/', body } }],
  });
  const told = trace.events.filter(({ service }) => service === 'api.shop.example').map(({ what }) => what);
  return {
    ...(results.a as { body: { status: number; kind: string; body: string } }).body,
    told,
    verdict: verdict.reason,
  };
}
const key = { headers: { 'x-api-key': 'k' } };
const json = (body: object) => ({
  ...{ path: '/orders', method: 'POST', headers: { 'content-type': 'application/json' } },
  body: JSON.stringify(body),
});

describe('an OpenAPI document', () => {
  it('that lies in several files is read as one', async () => {
    expect(await ask({ path: '/carts/7', ...key })).toMatchObject({ status: 200, body: '{"text":"string"}' });
    const { status, body } = await ask(json({ placed: '2026-01-01T00:00:00Z', how: { card: '4242' } }));
    expect(status).toBe(201);
    expect(JSON.parse(body)).toMatchObject({
      id: 'o-1',
      placed: '2026-01-01T00:00:00Z',
      how: { card: expect.any(String) },
    });
  });

  it.each([
    ['allOf', { how: { iban: 'x' } }, "must have required property 'placed'"],
    ['oneOf', { placed: '2026-01-01T00:00:00Z', how: {} }, 'must match exactly one schema in oneOf'],
    ['a format', { placed: 'today', how: { iban: 'x' } }, 'body: placed must match format "date-time"'],
    ['what is not null', { placed: '2026-01-01T00:00:00Z', how: { iban: 'x' }, gift: 7 }, 'body: gift'],
  ])('refuses a body and says what is wrong: %s', async (_, body, why) => {
    const answer = await ask(json(body));
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(JSON.stringify(why).slice(1, -1));
    expect(answer.told.join()).toContain(why);
  });

  it('takes null where it may be, and does not ask for what nobody may send', async () => {
    const body = { placed: '2026-01-01T00:00:00Z', how: { iban: 'x' }, gift: null, size: null };
    expect((await ask(json(body))).status).toBe(201);
  });

  it('checks forms', async () => {
    const form = (body: string) => ({
      ...{ path: '/orders', method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      body,
    });
    expect((await ask(form('amount=3'))).status).toBe(201);
    expect((await ask(form('amount=many'))).body).toContain('body: amount must be integer');
  });

  it.each([
    ['/matrix/;at=5/.red.blue?ids=1,2&sizes=s|m&filter[color]=red', 204, ''],
    ['/matrix/;at=x/.red.blue', 400, 'path at: must be integer'],
    ['/matrix/;at=5/.r.blue', 400, 'path tags: 0 must NOT have fewer than 2 characters'],
    ['/matrix/;at=5/.red?ids=1,b', 400, 'query ids: 1 must be integer'],
    ['/matrix/;at=5/.red?sizes=s|x', 400, 'query sizes: 1 must be equal to one of the allowed values'],
    ['/matrix/;at=5/.red?filter[color]=blue', 400, 'query filter: color must be equal to one of the allowed values'],
    ['/reports/2026-13.csv', 400, 'path month: must be <= 12'],
  ])('reads parameters in their styles: %s', async (path, status, why) => {
    const answer = await ask({ path });
    expect(answer.status).toBe(status);
    expect(answer.body).toContain(why);
  });

  it('reads cookies', async () => {
    const asked = { path: '/matrix/;at=5/.red', headers: { cookie: 'a=1; session=none' } };
    expect((await ask(asked)).body).toContain('cookie session: must match format');
  });

  it('asks who asks: any of the ways that it names, and says which are missing', async () => {
    const { status, body } = await ask({ path: '/carts/7' });
    expect(status).toBe(401);
    expect(body).toContain('security: header X-Api-Key, or header authorization (bearer) is missing');
    expect((await ask({ path: '/carts/7', headers: { authorization: 'Bearer t' } })).status).toBe(200);
  });

  it('answers in the kind of content that it names', async () => {
    expect(await ask({ path: '/reports/2026-12.csv' })).toMatchObject({ status: 200, kind: 'text/csv', body: 'a,b' });
  });

  it('has its callbacks and webhooks told by name, since nobody sends them', async () => {
    const { told } = await ask(json({ placed: '2026-01-01T00:00:00Z', how: { iban: 'x' } }));
    expect(told.filter((one) => one.includes('is not sent')).map((one) => one.split(' ')[0])).toEqual([
      'onPaid',
      'stockLow',
    ]);
  });
});
