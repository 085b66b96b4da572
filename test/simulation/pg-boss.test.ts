import { describe, expect, it } from 'vitest';
import type { Tree } from '../../src/codebase/tree.ts';
import { rehearsal, withPackages } from './rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 60_000 });

const api = `
import http from 'node:http';
import { PgBoss } from 'pg-boss';
const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, supervise: false });
boss.on('error', (error) => console.error('api', error.message));
await boss.start();
await boss.createQueue('mails', { retryLimit: 2, retryDelay: 5 });
const routes = {
  '/send': async ({ data, options }) => ({ id: await boss.send('mails', data, options) }),
  '/bulk': async ({ jobs }) => boss.insert('mails', jobs),
  '/schedule': async ({ cron }) => boss.schedule('mails', cron, { kind: 'tick' }),
  '/waiting': async () => ({ count: (await boss.getQueueStats('mails')).queuedCount }),
};
http.createServer(async (request, response) => {
  let text = '';
  for await (const part of request) text += part;
  try {
    const value = await routes[request.url](text ? JSON.parse(text) : {});
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(value ?? null));
  } catch (error) {
    response.statusCode = 500;
    response.end(error.stack);
  }
}).listen(3000);
`;

const worker = `
import { PgBoss } from 'pg-boss';
const boss = new PgBoss({ connectionString: process.env.DATABASE_URL });
boss.on('error', (error) => console.error('worker', error.message));
await boss.start();
await boss.createQueue('mails', { retryLimit: 2, retryDelay: 5 });
const tried = new Map();
await boss.work('mails', { pollingIntervalSeconds: 1 }, async ([job]) => {
  const attempt = (tried.get(job.id) ?? 0) + 1;
  tried.set(job.id, attempt);
  console.log('work', job.data.kind, attempt, Math.floor((Date.now() - Date.parse('2026-01-01T00:00:00Z')) / 1000));
  if (job.data.kind === 'flaky' && attempt < 3) throw new Error('not yet');
  return { done: job.data.kind };
});
`;

function mailer(): Tree {
  return withPackages({
    'compose.yaml': `
services:
  api: { build: api, ports: ["3000:3000"], environment: { DATABASE_URL: "postgres://app:secret@db/app" }, depends_on: [db] }
  worker: { build: worker, environment: { DATABASE_URL: "postgres://app:secret@db/app" }, depends_on: [api, db] }
  db: { image: "postgres:18", environment: { POSTGRES_USER: app, POSTGRES_PASSWORD: secret } }
`,
    'api/package.json': { name: 'api', type: 'module', scripts: { start: 'node main.js' } },
    'api/main.js': api,
    'worker/package.json': { name: 'worker', type: 'module', scripts: { start: 'node main.js' } },
    'worker/main.js': worker,
  });
}

const post = (id: string, path: string, body: object = {}) => ({
  http: { id, to: 'api', method: 'POST', path, body },
});
const worked = (events: readonly { kind: string; what: string }[]) =>
  events.filter(({ kind, what }) => kind === 'log' && what.startsWith('work ')).map(({ what }) => what.slice(5));

describe('pg-boss in the world', () => {
  it('works jobs off, tries again what failed, waits for what is to come later, the same each time', {
    timeout: 120_000,
  }, async () => {
    const plan = {
      when: [
        post('plain', '/send', { data: { kind: 'plain' } }),
        post('flaky', '/send', { data: { kind: 'flaky' } }),
        post('later', '/send', { data: { kind: 'later' }, options: { startAfter: 60 } }),
        { advance: 'PT30S' },
        post('waiting', '/waiting'),
        { advance: 'PT1M' },
      ],
      then: [
        { check: 'plain.status = 200 and flaky.status = 200 and later.status = 200' },
        {
          sql: {
            store: 'db',
            text: "select state, output from pgboss.job where name = 'mails'",
            check: '$count($[state = "completed"]) = 3',
          },
        },
        { never: 'unhandled-error' },
      ],
    };
    const tree = mailer();
    const first = await simulate(tree, plan);
    expect(first.verdict.reason, JSON.stringify(first.results)).toBe('All 3 expectations are met.');
    const done = worked(first.trace.events);
    expect(done.map((one) => one.replace(/ \d+$/, ''))).toEqual([
      'plain 1',
      'flaky 1',
      'flaky 2',
      'flaky 3',
      'later 1',
    ]);
    expect(Number(done.at(-1)?.split(' ').at(-1))).toBeGreaterThanOrEqual(60);
    expect((await simulate(tree, plan)).trace.hash).toBe(first.trace.hash);
  });

  it('runs what is scheduled by cron on the virtual clock', { timeout: 120_000 }, async () => {
    const { verdict, trace } = await simulate(mailer(), {
      when: [post('every', '/schedule', { cron: '*/2 * * * *' }), { advance: 'PT10M' }],
      then: [{ check: 'every.status = 200' }, { never: 'unhandled-error' }],
    });
    expect(verdict.reason).toBe('All 2 expectations are met.');
    const ticks = worked(trace.events);
    expect(ticks.length, ticks.join()).toBeGreaterThanOrEqual(4);
    expect(ticks.every((one) => one.startsWith('tick'))).toBe(true);
  });
});
