import { describe, expect, it } from 'vitest';
import { application } from '../support/applications.ts';
import { planOf } from '../support/laid-application.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal();

const frameworks: [name: string, why: string][] = [
  ['express4', 'cancelled.status = 409'],
  ['express5', "seen.body.priority = 'normal'"],
  ['fastify', "shown.body.state = 'waiting'"],
  ['nest', 'third.status = 409'],
  ['koa', 'seen.body.visits = 2'],
  ['hono', 'visit.status = 410'],
  ['next', 'edited.status = 422'],
];

describe.each(frameworks)('an application on %s', (name, why) => {
  it('runs as it is, and twice the same', async () => {
    const tree = await application(name);
    const first = await simulate(tree, planOf(name, 'holds'));
    expect(first.verdict).toMatchObject({ outcome: 'holds' });
    const again = await simulate(tree, planOf(name, 'holds'));
    expect(again.trace.hash).toBe(first.trace.hash);
  });

  it('is told when it breaks a promise', async () => {
    const { verdict, results } = await simulate(await application(name), planOf(name, 'violated'));
    expect(verdict, JSON.stringify(results)).toMatchObject({
      outcome: 'violated',
      reason: expect.stringContaining(why),
    });
  });
});

describe('what Next.js would have React render', () => {
  it('leaves the verdict unknown, by the name of the page', async () => {
    const { verdict } = await simulate(await application('next'), planOf('next', 'page'));
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      code: 'WORLD_UNMODELLED',
      reason: expect.stringContaining('rendering app/page.tsx by Next.js'),
    });
  });
});
