import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal();

const billing = `
  const http = require('node:http');
  const read = async (stream) => { let text = ''; for await (const part of stream) text += part; return text; };
  const heard = [];
  http.createServer(async (request, response) => {
    const text = await read(request);
    response.setHeader('content-type', 'application/json');
    if (request.url.startsWith('/webhooks')) {
      heard.push({ url: request.url, text, headers: request.headers, at: Date.now() });
      return response.writeHead(204).end();
    }
    if (request.url === '/heard') return response.end(JSON.stringify(heard));
    const answers = [];
    for (const { path, ...options } of JSON.parse(text)) {
      const begun = Date.now();
      const answer = await fetch('https://api.pay.example' + path, options);
      const body = await answer.text();
      answers.push({ status: answer.status, body, ms: Date.now() - begun, headers: Object.fromEntries(answer.headers) });
    }
    response.end(JSON.stringify(answers));
  }).listen(4000);`;
const tree = () =>
  written({
    'compose.yaml': 'services:\n  billing:\n    build: billing\n    ports: ["4000:4000"]\n',
    'billing/package.json': { name: 'billing', scripts: { start: 'node main.js' } },
    'billing/main.js': billing,
  });
const posting = (path: string, body: unknown) => ({
  path,
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const ask = (...requests: object[]) => ({
  http: { id: 'a', to: 'billing', method: 'POST', path: '/ask', body: requests },
});
const heard = { http: { id: 'heard', to: 'billing', path: '/heard' } };
const api = (given: object) => ({ api: { host: 'api.pay.example', on: 'GET /', reply: {}, ...given } });
interface Answer {
  status: number;
  body: string;
  ms: number;
  headers: Record<string, string>;
}
async function answers(given: object[], ...requests: object[]): Promise<Answer[]> {
  const { results, verdict } = await simulate(tree(), { given, when: [ask(...requests)] });
  expect(verdict.reason).toBe('The expectation is met.');
  return (results.a as { body: Answer[] }).body;
}

describe('an API that a plan gives', () => {
  it('calls back after its reply, at the time that was said, with what the request said', async () => {
    const given = api({
      on: 'POST /v1/payments/:kind',
      reply: { status: 201, body: { id: 'pay_{{request.body.order}}' } },
      then: [
        {
          to: 'billing',
          path: '/webhooks/{{request.params.kind}}',
          body: { order: '{{request.body.order}}', payment: '{{reply.body.id}}' },
          after: 'PT2S',
        },
      ],
    });
    const when = [ask(posting('/v1/payments/card', { order: 7 })), { advance: 'PT10S' }, heard];
    const then = [{ sent: { to: 'billing', on: 'POST /webhooks/card', times: 1 } }];
    const [first, second] = [
      await simulate(tree(), { given: [given], when, then }),
      await simulate(tree(), { given: [given], when, then }),
    ];
    expect(first.verdict.outcome).toBe('holds');
    expect(first.results.a).toMatchObject({ body: [{ status: 201, body: '{"id":"pay_7"}', ms: 0 }] });
    expect(first.results.heard).toMatchObject({
      body: [{ url: '/webhooks/card', text: '{"order":7,"payment":"pay_7"}', at: Date.parse('2026-01-01T00:00:02Z') }],
    });
    const request = first.trace.events.find(({ what }) => what === 'POST http://billing:4000/webhooks/card');
    expect(request).toMatchObject({ kind: 'request', service: 'api.pay.example', at: 2000 });
    expect(first.trace.events.find(({ of }) => of === request?.seq)).toMatchObject({ kind: 'response', what: '204' });
    expect(second.trace.hash).toBe(first.trace.hash);
  });

  it.each([
    [
      'stripe',
      'sesame',
      ({ headers, text }: { headers: Record<string, string>; text: string }) => {
        const [, seconds, seen] = /^t=(\d+),v1=(\w+)$/.exec(headers['stripe-signature'] ?? '') ?? [];
        return [seen, createHmac('sha256', 'sesame').update(`${seconds}.${text}`).digest('hex'), seconds];
      },
    ],
    [
      'github',
      'sesame',
      ({ headers, text }: { headers: Record<string, string>; text: string }) => [
        headers['x-hub-signature-256'],
        `sha256=${createHmac('sha256', 'sesame').update(text).digest('hex')}`,
        '1767225600',
      ],
    ],
    [
      'standard',
      'whsec_c2VzYW1l',
      ({ headers, text }: { headers: Record<string, string>; text: string }) => [
        headers['webhook-signature'],
        `v1,${createHmac('sha256', 'sesame').update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`).digest('base64')}`,
        headers['webhook-timestamp'],
      ],
    ],
  ])('signs what it sends as real APIs do, by the clock of the world: %s', async (as, secret, check) => {
    const hook = { to: 'billing', path: '/webhooks', body: { paid: true }, sign: { as, secret } };
    const { results } = await simulate(tree(), {
      given: [api({ then: [hook] })],
      when: [ask({ path: '/' }), heard],
    });
    const [seen] = (results.heard as { body: { headers: Record<string, string>; text: string }[] }).body;
    const [own, expected, seconds] = check(seen ?? { headers: {}, text: '' });
    expect(own).toBe(expected);
    expect(seconds).toBe('1767225600');
  });

  it('says of a webhook that it was not sent yet, and of one that nobody took why', async () => {
    const late = api({ then: [{ to: 'billing', path: '/webhooks', after: 'PT1H' }] });
    const { verdict } = await simulate(tree(), { given: [late], when: [ask({ path: '/' })] });
    expect(verdict.reason).toBe(
      'The expectation is met. A webhook was not sent yet: POST /webhooks to billing, due at 2026-01-01T01:00:00.000Z.',
    );
    const refused = api({ then: [{ to: 'billing', path: '/webhooks' }] });
    const faults = [{ on: 'billing/webhooks', do: 'reset' }];
    const broken = await simulate(tree(), { given: [refused], world: { faults }, when: [ask({ path: '/' })] });
    expect(broken.trace.events).toContainEqual(
      expect.objectContaining({ kind: 'error', what: 'webhook POST /webhooks to billing: read ECONNRESET' }),
    );
    const nobody = api({ then: [{ to: 'shipping', path: '/' }] });
    const unknown = await simulate(tree(), { given: [nobody], when: [ask({ path: '/' })] });
    expect(unknown.verdict).toMatchObject({ outcome: 'unknown', code: 'SERVICE_UNKNOWN' });
  });

  it('takes whatever a request says for text where text is meant', async () => {
    const given = api({
      ...{ on: 'POST /', reply: { headers: { 'x-id': '{{request.body.id}}', 'x-text': '{{request.body.text}}' } } },
      then: [
        {
          ...{ to: 'billing', path: '/webhooks', body: '{{request.body.id}}' },
          headers: { 'x-id': '{{request.body.id}}', 'x-list': '{{request.body.list}}' },
          sign: { as: 'github', secret: '{{request.body.id}}' },
        },
      ],
    });
    const request = posting('/', { id: 7, list: [1], text: 'a\r\nx-forged: yes' });
    const { results, verdict } = await simulate(tree(), { given: [given], when: [ask(request), heard] });
    expect(verdict.reason).toBe('The expectation is met.');
    expect(results.a).toMatchObject({ body: [{ status: 200, headers: { 'x-id': '7' } }] });
    expect(JSON.stringify(results.a)).not.toContain('"x-forged":');
    expect(results.heard).toMatchObject({ body: [{ text: '7', headers: { 'x-id': '7', 'x-list': '[1]' } }] });
  });

  it('sends no webhook after a refusal', async () => {
    const given = api({ reply: { status: 402 }, then: [{ to: 'billing', path: '/webhooks' }] });
    const { results } = await simulate(tree(), {
      given: [given],
      when: [ask({ path: '/' }), { advance: 'PT1M' }, heard],
    });
    expect(results.heard).toMatchObject({ body: [] });
  });

  it('tells requests apart by what they say, whatever the order of the plan, and has a default', async () => {
    const given = [
      api({ on: 'POST /charges', reply: { status: 200 } }),
      api({ on: 'POST /charges', where: 'request.body.amount > 100', reply: { status: 402 } }),
      api({ on: 'POST /charges', where: "request.query.dry = 'yes'", reply: { status: 418 } }),
    ];
    const seen = await answers(
      given,
      posting('/charges', { amount: 500 }),
      posting('/charges', { amount: 5 }),
      posting('/charges?dry=yes', { amount: 5 }),
      {
        path: '/charges',
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'order=1',
      },
    );
    expect(seen.map(({ status }) => status)).toEqual([402, 200, 418, 200]);
  });

  it('answers in turn and takes the time that is said', async () => {
    const reply = [{ status: 503 }, { status: 200, body: 'up, {{request.params.who}}', after: 'PT0.5S' }];
    const seen = await answers([api({ on: 'GET /hello/:who', reply })], ...Array(3).fill({ path: '/hello/ada%20l' }));
    expect(seen.map(({ status, body, ms }) => [status, body, ms])).toEqual([
      [503, '', 0],
      [200, 'up, ada l', 500],
      [200, 'up, ada l', 500],
    ]);
  });

  it('leaves the verdict unknown where a reference gives nothing or a check does not work', async () => {
    for (const given of [{ reply: { body: '{{request.body.id}}' } }, { where: '$nothing(' }]) {
      const { verdict } = await simulate(tree(), { given: [api(given)], when: [ask({ path: '/' })] });
      expect(verdict).toMatchObject({ outcome: 'unknown', code: 'PLAN_INVALID' });
    }
  });
});

describe('a limit on an API', () => {
  it('turns away what is too much, says so as real APIs do, and opens again with the time of the world', async () => {
    const given = [api({}), { limit: { host: 'api.pay.example', on: 'GET /', requests: 2, per: 'PT1M' } }];
    const { results } = await simulate(tree(), {
      given,
      when: [
        ask({ path: '/' }, { path: '/' }, { path: '/' }),
        { advance: 'PT59S' },
        { http: { ...ask({ path: '/' }).http, id: 'early' } },
        { advance: 'PT1S' },
        { http: { ...ask({ path: '/' }).http, id: 'late' } },
      ],
    });
    const [first, second, third] = (results.a as { body: Answer[] }).body;
    expect(first?.headers).toMatchObject({ ratelimit: '"default";r=1;t=60', 'x-ratelimit-remaining': '1' });
    expect(second?.headers).toMatchObject({ 'ratelimit-remaining': '0' });
    expect(second?.headers).not.toHaveProperty('retry-after');
    expect(third).toMatchObject({
      status: 429,
      headers: {
        'retry-after': '60',
        'ratelimit-policy': '"default";q=2;w=60',
        ratelimit: '"default";r=0;t=60',
        'x-ratelimit-limit': '2',
        'x-ratelimit-reset': '1767225660',
      },
    });
    expect(results.early).toMatchObject({ body: [{ status: 429, headers: { 'retry-after': '1' } }] });
    expect(results.late).toMatchObject({ body: [{ status: 200, headers: { 'ratelimit-remaining': '1' } }] });
  });

  it('of one operation leaves the others alone', async () => {
    const seen = await answers(
      [api({ on: 'GET /a', limit: { requests: 1, per: 'PT1S' } }), api({ on: 'GET /b' })],
      ...['/a', '/a', '/b', '/b'].map((path) => ({ path })),
    );
    expect(seen.map(({ status }) => status)).toEqual([200, 429, 200, 200]);
    expect(seen[3]?.headers).not.toHaveProperty('ratelimit');
  });

  it('on a host that the plan does not know is refused by name', async () => {
    const given = [{ limit: { host: 'api.other.example', requests: 1, per: 'PT1S' } }];
    const { verdict } = await simulate(tree(), { given, when: [ask()] });
    expect(verdict).toMatchObject({ outcome: 'unknown', code: 'SERVICE_UNKNOWN' });
  });
});
