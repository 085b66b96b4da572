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
    'When POST /subscriptions/42/plan is sent to billing with {"plan":"pro"} (change)',
    'and PT1H pass',
    'and new SemVer("1.0.0").inc("patch").raw of semver.js is called (p)',
    'Then change.status = 200',
    'and POST /emails reached notifications once',
    'and there is never a status 5xx',
    'and there is never an unhandled error',
  ]);
});
