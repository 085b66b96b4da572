import type { Scenario } from '../../src/scenarios/scenario.ts';

/** A scenario for tests, plain except for what is said of it. */
export function scenario(said: Partial<Scenario> & { id: string }): Scenario {
  return {
    repository: 'shop',
    title: 'A plan change is pro-rated',
    narrative: 'When a customer changes the plan in the middle of a month, the rest of the month is pro-rated.',
    tags: ['billing'],
    plan: { plan: 1, given: [], when: [{ advance: 'PT1H' }], then: [{ never: 'unhandled-error' }] },
    evidence: {
      source: 'slack',
      quotes: [{ author: 'U1', at: '2026-03-31T23:59:30Z', text: 'it is off by a cent' }],
      visibility: { kind: 'public', channel: 'C1' },
      redactions: 0,
    },
    maker: { kind: 'rules' },
    status: 'drafted',
    verdict: { revision: 'abc', outcome: 'violated', reason: 'the total is 10.01' },
    ...said,
  };
}
