import { describe, expect, it } from 'vitest';
import { ormApplication } from '../support/orm-application.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 40_000, memoryMb: 512 });

const post = (id: string, name: string, body: unknown) => ({
  http: { id, to: name, method: 'POST', path: '/orders', body },
});
const plan = (name: string) => ({
  when: [
    post('placed', name, [
      { item: 'pencil', quantity: 2 },
      { item: 'paper', quantity: 1 },
    ]),
    post('refused', name, [
      { item: 'ink', quantity: 3 },
      { item: 'nib', quantity: 0 },
    ]),
    { http: { id: 'list', to: name, method: 'GET', path: '/orders' } },
  ],
  then: [
    { check: 'placed.status = 201' },
    { check: 'refused.status = 409' },
    { check: '$join(list.body.item, ",") = "pencil,paper"' },
    { sql: { store: 'postgres', text: 'select sum(quantity)::int as n from orders', check: '$[0].n = 3' } },
  ],
});

describe('an application that keeps its tables with', () => {
  for (const name of ['typeorm', 'knex', 'drizzle', 'sequelize', 'node-pg-migrate', 'mikro-orm']) {
    it(`${name} runs unmodified, on tables that its migrations made, and the same each time`, async () => {
      const tree = await ormApplication(name);
      const first = await simulate(tree, plan(name));
      expect(first.verdict).toMatchObject({ outcome: 'holds', reason: 'All 4 expectations are met.' });
      expect((await simulate(tree, plan(name))).trace.hash).toBe(first.trace.hash);
    });
  }
});
