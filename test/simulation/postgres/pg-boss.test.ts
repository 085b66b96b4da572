import { expect, it } from 'vitest';
import { rehearsal, withPackages } from '../rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 100_000, memoryMb: 512 });

const boss = `
import { PgBoss } from 'pg-boss';
export const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, schedule: true });
boss.on('error', (error) => console.error('boss', error.message));
await boss.start();
await boss.createQueue('mails', { retryLimit: 2, retryDelay: 30 });
await boss.createQueue('digest');
`;

const api = `
import http from 'node:http';
import { boss } from './boss.js';
await boss.schedule('digest', '10 * * * *', { to: 'all' }, { tz: 'UTC' });
http.createServer(async (request, response) => {
  let text = '';
  for await (const part of request) text += part;
  const { data, options } = JSON.parse(text);
  const id = await boss.send('mails', data, options);
  response.setHeader('content-type', 'application/json').end(JSON.stringify({ queued: id !== null }));
}).listen(3000);
`;

const worker = `
import { boss } from './boss.js';
const seconds = () => Math.round((Date.now() - Date.parse('2026-01-01T00:00:00Z')) / 1000);
await boss.work('mails', { includeMetadata: true, pollingIntervalSeconds: 5 }, async ([job]) => {
  console.log('work', job.data.to, job.retryCount, seconds());
  if (job.data.to === 'flaky' && job.retryCount < 1) throw new Error('not yet');
  return { sent: job.data.to };
});
await boss.work('digest', { pollingIntervalSeconds: 30 }, async ([job]) => console.log('work', job.data.to, 0, seconds()));
`;

const service = (name: string, program: string) => ({
  [`${name}/package.json`]: {
    name,
    type: 'module',
    scripts: { start: 'node main.js' },
    dependencies: { 'pg-boss': '*' },
  },
  [`${name}/boss.js`]: boss,
  [`${name}/main.js`]: program,
});
const application = () =>
  withPackages({
    ...service('api', api),
    ...service('worker', worker),
    'compose.yaml': `
services:
  api: { build: api, ports: ["3000:3000"], environment: { DATABASE_URL: 'postgres://app:pw@db:5432/app' }, depends_on: [db] }
  worker: { build: worker, environment: { DATABASE_URL: 'postgres://app:pw@db:5432/app' }, depends_on: [db, api] }
  db: { image: "postgres:18", environment: { POSTGRES_USER: app, POSTGRES_PASSWORD: pw, POSTGRES_DB: app } }
`,
  });
const send = (id: string, data: object, options: object = {}) => ({
  http: { id, to: 'api', method: 'POST', path: '/', body: { data, options } },
});
const jobs = `select data->>'to' as to, state::text, retry_count from pgboss.job where name = 'mails' order by 1`;
const plan = {
  when: [
    send('now', { to: 'ada' }),
    send('later', { to: 'bob' }, { startAfter: 300 }),
    send('flaky', { to: 'flaky' }),
    { advance: 'PT12M' },
  ],
  then: [
    { check: 'now.body.queued and later.body.queued and flaky.body.queued' },
    {
      sql: {
        store: 'db',
        text: jobs,
        check:
          '$join($map($, function($j) { $j.to & ":" & $j.state & ":" & $j.retry_count }), " ") = "ada:completed:0 bob:completed:0 flaky:completed:1"',
      },
    },
  ],
};

it('jobs of pg-boss are queued, worked, delayed, tried again and scheduled in virtual time, the same each time', async () => {
  const tree = application();
  const first = await simulate(tree, plan);
  expect(first.verdict).toMatchObject({ outcome: 'holds', reason: 'All 2 expectations are met.' });
  const worked = first.trace.events.flatMap(({ kind, what }) => {
    const [, to = '', tries, second] = /^work (\w+) (\d) (\d+)$/.exec(what) ?? [];
    return kind === 'log' && to ? [{ to, tries: Number(tries), second: Number(second) }] : [];
  });
  expect(worked.map(({ to, tries }) => `${to} ${tries}`)).toEqual(['ada 0', 'flaky 0', 'flaky 1', 'bob 0', 'all 0']);
  const [ada = 0, flaky = 0, again = 0, bob = 0, digest = 0] = worked.map(({ second }) => second);
  expect(ada).toBeLessThanOrEqual(10);
  expect(again - flaky).toBeGreaterThanOrEqual(30);
  expect(bob).toBeGreaterThanOrEqual(300);
  expect(bob).toBeLessThanOrEqual(310);
  expect(Math.floor(digest / 60)).toBe(10);
  expect((await simulate(tree, plan)).trace.hash).toBe(first.trace.hash);
}, 200_000);
