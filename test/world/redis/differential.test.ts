import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedis } from '../../../src/world/redis/redis.ts';
import type { StoreModel } from '../../../src/world/store-model.ts';
import { askModel, hasRedisServer, notifications, startRealRedis } from '../../support/real-redis.ts';
import { stillWorld } from '../../support/still-world.ts';

const store = { name: 'r', kind: 'redis' as const, hosts: [], port: 1, migrations: [], from: '' };
const key = fc.constantFrom('a', 'b', 'c');
const value = fc.constantFrom('', 'x', 'yy', '0', '1', '-7', '12', '3.5', 'foobar', '\u0000\u00ff');
const number = fc.constantFrom('-3', '-1', '0', '1', '2', '5', 'x');
const score = fc.constantFrom('-inf', '-2', '0', '1', '1.5', '3', '(1', '+inf', 'x');
const bound = fc.constantFrom('0', '1', '1-1', '2-0', '3', '-', '+', '(1-1', '9-9');
const id = fc.constantFrom('0-1', '1', '1-1', '2-0', '3', '3-1', '9-9');
const words = (...parts: (string | fc.Arbitrary<string>)[]) =>
  fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)));

/** One command with its arguments; what real Redis answers by its own chance or order is left out or sorted by nature. */
const commands: fc.Arbitrary<string[]> = fc.oneof(
  words(
    fc.constantFrom('GET', 'STRLEN', 'INCR', 'DECR', 'GETDEL', 'TYPE', 'EXISTS', 'DEL', 'PERSIST', 'TTL', 'LLEN'),
    key,
  ),
  words(fc.constantFrom('LPOP', 'RPOP', 'SCARD', 'HLEN', 'ZCARD', 'XLEN', 'BITCOUNT', 'ZPOPMIN', 'ZPOPMAX'), key),
  words(
    fc.constantFrom('SET', 'SETNX', 'GETSET', 'APPEND', 'LPUSH', 'RPUSH', 'LPUSHX', 'SADD', 'SREM', 'SISMEMBER'),
    key,
    value,
  ),
  words(
    fc.constantFrom('HGET', 'HDEL', 'HEXISTS', 'HSTRLEN', 'ZREM', 'ZSCORE', 'ZRANK', 'ZREVRANK', 'LPOS'),
    key,
    value,
  ),
  words(fc.constantFrom('INCRBY', 'DECRBY', 'LINDEX', 'LPOP', 'RPOP', 'ZPOPMIN', 'GETBIT', 'BITPOS'), key, number),
  words('SET', key, value, fc.constantFrom('NX', 'XX', 'GET', 'KEEPTTL', 'EX')),
  words(
    fc.constantFrom('GETRANGE', 'LRANGE', 'LTRIM', 'ZRANGE', 'ZREVRANGE', 'ZREMRANGEBYRANK', 'BITCOUNT'),
    key,
    number,
    number,
  ),
  words(fc.constantFrom('ZRANGEBYSCORE', 'ZREVRANGEBYSCORE', 'ZCOUNT', 'ZREMRANGEBYSCORE'), key, score, score),
  words(fc.constantFrom('LSET', 'SETRANGE', 'LREM'), key, number, value),
  words(fc.constantFrom('HSET', 'HSETNX', 'LINSERT'), key, fc.oneof(value, fc.constant('BEFORE')), value),
  words('LINSERT', key, fc.constantFrom('BEFORE', 'AFTER'), value, value),
  words('HINCRBY', key, value, number),
  words('HMGET', key, value, value),
  words('SETBIT', key, number, fc.constantFrom('0', '1')),
  words('ZADD', key, score, value),
  words('ZADD', key, fc.constantFrom('NX', 'XX', 'GT', 'LT', 'CH', 'INCR'), score, value),
  words('ZRANGE', key, score, score, 'BYSCORE', fc.constantFrom('WITHSCORES', 'REV')),
  words(
    'ZRANGE',
    key,
    fc.constantFrom('-', '[x', '(x', 'x'),
    fc.constantFrom('+', '[y', '(y'),
    'BYLEX',
    'LIMIT',
    number,
    number,
  ),
  words(fc.constantFrom('ZUNIONSTORE', 'ZINTERSTORE', 'ZDIFFSTORE'), key, '2', key, key),
  words(fc.constantFrom('RENAME', 'RENAMENX', 'COPY', 'RPOPLPUSH', 'SUNIONSTORE', 'SINTERSTORE'), key, key),
  words(fc.constantFrom('LMOVE'), key, key, fc.constantFrom('LEFT', 'RIGHT'), fc.constantFrom('LEFT', 'RIGHT')),
  words('SMOVE', key, key, value),
  words(fc.constantFrom('BITOP'), fc.constantFrom('AND', 'OR', 'XOR'), key, key, key),
  words(
    'BITFIELD',
    key,
    'OVERFLOW',
    fc.constantFrom('WRAP', 'SAT', 'FAIL'),
    'INCRBY',
    fc.constantFrom('u2', 'i5', 'u8', 'i16'),
    number,
    number,
  ),
  words('XADD', key, fc.constantFrom('1-1', '2-*', '3', '3-1', '0-0', 'x'), 'f', value),
  words(fc.constantFrom('XRANGE', 'XREVRANGE'), key, bound, bound),
  words('XDEL', key, id),
  words('XTRIM', key, fc.constantFrom('MAXLEN', 'MINID'), number),
  words('XGROUP', 'CREATE', key, 'g', fc.constantFrom('0', '$', '1-1'), 'MKSTREAM'),
  words('XREADGROUP', 'GROUP', 'g', fc.constantFrom('p', 'q'), 'COUNT', '1', 'STREAMS', key, fc.constantFrom('>', '0')),
  words('XACK', key, 'g', id),
  words('XPENDING', key, 'g'),
  words('XCLAIM', key, 'g', 'q', '0', id),
  words('XAUTOCLAIM', key, 'g', 'q', '0', '0'),
  words(
    'EVAL',
    'return redis.call(ARGV[1], KEYS[1], ARGV[2])',
    '1',
    key,
    fc.constantFrom('INCRBY', 'LPUSH', 'HGET', 'SADD'),
    value,
  ),
  words(fc.constantFrom('MULTI', 'EXEC', 'DISCARD')),
  words('WATCH', key),
);

describe.runIf(hasRedisServer())('beside a real redis-server', () => {
  it('any row of commands gets the same replies, byte for byte', { timeout: 120_000 }, async () => {
    await using real = await startRealRedis();
    await fc.assert(
      fc.asyncProperty(fc.array(commands, { minLength: 1, maxLength: 30 }), async (row) => {
        await real.ask(['DISCARD']);
        await real.ask(['UNWATCH']);
        await real.ask(['FLUSHALL']);
        const model = askModel(await createRedis(store, stillWorld()));
        for (const one of row) expect([one, told(await model.ask(one))]).toEqual([one, told(await real.ask(one))]);
      }),
      { numRuns: Number(1_000), seed: 7 },
    );
  });
});

describe.runIf(hasRedisServer())('what is told of keys, beside a real redis-server', () => {
  /** A BITFIELD that fails makes a key of which Redis tells nothing. */
  const told = commands.filter((words) => !words.includes('FAIL'));
  const rows = fc.array(told, { minLength: 1, maxLength: 30 });

  it('is the same for any row of commands', { timeout: 120_000 }, async () => {
    await using real = await startRealRedis();
    await real.ask(['CONFIG', 'SET', 'notify-keyspace-events', 'KEA']);
    await fc.assert(
      fc.asyncProperty(rows, async (row) => {
        for (const word of ['DISCARD', 'UNWATCH', 'FLUSHALL']) await real.ask([word]);
        const model = await createRedis(store, stillWorld());
        const own = askModel(model);
        await own.ask(['CONFIG', 'SET', 'notify-keyspace-events', 'KEA']);
        const [heard, expected] = [listen(model), await real.listen('__key*')];
        for (const one of row) {
          await own.ask(one);
          await real.ask(one);
        }
        await own.ask(['EXEC']);
        await real.ask(['EXEC']);
        await real.ask(['PUBLISH', '__keyend', '']);
        // A consumer that a reading group makes on the way is not told of.
        const whole = (await expected()).filter((one) => !one.includes('xgroup-createconsumer'));
        expect([row, heard()]).toEqual([row, whole]);
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});

/** What a listener to every notification has heard so far. */
function listen(model: StoreModel): () => string[] {
  let heard = '';
  const connection = model.connected({
    ...{ service: 'listener', host: 'redis', port: 6379 },
    send: (bytes) => {
      heard += Buffer.from(bytes).toString('latin1');
    },
    end: () => undefined,
  });
  connection.receive(Buffer.from('PSUBSCRIBE __key*\r\n'));
  return () => notifications(heard);
}

/** A script that fails is named by its hash and line, which say nothing of what it did. */
function told(reply: string): string {
  return reply.replace(/ script: \w{40}, on @user_script:\S+/, '');
}
