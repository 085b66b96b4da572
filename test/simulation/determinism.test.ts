import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { written } from '../support/written-tree.ts';
import { rehearsal, withPackages } from './rehearsal.ts';

const { simulate, call } = rehearsal();

const busy = `
  const { promisify } = require('node:util');
  const crypto = require('node:crypto');
  const zlib = require('node:zlib');
  const fs = require('node:fs');
  const log = [];
  const work = [
    promisify(crypto.pbkdf2)('a', 'b', 50_000, 16, 'sha256').then((key) => log.push(['pbkdf2', key.toString('hex'), Date.now()])),
    promisify(zlib.gzip)('x'.repeat(100_000)).then((bytes) => log.push(['gzip', bytes.length, Date.now()])),
    fs.promises.readFile(__filename).then((bytes) => log.push(['read', bytes.length > 0, Date.now()])),
    crypto.subtle.digest('SHA-256', Buffer.from('x')).then((bytes) => log.push(['digest', bytes.byteLength, Date.now()])),
    new Promise((done) => setImmediate(done)).then(() => log.push(['immediate'])),
    new Promise((done) => setTimeout(done, 10)).then(() => log.push(['timer', Date.now()])),
    new Response(new Blob(['abc']).stream()).text().then((text) => log.push(['stream', text])),
    new Promise((done) => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => { port1.close(); done(); }; port2.postMessage(1); }).then(() => log.push(['port'])),
  ];
  await Promise.all(work);
  return [log, Math.random(), crypto.randomUUID(), crypto.randomBytes(4).toString('hex'), globalThis.crypto.randomUUID(), new Date().toISOString(), performance.now(), process.hrtime()];
`;

describe('a replay', () => {
  it('is the same where the tree lies below a folder of packages, with its functions and settings in the trace', async () => {
    const files = { 'a.js': "module.exports = (n) => (process.env.KIND === 'x' ? n : n + 1);" };
    const plan = { when: [{ call: { id: 'p', module: 'a.js', args: [1] } }], then: [{ check: 'p.value = 2' }] };
    const below = written({ 'node_modules/.cache/tree/a.js': files['a.js'] });
    const tree = { id: 'below', path: path.join(below.path, 'node_modules/.cache/tree') };
    const [plain, nested] = [await simulate(written(files), plan), await simulate(tree, plan)];
    expect(nested.trace.events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['call', 'read']));
    expect(nested.trace.hash).toBe(plain.trace.hash);
  });

  it('is the same, byte for byte, while the machine is busy with something else', async () => {
    const tree = withPackages({ 'main.js': `module.exports = async () => {${busy}}` });
    const plan = { when: [{ call: { id: 'p', module: 'main.js' } }] };
    const first = await simulate(tree, plan);
    const burning = new Worker('while (true) Math.sqrt(Math.random())', { eval: true });
    onTestFinished(async () => void (await burning.terminate()));
    const others = await Promise.all(Array.from({ length: 4 }, () => simulate(tree, plan)));
    for (const other of others) {
      expect(other.results).toEqual(first.results);
      expect(other.trace.hash).toBe(first.trace.hash);
    }
  });

  it('is the same wherever the files lie', async () => {
    const source = `module.exports = async function main() {
      const { stack } = new Error('no');
      console.error(stack);
      console.log(__filename, process.cwd(), 'x'.repeat(9_000));
      return [stack, __dirname, 'y'.repeat(1_990) + __dirname, require.resolve('ms')];
    };`;
    const plan = { when: [{ call: { id: 'p', module: 'main.js' } }] };
    const [first, second] = [withPackages({ 'main.js': source }), withPackages({ 'far/from/here/main.js': source })];
    const there = { ...second, path: path.join(second.path, 'far/from/here') };
    symlinkSync(second.dependencies?.[0] ?? '', path.join(there.path, 'node_modules'));
    const [one, other] = [await simulate(first, plan), await simulate(there, plan)];
    expect(one.verdict.outcome).toBe('holds');
    expect(other.trace.events).toEqual(one.trace.events);
    expect(other.trace.hash).toBe(one.trace.hash);
  });

  it('differs with another seed and another clock, and only there', async () => {
    const tree = withPackages({ 'main.js': 'module.exports = () => [Math.random(), Date.now()]' });
    const at = async (world: object) => {
      const { results } = await simulate(tree, { world, when: [{ call: { id: 'p', module: 'main.js' } }] });
      return (results.p as { value: [number, number] }).value;
    };
    const [chance, time] = await at({ seed: 1, clock: '2026-03-31T23:59:30Z' });
    expect(time).toBe(Date.parse('2026-03-31T23:59:30Z'));
    expect((await at({ seed: 2, clock: '2026-03-31T23:59:30Z' }))[0]).not.toBe(chance);
    expect((await at({ seed: 1 }))[0]).toBe(chance);
  });
});

describe('virtual time', () => {
  it('passes at once, however long the code waits', async () => {
    const { value } = await call(
      'const from = Date.now(); await new Promise((done) => setTimeout(done, 3_600_000)); return Date.now() - from',
    );
    expect(value).toBe(3_600_000);
  });

  it('does not pass while real work is under way', async () => {
    const { value } = await call(
      "const { pbkdf2 } = require('crypto'); const from = Date.now(); setTimeout(() => {}, 1); await new Promise((done) => pbkdf2('a', 'b', 100_000, 16, 'sha512', done)); return Date.now() - from",
    );
    expect(value).toBe(0);
  });

  it('runs timers in the order they are due, with what they set off in between', async () => {
    const { value } = await call(`
      const log = [];
      setTimeout(() => log.push('b'), 2);
      setTimeout(() => { log.push('a'); process.nextTick(() => log.push('tick')); Promise.resolve().then(() => log.push('micro')); }, 1);
      setTimeout(() => log.push('a2'), 1);
      const every = setInterval(() => { log.push('every'); if (log.length > 8) clearInterval(every); }, 3);
      const never = setTimeout(() => log.push('never'), 5); clearTimeout(never);
      await require('timers/promises').setTimeout(20);
      return log;`);
    expect(value).toEqual(['a', 'tick', 'micro', 'a2', 'b', 'every', 'every', 'every', 'every']);
  });

  it('stands behind every way to tell it', async () => {
    const { value } = await call(`
      const { setTimeout: wait } = require('timers/promises');
      await wait(1500);
      await require('util').promisify(setTimeout)(500);
      const reason = await new Promise((done) => { const s = AbortSignal.timeout(1000); s.addEventListener('abort', () => done(s.reason.name)); });
      const all = [];
      for await (const n of require('timers/promises').setInterval(100, 'x')) if (all.push(n) === 3) break;
      return [new Date().toISOString(), Date(), performance.now(), process.hrtime.bigint(), process.uptime(), reason, all, new Date(0).getTime(), Date.UTC(2020, 0), new Date() instanceof Date, Date.length, new Intl.DateTimeFormat('en', { dateStyle: 'short' }).format()];`);
    expect(value).toEqual([
      '2026-01-01T00:00:03.300Z',
      'Thu Jan 01 2026 00:00:03 GMT+0000 (Coordinated Universal Time)',
      3300,
      { $bigint: '3300000000' },
      3.3,
      'TimeoutError',
      ['x', 'x', 'x'],
      0,
      Date.UTC(2020, 0),
      true,
      7,
      '1/1/26',
    ]);
  });

  it('keeps async contexts through timers', async () => {
    const { value } = await call(`
      const { AsyncLocalStorage } = require('async_hooks');
      const store = new AsyncLocalStorage();
      return Promise.all([1, 2].map((n) => store.run(n, () => new Promise((done) => setTimeout(() => done(store.getStore()), 10 - n)))));`);
    expect(value).toEqual([1, 2]);
  });
});

it('a file that nobody closes ends nothing when the garbage collector comes', async () => {
  const body = `
    const fs = require('node:fs');
    for (let at = 0; at < 50; at += 1) await fs.promises.open(__filename);
    for (let at = 0; at < 60; at += 1) { const filled = new Array(200000).fill({ at }); await new Promise((done) => setTimeout(done, filled.length && 1)); }
    return 'there';
  `;
  expect(await call(body)).toMatchObject({ value: 'there' });
});
