import { describe, expect, it } from 'vitest';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal();

const files = {
  'compose.yaml': `
services:
  web:
    build: web
    ports: ["4000:4000"]
  cache:
    image: redis:8
`,
  'web/package.json': { name: 'web', scripts: { start: 'node main.js' } },
  'web/main.js': `
    const net = require('node:net');
    const ask = (word) => new Promise((done) => {
      const begun = Date.now();
      const socket = net.connect(6379, 'cache', () => socket.write(word + '\\r\\n'));
      const end = (heard) => { socket.destroy(); done({ heard, ms: Date.now() - begun }); };
      socket.setTimeout(5000, () => end('nothing'));
      socket.on('data', (bytes) => end(String(bytes).trim())).on('error', (error) => end(error.code));
    });
    require('node:http').createServer(async (request, response) => {
      const heard = [];
      for (let at = 0; at < 3; at += 1) heard.push(await ask('PING'));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(heard));
    }).listen(4000);`,
};

const asking = (faults: object[], seed = 1) =>
  simulate(written(files), {
    world: { faults, seed },
    when: [{ http: { id: 'a', to: 'web', path: '/' } }],
    then: [{ check: 'a.status = 200' }],
  });

const well = { heard: '+PONG', ms: 0 };

describe('a fault on a store', () => {
  it.each([
    ['refuse', { heard: 'ECONNREFUSED', ms: 0 }],
    ['reset', { heard: 'ECONNRESET', ms: 0 }],
    ['timeout', { heard: 'nothing', ms: 5000 }],
    ['delay:PT2S', { heard: '+PONG', ms: 2000 }],
  ])('is felt by its client, the time that was said, and is in the trace: %s', async (what, felt) => {
    const { results, trace } = await asking([{ on: 'cache', nth: 2, do: what }]);
    expect(results.a).toMatchObject({ body: [well, felt, well] });
    expect(trace.events.filter(({ kind }) => kind === 'fault')).toHaveLength(1);
  });

  it('drops by the chance of the world: the same with one seed, other with another', async () => {
    const heard = async (seed: number) =>
      JSON.stringify((await asking([{ on: 'cache', do: 'drop:0.5' }], seed)).results);
    const all = await Promise.all([1, 2, 3, 4, 5].map(heard));
    expect(await heard(1)).toBe(all[0]);
    expect(new Set(all).size).toBeGreaterThan(1);
  });

  it('that never came about is spoken of', async () => {
    const { verdict } = await asking([{ on: 'cache', nth: 9, do: 'reset' }]);
    expect(verdict.outcome).toBe('holds');
    expect(verdict.reason).toContain('A fault never came about: reset on cache, number 9.');
  });
});
