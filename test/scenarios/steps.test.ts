import { expect, it } from 'vitest';
import { steps } from '../../src/scenarios/steps.ts';
import { parsePlan } from '../../src/simulation/plan.ts';

it('a plan reads as given, when, then', () => {
  const plan = parsePlan({
    plan: 1,
    world: {
      clock: '2026-03-31T23:59:30Z',
      env: { billing: { FX_ROUNDING: 'half-even' } },
      flags: { proration: true },
      faults: [{ on: 'http://fx/rates', nth: 2, do: 'timeout' }],
    },
    given: [
      { rows: { store: 'postgres', table: 'customers', rows: [{ id: 1 }] } },
      { api: { host: 'api.rates.example', on: 'GET /v1/latest', reply: { body: { EUR: 0.9 } } } },
      {
        api: {
          ...{ host: 'api.pay.example', on: 'POST /payments', where: 'request.body.amount > 9' },
          reply: [{ status: 503 }, { status: 201 }],
          limit: { requests: 5, per: 'PT1S' },
          then: [{ to: 'billing', path: '/webhooks', after: 'PT2S' }],
        },
      },
      { limit: { host: 'api.rates.example', requests: 10, per: 'PT1M' } },
    ],
    when: [
      { http: { id: 'change', to: 'billing', method: 'POST', path: '/subscriptions/42/plan', body: { plan: 'pro' } } },
      { advance: 'PT1H' },
      {
        call: {
          id: 'p',
          module: 'semver.js',
          export: 'SemVer',
          args: ['1.0.0'],
          new: true,
          then: [{ call: 'inc', args: ['patch'] }, { get: 'raw' }],
        },
      },
    ],
    then: [
      { check: 'change.status = 200' },
      { sent: { to: 'notifications', on: 'POST /emails' } },
      { never: 'status:5xx' },
      { never: 'unhandled-error' },
    ],
  });
  expect(steps(plan)).toEqual([
    'Given it is 2026-03-31T23:59:30Z',
    'and billing runs with FX_ROUNDING=half-even',
    'and flag proration is true',
    'and http://fx/rates answers with timeout, the 2nd time',
    'and postgres has in customers: {"id":1}',
    'and api.rates.example answers GET /v1/latest with 200 {"EUR":0.9}',
    'and api.pay.example answers POST /payments where request.body.amount > 9 with 503, then 201, 5 times per PT1S at most, then sends POST /webhooks to billing after PT2S',
    'and api.rates.example takes 10 requests per PT1M',
    'When POST /subscriptions/42/plan is sent to billing with {"plan":"pro"} (change)',
    'and PT1H pass',
    'and new SemVer("1.0.0").inc("patch").raw of semver.js is called (p)',
    'Then change.status = 200',
    'and POST /emails reached notifications once',
    'and there is never a status 5xx',
    'and there is never an unhandled error',
  ]);
});
