import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/db/database.ts';
import { startEmbedded } from '../../src/db/embedded.ts';

const embedded = path.resolve(import.meta.dirname, '../../src/db/embedded.ts');
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'rehearse-embedded-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

/** A process of its own that starts the embedded database in the folder and holds it until it is killed. */
async function holder(): Promise<{ pid: number; url: string; kill(): Promise<void> }> {
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(embedded)});
    const { url } = await startEmbedded({ folder: ${JSON.stringify(folder)} });
    console.log(url);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [url] = await once(child.stdout, 'data');
  const kill = async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return { pid: child.pid ?? 0, url: String(url).trim(), kill };
}

describe('the embedded database', () => {
  it('is refused to a second process, with the pid of the first and what to do; killed, it leaves its data and no lock', async () => {
    const first = await holder();
    {
      await using database = await openDatabase({ url: first.url });
      await database.sql`create table kept (word text)`;
      await database.sql`insert into kept values ('acknowledged')`;
    }
    const refused = startEmbedded({ folder });
    await expect(refused).rejects.toMatchObject({ code: 'DATABASE_LOCKED', facts: { heldBy: `process ${first.pid}` } });
    await expect(refused).rejects.toThrow('REHEARSE_FOLDER');
    await first.kill();

    await using second = await startEmbedded({ folder });
    await using database = await openDatabase({ url: second.url });
    expect(await database.sql`select word from kept`).toEqual([{ word: 'acknowledged' }]);
    await expect(startEmbedded({ folder })).rejects.toMatchObject({ code: 'DATABASE_LOCKED' });
  });

  it('is given to one only of several that start at once on a folder left by a killed one', async () => {
    const results = await Promise.allSettled([1, 2, 3].map(() => startEmbedded({ folder })));
    const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(started).toHaveLength(1);
    for (const one of started) await one[Symbol.asyncDispose]();
  });

  it('goes on for the others when a client leaves in the middle of a transaction', async () => {
    await using one = await startEmbedded({ folder });
    const left = await openDatabase({ url: one.url });
    const client = await left.pool.connect();
    await client.query('begin');
    await client.query(`insert into kept values ('half')`);
    client.release(new Error('gone'));
    await left[Symbol.asyncDispose]();
    await using database = await openDatabase({ url: one.url });
    expect(await database.sql`select word from kept`).toEqual([{ word: 'acknowledged' }]);
  });
});
