import { type Plan, parsePlan } from '../../src/simulation/plan.ts';

/** One of many plans on the three services: an order that goes through all of them, or a look at the front alone. */
export function orderPlan(number: number): Plan {
  const item = `item-${number}`;
  return parsePlan({
    plan: 1,
    world: { seed: number + 1 },
    when: [{ http: { id: 'order', to: 'front', method: 'POST', path: '/orders', body: { item } } }],
    then: [
      { check: 'order.status = 201 and order.body.taken = 1' },
      { sql: { store: 'postgres', text: 'select item from orders', check: `$[0].item = '/place/${item}'` } },
    ],
  });
}

/** A plan that only asks the front whether it is up, as often as it is told. */
export function healthPlan(seed: number, requests = 1): Plan {
  return parsePlan({
    plan: 1,
    world: { seed },
    when: Array.from({ length: requests }, (_, at) => ({ http: { id: `r${at}`, to: 'front', path: '/health' } })),
    then: [{ check: `r${requests - 1}.body.up = true` }],
  });
}
