import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/db/database.ts';
import type { Sql } from '../../src/db/sql.ts';
import { type Courier, createOutbox, type OutboxOptions, say } from '../../src/jobs/outbox.ts';
import { createLog } from '../../src/log.ts';
import { openTestDatabase, serverUrl } from '../support/database.ts';

interface To {
  channel: string;
  thread: string;
}

interface Body {
  text: string;
}

let database: Database & { url: string };
beforeAll(async () => {
  database = await openTestDatabase();
  // The world outside, where the courier's messages end up; a table, so that several processes share it.
  await database.sql`create table world (ref bigint generated always as identity, key text, text text)`;
});
afterAll(async () => await database[Symbol.asyncDispose]());
afterEach(async () => {
  await database.sql`delete from replies`;
  await database.sql`delete from world`;
});

const address: To = { channel: 'C1', thread: '1.1' };

/** A courier to a world of messages that records each call; `before` and `after` stand for what goes wrong on the way. */
function courierTo(
  sql: Sql,
  calls: string[],
  trouble: Partial<Record<'before' | 'after', (call: string) => unknown>> = {},
): Courier<To, Body> {
  const made = async <Result>(call: string, deed: () => Promise<Result>): Promise<Result> => {
    calls.push(call);
    await trouble.before?.(call);
    const result = await deed();
    await trouble.after?.(call);
    return result;
  };
  return {
    find: (_address, key) =>
      made('find', async () => {
        const [found] = await sql<{ ref: number }>`select ref from world where key = ${key}`;
        return found ? String(found.ref) : null;
      }),
    post: (_address, body, key) =>
      made(`post ${body.text}`, async () => {
        const [row] = await sql<{ ref: number }>`
          insert into world (key, text) values (${key}, ${body.text}) returning ref`;
        return String(row?.ref);
      }),
    edit: (_address, ref, body) =>
      made(`edit ${body.text}`, async () => {
        await sql`update world set text = ${body.text} where ref = ${ref}::bigint`;
        return ref;
      }),
  };
}

function outboxWith(courier: Courier<To, Body>, options: Partial<OutboxOptions<To, Body>> = {}) {
  return createOutbox({ sql: database.sql, courier, log: createLog('silent'), backoffMs: 1, pollMs: 20, ...options });
}

const texts = async () =>
  (await database.sql<{ text: string }>`select text from world order by ref`).map((row) => row.text);
const speak = (text: string, key = 'a') => say(database.sql, { key, address, body: { text } });

describe('an outbox', () => {
  it('posts once and edits in place from then on', async () => {
    const calls: string[] = [];
    const outbox = outboxWith(courierTo(database.sql, calls));
    await speak('reading');
    await outbox.flush();
    await speak('simulated');
    await outbox.flush();
    expect(calls).toEqual(['find', 'post reading', 'edit simulated']);
    expect(await texts()).toEqual(['simulated']);
  });

  it('sends the newest version only, and nothing when the same is said again', async () => {
    const calls: string[] = [];
    const outbox = outboxWith(courierTo(database.sql, calls));
    for (const text of ['one', 'two', 'three', 'three']) await speak(text);
    await outbox.flush();
    await speak('three');
    await outbox.flush();
    expect(calls).toEqual(['find', 'post three']);
  });

  it('sends what was said while an older version was on its way', async () => {
    const calls: string[] = [];
    const once = { before: async (call: string) => call === 'post old' && (await speak('new')) };
    await speak('old');
    await outboxWith(courierTo(database.sql, calls, once)).flush();
    expect(calls).toEqual(['find', 'post old', 'edit new']);
  });

  it('says nothing of a transaction that was undone', async () => {
    const undone = database.sql.begin(async (sql) => {
      await say(sql, { key: 'a', address, body: { text: 'never' } });
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    const calls: string[] = [];
    await outboxWith(courierTo(database.sql, calls)).flush();
    expect(calls).toEqual([]);
  });

  it('finds its message again when the answer to the post was lost', async () => {
    const calls: string[] = [];
    let lost = false;
    const after = (call: string) => {
      if (call.startsWith('post') && !lost) {
        lost = true;
        throw new Error('connection reset');
      }
    };
    await speak('hello');
    await outboxWith(courierTo(database.sql, calls, { after })).flush();
    expect(calls).toEqual(['find', 'post hello', 'find', 'edit hello']);
    expect(await texts()).toEqual(['hello']);
  });

  it('gives up waiting for a courier that never answers, and finds what it posted', async () => {
    const calls: string[] = [];
    let hung = false;
    const after = async (call: string) => {
      if (!call.startsWith('post') || hung) return;
      hung = true;
      await new Promise(() => undefined);
    };
    await speak('hello');
    await outboxWith(courierTo(database.sql, calls, { after }), { deliveryTimeoutMs: 200 }).flush();
    expect(calls).toEqual(['find', 'post hello', 'find', 'edit hello']);
    expect(await texts()).toEqual(['hello']);
  });

  it('comes back when it is told to, and not before', async () => {
    const times: number[] = [];
    const before = (call: string) => {
      if (!call.startsWith('post')) return;
      times.push(performance.now());
      if (times.length === 1) throw Object.assign(new Error('slow down'), { retryAfterMs: 150 });
    };
    await speak('hello');
    await outboxWith(courierTo(database.sql, [], { before })).flush();
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(150);
    expect(await texts()).toEqual(['hello']);
  });

  it('gives up for good what can never be said, says so in its row, and tries again when something else is said', async () => {
    const calls: string[] = [];
    const before = (call: string) => {
      if (call === 'post too long') throw Object.assign(new Error('msg_too_long'), { permanent: true });
    };
    const outbox = outboxWith(courierTo(database.sql, calls, { before }));
    await speak('too long');
    await outbox.flush();
    expect(await database.sql`select given_up from replies`).toEqual([{ given_up: 'msg_too_long' }]);
    await speak('short');
    await outbox.flush();
    expect(calls).toEqual(['find', 'post too long', 'find', 'post short']);
  });

  it('does not let one message that fails hold back another', async () => {
    const before = (call: string) => {
      if (call === 'post bad') throw Object.assign(new Error('no'), { retryAfterMs: 60_000 });
    };
    const posted = Promise.withResolvers<void>();
    const after = (call: string) => call === 'post good' && posted.resolve();
    await using outbox = outboxWith(courierTo(database.sql, [], { before, after }));
    outbox.start();
    await speak('bad', 'a');
    await speak('good', 'b');
    await posted.promise;
    await outbox.stop();
    expect(await texts()).toEqual(['good']);
  });

  it('delivers by itself once started, and finishes what is on its way when stopped', async () => {
    const posting = Promise.withResolvers<void>();
    const before = (call: string) => call.startsWith('post') && posting.resolve();
    const outbox = outboxWith(courierTo(database.sql, [], { before }));
    outbox.start();
    await speak('hello');
    outbox.wake();
    await posting.promise;
    await outbox.stop();
    expect(await database.sql`select delivered_version from replies`).toEqual([{ delivered_version: 1 }]);
  });

  describe.runIf(serverUrl)('(server)', () => {
    it('posts each key once and ends with the last version, with several processes at work and news coming in', async () => {
      const calls: string[] = [];
      const several = [1, 2, 3].map(() => outboxWith(courierTo(database.sql, calls)));
      for (const outbox of several) outbox.start();
      for (let version = 1; version <= 15; version++) {
        await Promise.all(Array.from({ length: 8 }, (_, key) => speak(`${key} v${version}`, `key-${key}`)));
      }
      await Promise.all(several.map((outbox) => outbox.flush()));
      await Promise.all(several.map((outbox) => outbox.stop()));
      expect((await texts()).sort()).toEqual(Array.from({ length: 8 }, (_, key) => `${key} v15`));
      expect(calls.filter((call) => call.startsWith('post'))).toHaveLength(8);
    });

    it('is taken over by another process when one is killed between the post and writing it down', async () => {
      const root = path.resolve(import.meta.dirname, '../../src');
      const script = `
        const { openDatabase } = await import('${root}/db/database.ts');
        const { createOutbox } = await import('${root}/jobs/outbox.ts');
        const { createLog } = await import('${root}/log.ts');
        const { sql } = await openDatabase({ url: '${database.url}' });
        const courier = {
          find: async () => null,
          post: async (address, body, key) => {
            await sql\`insert into world (key, text) values (\${key}, \${body.text})\`;
            console.log('posted');
            return new Promise(() => {});
          },
        };
        createOutbox({ sql, courier, log: createLog('silent'), deliveryTimeoutMs: 1000 }).start();`;
      await speak('hello');
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      await once(child, 'exit');
      await speak('hello again');
      const calls: string[] = [];
      await outboxWith(courierTo(database.sql, calls)).flush();
      expect(calls).toEqual(['find', 'edit hello again']);
      expect(await texts()).toEqual(['hello again']);
    });
  });
});
