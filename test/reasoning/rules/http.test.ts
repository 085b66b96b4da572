import { describe, expect, it } from 'vitest';
import type { Survey } from '../../../src/codebase/survey.ts';
import { createRules } from '../../../src/reasoning/rules/rules.ts';
import { material, type SmallCodebase } from '../../support/thread-material.ts';

const route = (service: string, method: string, path: string) => ({
  service,
  method,
  path,
  file: `services/${service}/src/app.ts`,
  line: 1,
});
const survey: Partial<Survey> = {
  services: [
    { name: 'tickets', folder: 'services/tickets', hosts: ['tickets'], ports: [5001] },
    { name: 'seats', folder: 'services/seats', hosts: ['seats', 'seats-api'], ports: [5002] },
  ],
  routes: [
    route('tickets', 'POST', '/tickets'),
    route('tickets', 'GET', '/tickets/:id'),
    route('tickets', 'DELETE', '/tickets/:id'),
    route('seats', 'GET', '/seats/{row}/free'),
    route('seats', 'PATCH', '/seats/:row'),
  ],
  environment: [{ name: 'SEAT_ROUNDING', file: 'services/seats/src/price.ts', line: 3 }],
  flags: [{ name: 'early-bird', file: 'services/tickets/src/app.ts', line: 9 }],
};

/** A small theatre with defects, as the threads below report them. */
const answer: SmallCodebase['answer'] = ({ method, path, body, headers }, plan) => {
  if (method === 'POST' && path === '/tickets') {
    if (headers.authorization?.includes('redacted-secret')) return { status: 401, body: { error: 'who are you' } };
    if (JSON.stringify(body).includes('"count":0')) return { status: 500, body: { error: 'internal' } };
    return {
      status: 201,
      body: { id: 'a1', seat: { row: 'C', price: 12 }, fees: [1, 2], soldAt: '2026-03-02T10:00:00Z' },
    };
  }
  if (method === 'GET' && path.startsWith('/tickets/'))
    return path.endsWith('/9') ? { status: 500, body: {} } : { status: 404, body: {} };
  if (method === 'DELETE')
    return { status: 200, body: { refunded: plan.world?.flags?.['early-bird'] === true ? 8 : 10 } };
  if (method === 'PATCH')
    return { status: plan.world?.env?.seats?.SEAT_ROUNDING === 'half-even' ? 500 : 200, body: {} };
  return { status: 200, body: { free: plan.when.length > 1 ? 7 : 8, currency: 'EUR' } };
};

const sell =
  'curl -s -XPOST \'http://localhost:5001/tickets\' \\\n  -H \'Content-Type: application/json\' \\\n  --data-raw \'{"row":"C","count":2}\'';
const sold = { http: { to: 'tickets', method: 'POST', path: '/tickets', body: { row: 'C', count: 2 } } };

const grounded: [form: string, messages: string[], when: object[], then: object[]][] = [
  [
    'a curl, what it gave and what it should',
    [
      `\`\`\`${sell}\`\`\` gives\n\`\`\`{"id":"a1","seat":{"row":"C","price":12},"fees":[1,2],"soldAt":"2026-03-02T10:00:00Z"}\`\`\``,
      'should be\n```{"id":"b7","seat":{"row":"C","price":11},"fees":[1,3],"soldAt":"2026-02-01T10:00:00Z"}```',
    ],
    [sold],
    [{ check: 'r1.body.seat.price = 11' }, { check: 'r1.body.fees[1] = 3' }],
  ],
  [
    'bodies under labels in one fence',
    [`\`\`\`\n$ ${sell}\n\`\`\``, '```\nexpected: {"seat":{"price":11}}\ngot: {"seat":{"price":12}}\n```'],
    [sold],
    [{ check: 'r1.body.seat.price = 11' }],
  ],
  [
    'a status in words',
    ['```curl localhost:5001/tickets/7``` answers 404, it must be 410 for a ticket that was given back'],
    [{ http: { to: 'tickets', method: 'GET', path: '/tickets/7' } }],
    [{ check: 'r1.status = 410' }],
  ],
  [
    'a raw request and its answer',
    [
      '```POST /tickets HTTP/1.1\nHost: tickets:5001\nContent-Type: application/json\n\n{"row":"C","count":0}```\n```HTTP/1.1 500 Internal Server Error\n\n{"error":"internal"}```\nexpected a 422 here',
    ],
    [
      {
        http: {
          to: 'tickets',
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: { row: 'C', count: 0 },
        },
      },
    ],
    [{ check: 'r1.status = 422' }],
  ],
  [
    'an access log and a stack trace',
    [
      '```10.0.0.7 - - [02/Mar/2026:10:00:00 +0000] "GET /tickets/9 HTTP/1.1" 500 21\nTypeError: Cannot read properties of undefined (reading \'row\')\n    at view (services/tickets/src/view.ts:4:9)```',
    ],
    [{ http: { to: 'tickets', method: 'GET', path: '/tickets/9' } }],
    [{ check: 'r1.status < 500' }, { never: 'unhandled-error' }],
  ],
  [
    'a log line with fields, at its time',
    [
      '`2026-03-02T10:00:00Z ERROR request failed method=GET path=/tickets/9 status=500`',
      'when somebody opens ticket 9 `GET /tickets/9` should answer 200',
    ],
    [{ http: { path: '/tickets/9' } }],
    [{ check: 'r1.status = 200' }],
  ],
  [
    'an arrow',
    ['`GET /tickets/9 -> 500` since the deploy, used to be 200'],
    [{ http: { path: '/tickets/9' } }],
    [{ check: 'r1.status = 200' }],
  ],
  [
    'several requests in order',
    [
      '```\n$ curl http://seats:5002/seats/C/free\n{"free":8}\n$ curl -X DELETE http://tickets/tickets/3\n$ curl http://seats:5002/seats/C/free\n{"free":7}\n```\nthe last one is wrong, expected\n```{"free":9}```',
    ],
    [
      { http: { to: 'seats' } },
      { http: { to: 'tickets', method: 'DELETE', path: '/tickets/3' } },
      { http: { to: 'seats', path: '/seats/C/free' } },
    ],
    [{ check: 'r3.body.free = 9' }],
  ],
  [
    'a field in words',
    ['`curl -s seats-api:5002/seats/C/free` says free is 8 today, `free` should be 10'],
    [{ http: { to: 'seats', method: 'GET' } }],
    [{ check: 'r1.body.free = 10' }],
  ],
];

describe('rules read HTTP', () => {
  it.each(grounded)('from %s', async (_, messages, when, then) => {
    const draft = await createRules().draft(material({ messages, survey, answer }));
    expect(draft.missing).toBeUndefined();
    expect(draft.plan?.when).toMatchObject(when);
    expect(draft.plan?.then).toEqual(then);
  });

  it('with a setting that the thread names, for the service that reads it', async () => {
    const messages = [
      'staging has `SEAT_ROUNDING=half-even`',
      '```curl -X PATCH localhost:5002/seats/C -d \'{"price":3}\'``` answers 500 there, expected 200',
    ];
    const { plan } = await createRules().draft(material({ messages, survey, answer }));
    expect(plan?.world?.env).toEqual({ seats: { SEAT_ROUNDING: 'half-even' } });
    expect(plan?.then).toEqual([{ check: 'r1.status = 200' }]);
  });

  it('with a flag that the thread says is on', async () => {
    const messages = [
      'flag `early-bird` is on for them. `curl -X DELETE localhost:5001/tickets/3` gives `{"refunded":8}`, expected `{"refunded":10}`',
    ];
    const { plan } = await createRules().draft(material({ messages, survey, answer }));
    expect(plan?.world?.flags).toEqual({ 'early-bird': true });
    expect(plan?.then).toEqual([{ check: 'r1.body.refunded = 10' }]);
  });

  it('with somebody else’s API as it answered', async () => {
    const messages = [
      `\`\`\`${sell}\`\`\` says price 12, \`price\` should be 11`,
      '```$ curl https://api.fees.example/v2/today?x=1\n{"fee":1}```',
    ];
    const { plan } = await createRules().draft(material({ messages, survey, answer }));
    expect(plan?.given).toMatchObject([
      { api: { host: 'api.fees.example', on: 'GET /v2/today', reply: { body: { fee: 1 } } } },
    ]);
  });

  it('at the time that a log gives', async () => {
    const messages = ['```{"time":"2026-03-02T10:00:00.5Z","method":"GET","path":"/tickets/9","status":500}```'];
    const { plan } = await createRules().draft(material({ messages, survey, answer }));
    expect(plan?.world?.clock).toBe('2026-03-02T10:00:00.500Z');
  });

  const open: [why: string, messages: string[], sentence: RegExp][] = [
    [
      'nobody says what ought to come out',
      ['`curl localhost:5001/tickets/7` is odd'],
      /does not say what ought to come out/,
    ],
    [
      'it gives something else than is reported',
      ['`curl localhost:5001/tickets/7` answers 500, should be 200'],
      /not what the thread reports/,
    ],
    [
      'the credential was taken out',
      [`\`\`\`${sell} -H 'Authorization: Bearer redacted-secret-1'\`\`\` gives 500, expected 201`],
      /credential was taken out/,
    ],
  ];
  it.each(open)('and say what is missing when %s', async (_, messages, sentence) => {
    const draft = await createRules().draft(material({ messages, survey, answer }));
    expect(draft.plan).toBeNull();
    expect(draft.missing?.sentence).toMatch(sentence);
  });
});
