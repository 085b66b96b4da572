import { describe, expect, it } from 'vitest';
import type { Tree } from '../../src/codebase/tree.ts';
import { isFailure } from '../../src/errors.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import { createRecord } from '../../src/simulation/record.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal();

const compose = `
services:
  web:
    build: web
    ports: ["4000:4000"]
  worker:
    build: worker
  cache:
    image: redis:8
  mongo:
    image: mongo:7
    ports: ["27017:27017"]
`;
const answering = (path: string) => `
  const http = require('node:http');
  http.createServer((request, response) => {
    const done = () => response.end('ok');
    ${path}
    done();
  }).listen(4000);`;

/** A web service and a worker, with a Redis beside them. */
function shop(own: { web?: string; worker?: string } = {}): Tree {
  return written({
    'compose.yaml': compose,
    'web/package.json': { name: 'web', scripts: { start: 'node main.js' } },
    'web/main.js': own.web ?? answering(''),
    'worker/package.json': { name: 'worker', scripts: { start: 'node main.js' } },
    'worker/main.js': own.worker ?? 'setInterval(() => {}, 60000);',
  });
}

const asking = { http: { id: 'a', to: 'web', path: '/' } };
const isWell = { check: 'a.status = 200' };
const redis = (words: string) => `
  const socket = require('node:net').connect(6379, 'cache');
  socket.on('error', () => {}).on('data', () => {}).write('${words}\\r\\n');`;

describe('what the world does not model', () => {
  it.each([
    ['an API that nobody gave', "fetch('http://api.mail.example/v1').catch(() => {});", 'api.mail.example on port 80'],
    [
      'a database without a model',
      "require('node:net').connect(27017, 'mongo').on('error', () => {});",
      'mongo on port 27017',
    ],
    ['a command of a store', redis('BF.ADD seen 1'), 'BF.ADD'],
    ['another program', "try { require('node:child_process').execSync('ls'); } catch {}", 'child_process.execSync'],
  ])('is never passed over in silence: %s', async (_, code, name) => {
    const { verdict } = await simulate(shop({ web: answering(code) }), { when: [asking], then: [isWell] });
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      code: 'WORLD_UNMODELLED',
      reason: expect.stringContaining(name),
      expectations: [{ met: true }],
    });
  });

  it.each([
    'INFO',
    'CLIENT SETINFO LIB-NAME x',
    'CLIENT SETNAME x',
    'HELLO 3',
    'SUBSCRIBE news',
    'COMMAND',
    'CLIENT ID',
  ])('has nothing to do with what clients of a store say to set themselves up: %s', async (words) => {
    const { verdict } = await simulate(shop({ web: answering(redis(words)) }), { when: [asking], then: [isWell] });
    expect(verdict).toMatchObject({ outcome: 'holds' });
  });
});

describe('a plan that only lets time pass', () => {
  it('starts the services', async () => {
    const worker = "let at = 0; setInterval(() => console.log('round', ++at), 60000);";
    const { verdict, trace } = await simulate(shop({ worker }), {
      when: [{ advance: 'PT3M' }],
      then: [{ never: 'log-level:info' }],
    });
    expect(verdict.outcome).toBe('violated');
    expect(trace.events.filter(({ kind }) => kind === 'log')).toHaveLength(3);
  });
});

describe('a service that ends before the plan does', () => {
  const later = (code: string) => answering(`setTimeout(() => { ${code} }, 5);`);
  const crash = "throw new Error('out of ink')";
  const never = { never: 'unhandled-error' };
  const again = { http: { id: 'again', to: 'web', path: '/' } };
  it.each([
    [
      'holds against it where that is asked',
      { web: later(crash) },
      [asking],
      [isWell, never],
      'violated',
      'out of ink',
    ],
    [
      'holds against it though steps were left',
      { web: later(crash) },
      [asking, { advance: 'PT1S' }, again],
      [never],
      'violated',
      'out of ink',
    ],
    ['leaves it open where nobody asked', { web: later(crash) }, [asking], [isWell], 'unknown', 'out of ink'],
    [
      'leaves it open when it left well but listened',
      { web: later('process.exit(0)') },
      [asking],
      [isWell],
      'unknown',
      'web',
    ],
    [
      'leaves it open when it left badly',
      { worker: 'setTimeout(() => process.exit(3), 5)' },
      [asking],
      [isWell],
      'unknown',
      'exit code: 3',
    ],
    [
      'is no matter when a worker is done',
      { worker: 'setTimeout(() => process.exit(0), 5)' },
      [asking],
      [isWell],
      'holds',
      'met',
    ],
    [
      'does not save what is violated anyhow',
      { web: later(crash) },
      [asking],
      [{ check: 'a.status = 201' }],
      'violated',
      'a.status is 200',
    ],
  ])('%s', async (_, own, when, then, outcome, why) => {
    const { verdict } = await simulate(shop(own), { when, then });
    expect(verdict).toMatchObject({ outcome, reason: expect.stringContaining(why) });
    if (outcome === 'unknown') expect(verdict.code).toBe('SERVICE_FAILED');
  });
});

describe('a name in a plan', () => {
  it.each([
    ['an environment of no service', { world: { env: { wbe: { A: '1' } } } }, 'SERVICE_UNKNOWN', 'wbe'],
    ['requests to nobody', { then: [{ sent: { to: 'mial', on: 'POST /x', times: 0 } }] }, 'SERVICE_UNKNOWN', 'mial'],
    [
      'requests to a part of a name',
      { then: [{ sent: { to: 'we', on: 'POST /x', times: 0 } }] },
      'SERVICE_UNKNOWN',
      'we',
    ],
    [
      'requests to a store',
      { then: [{ sent: { to: 'cache', on: 'POST /x', times: 0 } }] },
      'WORLD_UNMODELLED',
      'cache',
    ],
    ['a fault on nobody', { world: { faults: [{ on: 'http://rates/x', do: 'timeout' }] } }, 'SERVICE_UNKNOWN', 'rates'],
    [
      'a fault that no store has',
      { world: { faults: [{ on: 'cache', do: 'status:503' }] } },
      'WORLD_UNMODELLED',
      'status:503',
    ],
  ])('that is not there leaves the verdict unknown: %s', async (_, plan, code, name) => {
    const { verdict } = await simulate(shop(), { when: [asking], ...plan });
    expect(verdict).toMatchObject({ outcome: 'unknown', code, reason: expect.stringContaining(name) });
  });

  it('that is there is heeded', async () => {
    const { verdict } = await simulate(shop({ web: answering(redis('GET a')) }), {
      world: { env: { web: { A: '1' }, call: { B: '2' } }, faults: [{ on: 'cache', do: 'refuse' }] },
      when: [asking],
      then: [isWell, { sent: { to: 'web', on: 'GET /' } }],
    });
    expect(verdict).toMatchObject({ outcome: 'holds' });
  });
});

describe('a plan', () => {
  const faulty = (what: string) => () =>
    parsePlan({
      plan: 1,
      world: { faults: [{ on: 'a', do: what }] },
      when: [{ advance: 'PT1S' }],
      then: [{ check: '1' }],
    });
  it.each(['delay:P', 'delay:PT', 'delay:Psoon', 'delay:PT1', 'delay:2S', 'status:50', 'refused', 'drop:2', 'drop:-1'])(
    'cannot have the fault %s',
    (what) => expect(faulty(what)).toThrow(/world\.faults\.0\.do/),
  );
  it.each(['delay:PT1.5S', 'delay:P1DT2H', 'status:503', 'refuse', 'drop:0.25'])('can have the fault %s', (what) =>
    expect(faulty(what)).not.toThrow(),
  );
});

describe('a record', () => {
  it('that keeps no file says that it is full only when events are lost', () => {
    const record = createRecord(() => 0);
    for (let at = 0; at < 100_000; at += 1) record.write({ service: 'a', kind: 'log', what: 'x' });
    expect(record.isFull).toBe(false);
    record.write({ service: 'a', kind: 'log', what: 'x' });
    expect([record.isFull, record.finish().events.length]).toEqual([true, 100_000]);
  });

  it('finds what must never happen among more events than stay in memory', async () => {
    const much = `
      function turn() {}
      module.exports = () => new Promise((done) => {
        for (let at = 0; at < 20000; at += 1) turn();
        const socket = require('node:net').connect(6379, 'cache');
        socket.write('MULTI\\r\\n' + 'INCR a\\r\\n'.repeat(30001) + 'EXEC\\r\\n');
        socket.once('data', () => setTimeout(() => { console.error('late'); done(); }, 10));
      });`;
    const tree = written({ 'compose.yaml': 'services: { cache: { image: "redis:8" } }', 'main.js': much });
    const { verdict, trace } = await simulate(tree, {
      when: [{ call: { id: 'p', module: 'main.js' } }],
      then: [{ never: 'log-level:error' }],
    });
    expect(trace.counts.events).toBeGreaterThan(100_000);
    expect(trace.events.some(({ what }) => what === 'late')).toBe(false);
    expect(verdict).toMatchObject({ outcome: 'violated', reason: expect.stringContaining('late') });
  });

  it.each([
    ['asks what is never logged', { never: 'log-level:error' }, 'unknown'],
    ['asks something else', { check: 'true' }, 'holds'],
    ['asks what was seen all the same', { never: 'log-level:info' }, 'violated'],
  ])('of too many lines leaves the verdict unknown only when a plan %s', async (_, then, outcome) => {
    const tree = written({
      'main.js':
        "module.exports = () => { for (let at = 0; at < 5001; at += 1) console.log('x'); console.error('y'); };",
    });
    const { verdict } = await simulate(tree, { when: [{ call: { id: 'p', module: 'main.js' } }], then: [then] });
    expect(verdict.outcome).toBe(outcome);
    if (outcome === 'unknown') expect(verdict.code).toBe('SIMULATION_LIMIT');
  });
});

describe('a failure', () => {
  it.each([
    ['constructor', false],
    ['toString', false],
    ['ENOENT', false],
    ['SERVICE_FAILED', true],
  ])('is known by its code: %s', (code, is) => expect(isFailure({ code })).toBe(is));
});
