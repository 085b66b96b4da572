import { describe, expect, it } from 'vitest';
import type { Tree } from '../../../src/codebase/tree.ts';
import { rehearsal, withPackages } from '../../simulation/rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 60_000 });

function tree(body: string, command = 'redis-server --notify-keyspace-events Ex'): Tree {
  return withPackages({
    'compose.yaml': `services: { redis: { image: "redis:7.4", command: ${command} } }`,
    'main.js': `
      const { Redis } = require('ioredis');
      const { createClient } = require('redis');
      const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      module.exports = async () => {
        const redis = new Redis('redis://redis');
        const listener = new Redis('redis://redis');
        const heard = [];
        listener.on('pmessage', (pattern, channel, message) => heard.push(channel + ' ' + message));
        ${body}
      };`,
  });
}

async function outcome(body: string, command?: string) {
  const { results, verdict } = await simulate(tree(body, command), {
    when: [{ call: { id: 'p', module: 'main.js' } }],
  });
  return { value: (results.p as { value?: unknown } | undefined)?.value, result: results.p, verdict };
}

describe('what a Redis of the world tells of its keys', () => {
  it('says that a key has expired when it does, though nobody looks, as the compose file asks for it', async () => {
    const { value, result } = await outcome(`
      await listener.psubscribe('__keyevent@0__:*');
      await redis.set('session:1', 'x', 'EX', 60);
      await redis.set('session:2', 'x', 'EX', 60);
      await redis.expire('session:2', 120);
      await redis.set('session:3', 'x', 'EX', 60);
      await redis.persist('session:3');
      await redis.rename('session:1', 'session:one');
      await pause(59999);
      const before = [...heard];
      await pause(1);
      const first = [...heard];
      await pause(60000);
      return { before, first, heard };`);
    expect(value, JSON.stringify(result)).toEqual({
      before: [],
      first: ['__keyevent@0__:expired session:one'],
      heard: ['__keyevent@0__:expired session:one', '__keyevent@0__:expired session:2'],
    });
  });

  it('says what commands do, in either kind of channel, once it is asked to while it runs', async () => {
    const { value, result } = await outcome(
      `
      const client = createClient({ url: 'redis://redis' });
      await client.connect();
      await client.set('early', '1', { EX: 30 });
      await redis.config('SET', 'notify-keyspace-events', 'KEA');
      await listener.psubscribe('__key*__:*');
      await client.hSet('h', 'f', '1');
      await client.lPush('l', 'a');
      await client.lPop('l');
      await client.eval("redis.call('set', KEYS[1], '1')", { keys: ['s'] });
      await client.del('s');
      await pause(30000);
      await client.quit();
      return [heard, await redis.config('GET', 'notify-keyspace-events')];`,
      'redis-server',
    );
    const both = (key: string, ...events: string[]) =>
      events.flatMap((event) => [`__keyspace@0__:${key} ${event}`, `__keyevent@0__:${event} ${key}`]);
    expect(value, JSON.stringify(result)).toEqual([
      [
        ...both('h', 'hset'),
        ...both('l', 'lpush', 'lpop', 'del'),
        ...both('s', 'set', 'del'),
        ...both('early', 'expired'),
      ],
      ['notify-keyspace-events', 'AKE'],
    ]);
  });

  it('refuses letters that mean nothing, and is unknown by name where letters are not modelled', async () => {
    const { result } = await outcome(`await redis.config('SET', 'notify-keyspace-events', 'q');`);
    expect(result).toMatchObject({ error: { message: expect.stringContaining('Invalid event class character') } });
    const missed = await outcome(`await redis.config('SET', 'notify-keyspace-events', 'Em').catch(() => undefined);`);
    expect(missed.verdict).toMatchObject({ outcome: 'unknown', code: 'WORLD_UNMODELLED' });
  });
});

describe('fields of hashes that are there for a time', () => {
  it('go when it is over, stay when told to, and take the key with them', async () => {
    const { value, result } = await outcome(`
      const client = createClient({ url: 'redis://redis' });
      await client.connect();
      await client.hSet('h', { a: '1', b: '2', c: '3' });
      const set = await client.hExpire('h', ['a', 'b', 'x'], 60);
      const conditions = [
        await client.hExpire('h', 'a', 10, 'NX'), await client.hExpire('h', 'c', 10, 'XX'),
        await client.hExpire('h', 'a', 10, 'GT'), await client.hExpire('h', 'a', 90, 'GT'), await client.hpExpire('h', 'c', 30500, 'LT'),
      ];
      const left = await client.hTTL('h', ['a', 'b', 'c', 'x']);
      const exact = [await client.hpTTL('h', 'c'), (await client.hpExpireTime('h', 'c'))[0] - Date.now(), (await client.hExpireTime('h', ['b']))[0] * 1000 - Date.now()];
      await pause(30500);
      const half = await client.hGetAll('h');
      const stays = await client.hPersist('h', ['a', 'b', 'x']);
      await client.hSet('h', 'b', 'again');
      await client.hExpire('h', 'b', 5);
      await client.hSet('h', 'b', 'for ever');
      await client.hExpire('h', 'a', 5);
      await client.copy('h', 'copy');
      await pause(5000);
      const after = [await client.hGetAll('h'), await client.hGetAll('copy'), await client.hLen('h')];
      const past = await client.hExpireAt('h', 'b', 1);
      const none = [await client.exists('h'), await client.hTTL('h', 'b')];
      await client.quit();
      return { set, conditions, left, exact, half, stays, after, past, none };`);
    expect(value, JSON.stringify(result)).toEqual({
      set: [1, 1, -2],
      conditions: [[0], [0], [0], [1], [1]],
      left: [90, 60, 31, -2],
      exact: [[30_500], 30_500, 60_000],
      half: { a: '1', b: '2' },
      stays: [1, 1, -2],
      after: [{ b: 'for ever' }, { b: 'for ever' }, 1],
      past: [2],
      none: [0, [-2]],
    });
  });

  it('are refused where the words do not fit', async () => {
    const { value } = await outcome(`
      const said = [];
      for (const words of [['h', '5', 'FIELD', '1', 'a'], ['h', '5', 'FIELDS', '2', 'a'], ['h', '5', 'FIELDS', '0', 'a'], ['h', '-1', 'FIELDS', '1', 'a']])
        await redis.call('HEXPIRE', ...words).catch((error) => said.push(error.message));
      await redis.set('s', '1');
      await redis.call('HTTL', 's', 'FIELDS', '1', 'a').catch((error) => said.push(error.message));
      return said;`);
    expect(value).toEqual([
      'ERR Mandatory argument FIELDS is missing or not at the right position',
      'ERR The `numfields` parameter must match the number of arguments',
      'ERR Parameter `numFields` should be greater than 0',
      'ERR invalid expire time, must be >= 0',
      'WRONGTYPE Operation against a key holding the wrong kind of value',
    ]);
  });
});
