import { expect, it } from 'vitest';
import { rehearsal, withPackages } from '../rehearsal.ts';

const { simulate } = rehearsal();

const main = (RESP: number) => `
const http = require('node:http');
const { createClient } = require('redis');
http.createServer(async (_, response) => {
  const redis = createClient({ url: 'redis://redis:6379', RESP: ${RESP}, name: 'shop' });
  const listener = redis.duplicate();
  redis.on('error', (error) => console.error(error.message));
  try {
    await Promise.all([redis.connect(), listener.connect()]);
    const heard = new Promise((resolve) => listener.subscribe('news', resolve));
    await new Promise((resolve) => setTimeout(resolve, 10));
    await redis.publish('news', 'hello');
    await redis.hSet('plan', { name: 'pro', price: '10' });
    await redis.zAdd('board', [{ score: 1.5, value: 'a' }, { score: 2, value: 'b' }]);
    await redis.sAdd('set', 'x');
    await redis.xAdd('log', '*', { f: 'v' });
    const value = {
      heard: await heard,
      hash: { ...(await redis.hGetAll('plan')) },
      board: await redis.zRangeWithScores('board', 0, -1),
      members: await redis.sMembers('set'),
      multi: await redis.multi().set('n', '1').incr('n').exec(),
      script: await redis.eval('return redis.call("GET", KEYS[1])', { keys: ['n'], arguments: [] }),
      read: (await redis.xRead({ key: 'log', id: '0' }))[0].messages.length,
    };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(value));
  } catch (error) { response.statusCode = 500; response.end(error.stack); }
}).listen(3000);
`;

it.each([2, 3])('node-redis, unchanged, speaks version %s of the protocol', async (version) => {
  const tree = withPackages({
    'compose.yaml': 'services:\n  shop: { build: ., ports: ["3000:3000"] }\n  redis: { image: "redis:7" }\n',
    'package.json': { name: 'shop', scripts: { start: 'node main.js' } },
    'main.js': main(version),
  });
  const { results, verdict } = await simulate(tree, { when: [{ http: { id: 'all', to: 'shop', path: '/' } }] });
  expect((results.all as { body: unknown }).body).toEqual({
    heard: 'hello',
    hash: { name: 'pro', price: '10' },
    board: [
      { value: 'a', score: 1.5 },
      { value: 'b', score: 2 },
    ],
    members: ['x'],
    multi: ['OK', 2],
    script: '2',
    read: 1,
  });
  expect(verdict.outcome).toBe('holds');
});
