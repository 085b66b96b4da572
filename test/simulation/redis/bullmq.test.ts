import { describe, expect, it } from 'vitest';
import type { Tree } from '../../../src/codebase/tree.ts';
import { rehearsal, withPackages } from '../rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 60_000 });

const api = `
import http from 'node:http';
import { FlowProducer, Queue, QueueEvents } from 'bullmq';
const connection = { host: 'redis', port: 6379 };
const queue = new Queue('mails', { connection });
const flows = new FlowProducer({ connection });
const events = new QueueEvents('mails', { connection });
const seen = [];
events.on('completed', ({ jobId, returnvalue }) => seen.push(['completed', jobId, returnvalue]));
events.on('failed', ({ jobId, failedReason }) => seen.push(['failed', jobId, failedReason]));
await events.waitUntilReady();
const routes = {
  '/add': async ({ name, data, options }) => ({ id: (await queue.add(name, data, options)).id }),
  '/bulk': async ({ jobs }) => ({ ids: (await queue.addBulk(jobs)).map((job) => job.id) }),
  '/every': async ({ id, repeat }) => ({ id: (await queue.upsertJobScheduler(id, repeat, { name: 'tick' })).id }),
  '/flow': async () => {
    const { job } = await flows.add({ name: 'parent', queueName: 'mails', children: [
      { name: 'child', data: { n: 1 }, queueName: 'mails' }, { name: 'child', data: { n: 2 }, queueName: 'mails' },
    ] });
    return { id: job.id };
  },
  '/counts': async () => queue.getJobCounts('waiting', 'active', 'completed', 'failed', 'delayed'),
  '/seen': async () => seen,
};
http.createServer(async (request, response) => {
  let text = '';
  for await (const part of request) text += part;
  try {
    const value = await routes[request.url](text ? JSON.parse(text) : {});
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(value));
  } catch (error) {
    response.statusCode = 500;
    response.end(error.stack);
  }
}).listen(3000);
`;

const worker = `
import { Worker } from 'bullmq';
const done = [];
new Worker('mails', async (job) => {
  console.log('work', job.name, job.attemptsMade, Date.now() - Date.parse('2026-01-01T00:00:00Z'));
  if (job.name === 'flaky' && job.attemptsMade < 2) throw new Error('not yet');
  if (job.name === 'slow') await new Promise((resolve) => setTimeout(resolve, 1000));
  if (job.name === 'parent') return Object.values(await job.getChildrenValues()).reduce((sum, one) => sum + one, 0);
  return job.name === 'child' ? job.data.n : 'sent ' + job.name;
}, { connection: { host: 'redis', port: 6379 }, concurrency: 2, ...JSON.parse(process.env.WORKER ?? '{}') })
  .on('error', (error) => console.error('worker error', error.message));
`;

function mailer(options: object = {}): Tree {
  return withPackages({
    'compose.yaml': `
services:
  api: { build: api, ports: ["3000:3000"], depends_on: [redis] }
  worker: { build: worker, environment: { WORKER: '${JSON.stringify(options)}' }, depends_on: [redis] }
  redis: { image: "redis:7" }
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

/** What the worker said: the job, its attempt, and the virtual second in which it ran. */
function worked(events: readonly { kind: string; what: string }[]): string[] {
  return events
    .filter(({ kind, what }) => kind === 'log' && what.startsWith('work '))
    .map(({ what }) => what.trim().replace(/^work /, ''))
    .map((line) => line.replace(/\d+$/, (ms) => String(Math.round(Number(ms) / 1000))));
}

describe('BullMQ, unchanged, with queue and worker in two services', () => {
  it('runs jobs, delays them in virtual time, tries again with backoff, and tells of it', {
    timeout: 90_000,
  }, async () => {
    const tree = mailer();
    const plan = {
      when: [
        post('now', '/add', { name: 'hello', data: { to: 1 } }),
        post('later', '/add', { name: 'later', options: { delay: 3_600_000 } }),
        post('flaky', '/add', {
          name: 'flaky',
          options: { attempts: 3, backoff: { type: 'exponential', delay: 10_000 } },
        }),
        { advance: 'PT1M' },
        post('before', '/counts'),
        { advance: 'PT1H' },
        post('after', '/counts'),
        post('seen', '/seen'),
      ],
      then: [
        { check: 'before.body.delayed = 1 and before.body.completed = 2' },
        { check: 'after.body.completed = 3 and after.body.failed = 0' },
        { sql: { store: 'redis', text: 'HGET bull:mails:3 atm', check: '$[0] = "3"' } },
        { never: 'unhandled-error' },
      ],
    };
    const { verdict, trace, results } = await simulate(tree, plan);
    expect(verdict.reason).toBe('All 4 expectations are met.');
    expect(worked(trace.events)).toEqual(['hello 0 0', 'flaky 0 0', 'flaky 1 10', 'flaky 2 30', 'later 0 3600']);
    expect((results.seen as { body: unknown }).body).toEqual([
      ['completed', '1', 'sent hello'],
      ['completed', '3', 'sent flaky'],
      ['completed', '2', 'sent later'],
    ]);
    expect(trace.events.some(({ kind, what }) => kind === 'command' && /^ZADD bull:mails:delayed/.test(what))).toBe(
      true,
    );
    const again = await simulate(tree, plan);
    expect(again.trace.hash).toBe(trace.hash);
    // A job that failed keeps its stack, and so does the store.
    const elsewhere = await simulate(mailer(), plan);
    expect(elsewhere.trace.hash).toBe(trace.hash);
  });

  it('runs a flow, a schedule, a rate limit and as many jobs at once as it is told', { timeout: 90_000 }, async () => {
    const { verdict, trace } = await simulate(mailer({ limiter: { max: 2, duration: 60_000 } }), {
      when: [post('flow', '/flow'), { advance: 'PT5M' }, post('flowed', '/seen')],
      then: [{ check: 'flowed.body[-1][2] = 3' }, { never: 'unhandled-error' }],
    });
    expect(worked(trace.events).map((line) => line.split(' ')[0])).toEqual(['child', 'child', 'parent']);
    expect(verdict.reason).toBe('All 2 expectations are met.');
    const scheduled = await simulate(mailer(), {
      when: [post('every', '/every', { id: 'beat', repeat: { every: 600_000 } }), { advance: 'PT35M' }],
      then: [{ never: 'unhandled-error' }],
    });
    expect(worked(scheduled.trace.events).filter((line) => line.startsWith('tick')).length).toBeGreaterThanOrEqual(3);
    const slow = await simulate(mailer(), {
      when: [
        post('bulk', '/bulk', { jobs: [1, 2, 3, 4].map((n) => ({ name: 'slow', data: { n } })) }),
        { advance: 'PT1S' },
        { advance: 'PT1S' },
      ],
      then: [{ never: 'unhandled-error' }],
    });
    expect(worked(slow.trace.events)).toEqual(['slow 0 0', 'slow 0 0', 'slow 0 1', 'slow 0 1']);
  });
});
