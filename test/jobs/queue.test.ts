import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import { createQueue, type Job, type Queue, type QueueOptions } from '../../src/jobs/queue.ts';
import { createLog } from '../../src/log.ts';
import { openTestDatabase, serverUrl } from '../support/database.ts';

interface Payload {
  text: string;
}

let database: Database & { url: string };
beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(async () => await database[Symbol.asyncDispose]());

let made = 0;

/** A started queue for one kind of job of its own, so that tests do not take each other's. */
async function start(options: Partial<QueueOptions> = {}): Promise<{ queue: Queue; name: string } & AsyncDisposable> {
  const name = options.names?.[0] ?? `kind-${++made}`;
  const queue = createQueue({ database, log: createLog('silent'), names: [name], retryDelaySeconds: 1, ...options });
  await queue.start();
  return { queue, name, [Symbol.asyncDispose]: () => queue.stop() };
}

/** Records what was done and resolves once it is as many as expected. */
function record(expected: number): { done: Job<Payload>[]; all: Promise<void>; note(job: Job<Payload>): void } {
  const done: Job<Payload>[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  return {
    done,
    all: promise,
    note(job) {
      if (done.push(job) === expected) resolve();
    },
  };
}

describe('a queue', () => {
  it('gives a job to its worker with key and payload', async () => {
    await using started = await start();
    const { done, all, note } = record(1);
    await started.queue.work<Payload>(started.name, async (job) => note(job));
    const id = await started.queue.add(started.name, { text: 'hello' }, { key: 'thread:T:C:1.1' });
    await all;
    expect(done[0]).toMatchObject({ id, key: 'thread:T:C:1.1', payload: { text: 'hello' }, attempt: 1 });
  });

  it('does a job that was added in a transaction only when that is committed', async () => {
    await using started = await start();
    const { done, all, note } = record(1);
    await started.queue.work<Payload>(started.name, async (job) => note(job));
    const undone = database.sql.begin(async (sql) => {
      await started.queue.add(started.name, { text: 'undone' }, { key: 'a', sql });
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    await database.sql.begin(async (sql) => {
      await started.queue.add(started.name, { text: 'committed' }, { key: 'a', sql });
    });
    await all;
    expect(done.map((job) => job.payload.text)).toEqual(['committed']);
  });

  it('does the jobs of a key in the order of their adding, even those of one transaction', async () => {
    await using started = await start();
    const { done, all, note } = record(10);
    await database.sql.begin(async (sql) => {
      for (let n = 0; n < 10; n++) await started.queue.add(started.name, { text: `${n}` }, { key: 'a', sql });
    });
    await started.queue.work<Payload>(started.name, async (job) => note(job), { concurrency: 3 });
    await all;
    expect(done.map((job) => job.payload.text)).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('tries a failed job again before the next of its key', async () => {
    await using started = await start();
    const { done, all, note } = record(3);
    await started.queue.work<Payload>(started.name, async (job) => {
      note(job);
      if (job.payload.text === 'first' && job.attempt === 1) throw new Error('not yet');
    });
    await started.queue.add(started.name, { text: 'first' }, { key: 'a' });
    await started.queue.add(started.name, { text: 'second' }, { key: 'a' });
    await all;
    expect(done.map((job) => `${job.payload.text} ${job.attempt}`)).toEqual(['first 1', 'first 2', 'second 1']);
  });

  it('tells once of a job that can never be done, with its reason, and goes on with the next of its key', async () => {
    await using started = await start();
    const { done, all, note } = record(1);
    const dead: string[] = [];
    const work = async (job: Job<Payload>) => {
      if (job.payload.text === 'poison') throw Object.assign(new Error('The thread is empty.'), { permanent: true });
      note(job);
    };
    await started.queue.work<Payload>(started.name, work, {
      onDead: async (job) => void dead.push(`${job.key} ${job.payload.text}: ${job.reason}`),
    });
    await started.queue.add(started.name, { text: 'poison' }, { key: 'a' });
    await started.queue.add(started.name, { text: 'healthy' }, { key: 'a' });
    await all;
    expect(dead).toEqual(['a poison: The thread is empty.']);
    expect(done.map((job) => job.payload.text)).toEqual(['healthy']);
  });

  it('gives a job up after its tries, and goes on with its key even when nobody can be told', async () => {
    await using started = await start({ retryLimit: 1 });
    const { all, note } = record(1);
    const attempts: number[] = [];
    const told: string[] = [];
    const work = async (job: Job<Payload>) => {
      if (job.payload.text === 'healthy') return note(job);
      attempts.push(job.attempt);
      throw new Error('always');
    };
    await started.queue.work<Payload>(started.name, work, {
      onDead: async (job) => {
        told.push(job.reason);
        throw new Error('nobody there');
      },
    });
    await started.queue.add(started.name, { text: 'poison' }, { key: 'a' });
    await started.queue.add(started.name, { text: 'healthy' }, { key: 'a' });
    await all;
    expect(attempts).toEqual([1, 2]);
    expect(told).toContain('always');
  });

  it('finishes what is being done before it stops', async () => {
    await using started = await start();
    const entered = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    let finished = false;
    await started.queue.work<Payload>(started.name, async () => {
      entered.resolve();
      await leave.promise;
      finished = true;
    });
    await started.queue.add(started.name, { text: 'long' }, { key: 'a' });
    await entered.promise;
    const stopped = started.queue.stop();
    leave.resolve();
    await stopped;
    expect(finished).toBe(true);
  });

  it('takes again at once what a killed process left, when it is alone', async () => {
    const name = `kind-${++made}`;
    await using before = await start({ names: [name] });
    const entered = Promise.withResolvers<void>();
    const never = Promise.withResolvers<void>();
    await before.queue.work<Payload>(name, async () => {
      entered.resolve();
      await never.promise;
    });
    await before.queue.add(name, { text: 'left' }, { key: 'a' });
    await entered.promise;

    await using after = await start({ names: [name], alone: true });
    const { done, all, note } = record(1);
    await after.queue.work<Payload>(name, async (job) => note(job));
    await all;
    expect(done[0]).toMatchObject({ payload: { text: 'left' }, attempt: 2 });
    never.resolve();
  });

  describe.runIf(serverUrl)('(server)', () => {
    it('does one job at a time for each key, in order, losing none, with several processes at work', async () => {
      const name = `kind-${++made}`;
      await using one = await start({ names: [name] });
      await using other = await start({ names: [name] });
      const { done, all, note } = record(100);
      const active = new Map<string, number>();
      let most = 0;
      let together = 0;
      const work = async (job: Job<Payload>) => {
        active.set(job.key, (active.get(job.key) ?? 0) + 1);
        most = Math.max(most, active.get(job.key) ?? 0);
        together = Math.max(together, [...active.values()].filter(Boolean).length);
        await database.sql`select pg_sleep(0.005)`;
        active.set(job.key, (active.get(job.key) ?? 0) - 1);
        note(job);
      };
      for (let n = 0; n < 100; n++) await one.queue.add(name, { text: `${n}` }, { key: `key-${n % 5}` });
      await one.queue.work<Payload>(name, work, { concurrency: 3 });
      await other.queue.work<Payload>(name, work, { concurrency: 3 });
      await all;
      expect(most).toBe(1);
      expect(together).toBeGreaterThan(1);
      for (let key = 0; key < 5; key++) {
        const order = done.filter((job) => job.key === `key-${key}`).map((job) => Number(job.payload.text));
        expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index * 5 + key));
      }
    });

    it('gives the job of a killed process to another once its heart has stopped', async () => {
      const name = `kind-${++made}`;
      const room = path.resolve(import.meta.dirname, '../../src');
      const script = `
        const { openDatabase } = await import('${room}/db/database.ts');
        const { createQueue } = await import('${room}/jobs/queue.ts');
        const { createLog } = await import('${room}/log.ts');
        const database = await openDatabase({ url: '${database.url}' });
        const queue = createQueue({ database, log: createLog('silent'), names: ['${name}'] });
        await queue.start();
        await queue.work('${name}', () => { console.log('entered'); return new Promise(() => {}); });
        await queue.add('${name}', { text: 'orphan' }, { key: 'a' });`;
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'exit');

      await using after = await start({ names: [name] });
      const { done, all, note } = record(1);
      await after.queue.work<Payload>(name, async (job) => note(job));
      await database.sql`update pgboss.job set heartbeat_on = now() - interval '1 hour' where name = ${name} and state = 'active'`;
      await all;
      expect(done[0]).toMatchObject({ payload: { text: 'orphan' }, attempt: 2 });
    });
  });
});
