import { AbstractConnector, Redis, type RedisOptions } from 'ioredis';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createRedis } from '../../../src/world/redis/redis.ts';
import type { StoreModel } from '../../../src/world/store-model.ts';
import type { Store } from '../../../src/world/world.ts';
import { Joined } from '../../support/joined.ts';
import { type StillWorld, stillWorld } from '../../support/still-world.ts';

const store: Store = { name: 'redis', kind: 'redis', hosts: ['redis'], port: 6379, migrations: [], from: 'test' };

let world: StillWorld;
let model: StoreModel;

function client(service = 'notifications', options: RedisOptions = {}): Redis {
  const target = model;
  class ToModel extends AbstractConnector {
    constructor() {
      super(1000);
    }
    override async connect(): Promise<never> {
      this.stream = new Joined(target, service) as never;
      return this.stream as never;
    }
  }
  const made = new Redis({ retryStrategy: () => null, ...options, Connector: ToModel as never });
  made.on('error', () => undefined);
  onTestFinished(() => made.disconnect());
  return made;
}

/** Lets the client's writes and the answers to them arrive. */
async function arrived(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(async () => {
  world = stillWorld();
  model = await createRedis(store, world);
});

describe('the ioredis client, unchanged', () => {
  it('keeps values of every kind', async () => {
    const redis = client();
    await redis.set('name', 'Zoë ☃');
    await redis.hset('plan', { price: '10', name: 'pro' });
    await redis.rpush('list', 'a', 'b', 'c');
    await redis.sadd('set', 'x', 'y', 'x');
    await redis.zadd('board', 3, 'c', 1, 'a', 2, 'b');
    expect(await redis.get('name')).toBe('Zoë ☃');
    expect(await redis.hgetall('plan')).toEqual({ price: '10', name: 'pro' });
    expect(await redis.lrange('list', -2, -1)).toEqual(['b', 'c']);
    expect(await redis.smembers('set')).toEqual(['x', 'y']);
    expect(await redis.zrange('board', '0', '-1', 'WITHSCORES')).toEqual(['a', '1', 'b', '2', 'c', '3']);
    expect(await redis.incrby('count', 5)).toBe(5);
    expect(await redis.scan('0', 'MATCH', '*oa*')).toEqual(['0', ['board']]);
  });

  it('keeps bytes as they are', async () => {
    const redis = client();
    const bytes = Buffer.from([0, 255, 13, 10, 36, 128]);
    await redis.set('bytes', bytes);
    expect(await redis.getBuffer('bytes')).toEqual(bytes);
  });

  it('sees keys expire in virtual time', async () => {
    const redis = client();
    await redis.set('code', '1', 'EX', 60, 'NX');
    expect(await redis.set('code', '2', 'NX')).toBe(null);
    world.pass(59_000);
    expect(await redis.ttl('code')).toBe(1);
    world.pass(1_000);
    expect(await redis.get('code')).toBe(null);
    expect(await redis.ttl('code')).toBe(-2);
  });

  it('waits on a queue until something comes, first come first served', async () => {
    const [worker, second, sender] = [client('a'), client('b'), client('c')];
    const first = worker.brpop('jobs', 0);
    await arrived();
    const next = second.blpop('other', 'jobs', 30);
    await arrived();
    await sender.lpush('jobs', 'one', 'two');
    expect([await first, await next]).toEqual([
      ['jobs', 'one'],
      ['jobs', 'two'],
    ]);
  });

  it('waits on a queue no longer than it asked to, in virtual time', async () => {
    const worker = client();
    const nothing = worker.blpop('jobs', 5);
    const after = worker.ping();
    await arrived();
    world.pass(4_999);
    await client('c').lpush('elsewhere', '1');
    world.pass(1);
    expect([await nothing, await after]).toEqual([null, 'PONG']);
  });

  it('runs a transaction whole, or not at all when a watched key has changed', async () => {
    const [one, two] = [client(), client()];
    await one.watch('stock');
    await two.set('stock', '1');
    expect(await one.multi().set('stock', '9').exec()).toBe(null);
    expect(await one.multi().incr('stock').get('stock').lpush('stock', 'x').exec()).toMatchObject([
      [null, 2],
      [null, '2'],
      [{ message: expect.stringContaining('WRONGTYPE') }],
    ]);
  });

  it('hears what is published to channels and patterns', async () => {
    const [listener, sender] = [client(), client()];
    const heard: unknown[] = [];
    listener.on('message', (...message) => heard.push(message));
    listener.on('pmessage', (...message) => heard.push(message));
    await listener.subscribe('paid', 'late');
    await listener.psubscribe('pa*');
    expect(await sender.publish('paid', '42')).toBe(2);
    expect(await sender.publish('other', '43')).toBe(0);
    await arrived();
    expect(heard).toEqual([
      ['paid', '42'],
      ['pa*', 'paid', '42'],
    ]);
  });

  it('appends to streams and reads on from where it was', async () => {
    const redis = client();
    const id = await redis.xadd('events', '*', 'kind', 'paid');
    expect(id).toBe(`${world.clock.now()}-0`);
    const waiting = redis.xread('BLOCK', 0, 'STREAMS', 'events', String(id));
    await arrived();
    await client().xadd('events', '*', 'kind', 'late');
    expect(await waiting).toEqual([['events', [[`${world.clock.now()}-1`, ['kind', 'late']]]]]);
    expect(await redis.xlen('events')).toBe(2);
  });

  it('is refused without the password', async () => {
    model = await createRedis({ ...store, password: 'hush' }, world);
    await expect(client('a', { enableReadyCheck: false }).get('x')).rejects.toThrow(/NOAUTH/);
    expect(await client('a', { password: 'hush' }).get('x')).toBe(null);
  });
});

it('a command that is not modelled is an error to the client and named in the trace', async () => {
  await expect(client('web').call('DUMP', 'a')).rejects.toThrow(/unknown command 'dump'/);
  expect(world.events.at(-1)).toEqual({ service: 'web', kind: 'error', what: 'WORLD_UNMODELLED redis DUMP' });
});

it('the trace tells commands from what they changed', async () => {
  const redis = client('orders');
  await redis.lpush('invoices', '{"id":1}');
  await redis.get('nothing');
  await redis.brpop('invoices', 1);
  expect(world.events.map(({ kind, what, value }) => [kind, what, value?.text])).toEqual([
    ['command', 'LPUSH invoices', '["invoices","{\\"id\\":1}"]'],
    ['write', 'lpush invoices', undefined],
    ['command', 'GET nothing', '["nothing"]'],
    ['command', 'BRPOP invoices', '["invoices","1"]'],
    ['write', 'brpop invoices', undefined],
  ]);
});

it('a plan gives keys and looks into what was left', async () => {
  await model.apply({ keys: { store: 'redis', set: { 'plan:1': 'pro' } } });
  expect(await client().get('plan:1')).toBe('pro');
  expect(await model.query('GET plan:1')).toEqual(['pro']);
  expect(await model.query('LRANGE none 0 -1')).toEqual([]);
  await expect(model.query('NONSENSE')).rejects.toMatchObject({ code: 'PLAN_INVALID' });
  await expect(model.apply({ sql: { store: 'redis', text: 'select 1' } })).rejects.toMatchObject({
    code: 'PLAN_INVALID',
  });
});
