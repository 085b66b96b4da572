import { cpSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Tree } from '../../src/codebase/tree.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 60_000 });
const packages = path.resolve(import.meta.dirname, '../../node_modules');

/** Four services that speak to each other over Kafka: orders are billed by a group of two, and invoices are mailed. */
function billing(): Tree {
  const tree = written({});
  cpSync(path.resolve(import.meta.dirname, '../fixtures/kafka'), tree.path, { recursive: true });
  symlinkSync(packages, path.join(tree.path, 'node_modules'));
  return { ...tree, dependencies: [packages] };
}

const order = (id: string, customer: string, cents: number) => ({
  http: { id, to: 'orders', method: 'POST', path: '/orders', body: { customer, cents } },
});
const plan = {
  when: [
    order('one', 'ada', 1_000),
    order('two', 'bob', 2_000),
    order('three', 'ada', 3_000),
    { advance: 'PT10S' },
    order('four', 'eve', 4_000),
    { advance: 'PT1S' },
    { http: { id: 'seen', to: 'orders', path: '/orders' } },
  ],
  then: [
    { check: 'one.status = 200 and $count(seen.body.invoiced) = 4' },
    { check: 'seen.body.invoiced[0] = ["o1", 1190] and seen.body.invoiced[2] = ["o3", 3570]' },
    { sql: { store: 'kafka', text: 'invoices', check: '$sum($.value.cents) = 11900 and $count($[key = "ada"]) = 2' } },
    { sql: { store: 'kafka', text: 'group billing', check: '$sum($.lag) = 0 and $sum($.offset) = 4' } },
    { never: 'unhandled-error' },
  ],
};

describe('services that speak over Kafka', () => {
  it('run as they are, and the same each time', async () => {
    const tree = billing();
    const first = await simulate(tree, plan);
    expect(first.verdict.reason, JSON.stringify(first.results)).toBe('All 5 expectations are met.');
    const told = first.trace.events.filter(({ kind }) => kind === 'publish' || kind === 'message');
    const count = (kind: string, what: RegExp, service: RegExp) =>
      told.filter((one) => one.kind === kind && what.test(one.what) && service.test(one.service)).length;
    expect([count('publish', /^orders/, /^orders$/), count('message', /^orders/, /^billing-[12]$/)]).toEqual([4, 4]);
    expect([count('message', /^invoices/, /^mailer$/), count('message', /^invoices/, /^orders$/)]).toEqual([4, 4]);
    expect(first.trace.events.filter(({ what }) => what.startsWith('mail to '))).toHaveLength(4);
    const joined = first.trace.events.filter(
      ({ service, what }) => service.startsWith('billing') && what.includes('Consumer has joined the group'),
    );
    expect(joined.map(({ at, service }) => [at, service])).toEqual([
      [0, 'billing-1'],
      [0, 'billing-2'],
    ]);
    for (let again = 0; again < 2; again += 1) {
      expect((await simulate(tree, plan)).trace.hash).toBe(first.trace.hash);
    }
  });

  it('take what a plan publishes to a topic, where its key sends it', async () => {
    const publish = (key: string, id: string) => ({
      publish: { topic: 'orders', key, message: { id, customer: key, cents: 100 } },
    });
    const { verdict, trace } = await simulate(billing(), {
      when: [publish('ada', 'x1'), publish('ada', 'x2'), publish('bob', 'x3')],
      then: [
        { sql: { store: 'kafka', text: 'orders', check: '$count($distinct($[key = "ada"].partition)) = 1' } },
        {
          sql: {
            store: 'kafka',
            text: 'invoices',
            check: '$[key = "ada"].value.order = ["x1", "x2"] and $count($) = 3',
          },
        },
      ],
    });
    expect(verdict.reason).toBe('All 2 expectations are met.');
    expect(trace.events.filter(({ kind, service }) => kind === 'publish' && service === 'plan')).toHaveLength(3);
    const nowhere = await simulate(billing(), {
      when: [{ publish: { topic: 'ordres', message: {} } }],
      then: [{ check: 'true' }],
    });
    expect(nowhere.verdict).toMatchObject({ outcome: 'unknown', code: 'WORLD_UNMODELLED' });
    expect(nowhere.verdict.reason).toContain('the topic ordres');
  });

  it('lose a connection, find the broker slow or not there, and go on', async () => {
    const faults = [
      { on: 'kafka', nth: 40, do: 'reset' },
      { on: 'kafka', nth: 60, do: 'delay:PT3S' },
    ];
    const { verdict, trace } = await simulate(billing(), {
      ...plan,
      world: { faults },
      when: [
        ...plan.when.slice(0, 3),
        { advance: 'PT20S' },
        ...plan.when.slice(4, 5),
        { advance: 'PT20S' },
        ...plan.when.slice(6),
      ],
    });
    expect(trace.events.filter(({ kind }) => kind === 'fault').map(({ what }) => what)).toEqual([
      'reset',
      'delay 3000 ms',
    ]);
    expect(verdict.reason).toBe('All 5 expectations are met.');
    const gone = await simulate(billing(), {
      world: { faults: [{ on: 'kafka', do: 'refuse' }] },
      when: [order('one', 'ada', 1_000)],
      then: [{ check: 'one.status = 200' }],
    });
    expect(gone.verdict).toMatchObject({ outcome: 'unknown', code: 'SERVICE_FAILED' });
  });
});
