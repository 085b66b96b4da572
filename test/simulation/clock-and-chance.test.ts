import { describe, expect, it } from 'vitest';
import { rehearsal } from './rehearsal.ts';

const { call } = rehearsal();

const start = Date.parse('2026-01-01T00:00:00Z');

describe('the clock of the world', () => {
  it.each<[what: string, body: string, value: unknown]>([
    [
      'in other contexts',
      `const vm = require('vm'); return [vm.runInNewContext('Date.now()'), vm.runInContext('new Date().getTime()', vm.createContext({})), vm.runInThisContext('Date.now()')];`,
      [start, start, start],
    ],
    [
      'in Temporal',
      `return typeof Temporal === 'undefined' ? ['2026-01-01T00:00:00Z', ${start}, '2026-01-01', true] : [Temporal.Now.instant().toString(), Temporal.Now.instant().epochMilliseconds, Temporal.Now.plainDateISO().toString(), Temporal.Now.zonedDateTimeISO('Asia/Tokyo').hour === 9 && Temporal.Now.plainTimeISO('UTC').hour === 0 && Temporal.Now.plainDateTimeISO().year === 2026];`,
      ['2026-01-01T00:00:00Z', start, '2026-01-01', true],
    ],
    [
      'in the names of days',
      `const f = new Intl.DateTimeFormat('en', { timeZone: 'UTC', dateStyle: 'short' }); return [f.format(), f.formatToParts().map((part) => part.value).join(''), new Date().toLocaleDateString('en')];`,
      ['1/1/26', '1/1/26', '1/1/2026'],
    ],
    [
      'in timers for the past: at once, and later and later where they only set themselves again',
      `
      const began = Date.now(); const at = () => Date.now() - began;
      let spins = 0; let polls = 0; let isOver = false;
      const spin = () => { spins += 1; if (!isOver) setTimeout(spin, began - Date.now() - 1); };
      const poll = () => { polls += 1; if (!isOver) setTimeout(poll, 0); };
      spin(); poll();
      const once = await new Promise((done) => setTimeout(() => done(at()), -5));
      const nested = await new Promise((done) => setTimeout(() => setTimeout(() => setTimeout(() => done(at()), -1), -1), -1));
      await new Promise((done) => setTimeout(done, 10000 - at()));
      isOver = true;
      return [once, nested, spins > 20 && spins < 40, polls];`,
      [1, 4, true, 10_000],
    ],
    [
      'in performance',
      `
      await new Promise((done) => setTimeout(done, 50));
      const { performance, PerformanceObserver, monitorEventLoopDelay } = require('perf_hooks');
      const mark = performance.mark('a'); await new Promise((done) => setTimeout(done, 20));
      const measure = performance.measure('m', 'a');
      const timed = performance.timerify(() => 1); const seen = [];
      const observer = new PerformanceObserver((list) => seen.push(...list.getEntries().map(({ name, startTime, duration }) => [name, startTime, duration]))); observer.observe({ entryTypes: ['function', 'mark'] });
      timed(); performance.mark('b'); await new Promise((done) => setTimeout(done, 10)); observer.disconnect();
      const delay = monitorEventLoopDelay(); delay.enable();
      return [performance.now(), performance.timeOrigin, mark.startTime, measure.duration, performance.eventLoopUtilization(), delay.mean >= 0 || Number.isNaN(delay.mean), seen.filter(([name]) => name === 'b'), performance.toJSON().timeOrigin];`,
      [80, start, 50, 20, { idle: 0, active: 0, utilization: 0 }, true, [['b', 70, 0]], start],
    ],
    [
      'in counters',
      `await require('timers/promises').scheduler.wait(1500); return [process.hrtime(), process.uptime(), process.cpuUsage(), Number(process.hrtime.bigint()), require('os').uptime(), Object.keys(process.resourceUsage()).length >= 0];`,
      [[1, 500_000_000], 1.5, { user: 0, system: 0 }, 1_500_000_000, 1000, true],
    ],
    [
      'before ticks, promises and immediates, in their order',
      `
      const log = [];
      setImmediate(() => {
        setTimeout(() => log.push('timer'), 0); setImmediate(() => log.push('immediate'));
        process.nextTick(() => log.push('tick')); Promise.resolve().then(() => log.push('promise')); queueMicrotask(() => log.push('micro'));
      });
      await new Promise((done) => setTimeout(done, 5)); return log;`,
      ['tick', 'promise', 'micro', 'immediate', 'timer'],
    ],
  ])('stands %s', async (_, body, value) => {
    const { value: seen, error } = await call(body);
    expect(seen ?? error).toEqual(value);
  });

  it.each([
    ['keys from passwords', "await promisify(crypto.pbkdf2)('a', 'b', 50_000, 16, 'sha1')"],
    ['scrypt', "await promisify(crypto.scrypt)('a', 'b', 16)"],
    [
      'argon2',
      "await promisify(crypto.argon2)('argon2id', { message: 'a', nonce: Buffer.alloc(16), parallelism: 1, tagLength: 16, memory: 1024, passes: 2 })",
    ],
    [
      'signatures of the web',
      "const k = await crypto.subtle.importKey('raw', new Uint8Array(16), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign']); for (let at = 0; at < 20; at += 1) await crypto.subtle.sign('HMAC', k, new Uint8Array(200_000))",
    ],
    ['key pairs', "await promisify(crypto.generateKeyPair)('rsa', { modulusLength: 1024 })"],
    [
      'streams that compress',
      "await pipeline(Readable.from([Buffer.alloc(3_000_000, 'x')]), zlib.createGzip(), async function* (all) { for await (const one of all) yield one; }, zlib.createGunzip(), async (all) => { for await (const one of all) void one; })",
    ],
    [
      'brotli and zstd',
      'await promisify(zlib.brotliCompress)(Buffer.alloc(300_000)); if (zlib.zstdCompress) await promisify(zlib.zstdCompress)(Buffer.alloc(300_000))',
    ],
    [
      'streams of files',
      "await pipeline(fs.createReadStream(process.execPath.startsWith('/') ? __filename : __filename), async (all) => { for await (const one of all) void one; })",
    ],
    ['WebAssembly', 'await WebAssembly.instantiate(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))'],
  ])('waits for %s', async (_, work) => {
    const { value, error } = await call(`
      const crypto = require('crypto'), zlib = require('zlib'), fs = require('fs'); const { promisify } = require('util');
      const { pipeline } = require('stream/promises'); const { Readable } = require('stream');
      let rang = false; setTimeout(() => { rang = true; }, 1);
      ${work};
      return [rang, Date.now()];`);
    expect(value ?? error).toEqual([false, start]);
  });
});

describe('the chance of the world', () => {
  const twice = async (body: string) => {
    const [first, again] = [await call(body), await call(body)];
    expect(first.error).toBeUndefined();
    expect(again).toEqual(first);
    return first.value;
  };

  it.each([
    ['numbers', 'return [Math.random(), Math.random() !== Math.random()]'],
    ['numbers in other contexts', "return require('vm').runInNewContext('[Math.random(), Math.random()]')"],
    [
      'bytes',
      "const c = require('crypto'); return [c.randomBytes(8).toString('hex'), c.randomInt(1e9), [...c.randomFillSync(new Uint16Array(4))], c.randomFillSync(Buffer.alloc(4)).toString('hex'), [...crypto.getRandomValues(new Uint32Array(2))]]",
    ],
    [
      'names',
      "const c = require('crypto'); return [c.randomUUID(), c.randomUUID({ disableEntropyCache: true }), crypto.randomUUID(), c.randomUUIDv7 ? c.randomUUIDv7() : 'none']",
    ],
    [
      'keys',
      "const c = require('crypto'); const key = c.generateKeySync('aes', { length: 128 }).export().toString('hex'); const web = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']); return [key, Buffer.from(await crypto.subtle.exportKey('raw', web)).toString('hex'), (await new Promise((done) => c.generateKey('hmac', { length: 64 }, (e, k) => done(k)))).export().toString('hex')]",
    ],
    [
      'pairs of keys for RSA',
      "const c = require('crypto'); const { publicKey, privateKey } = c.generateKeyPairSync('rsa', { modulusLength: 1024, publicKeyEncoding: { type: 'spki', format: 'pem' }, privateKeyEncoding: { type: 'pkcs8', format: 'pem' } }); const signed = c.sign('sha256', Buffer.from('a'), privateKey); const web = await crypto.subtle.generateKey({ name: 'RSASSA-PKCS1-v1_5', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify']); if (!c.verify('sha256', Buffer.from('a'), publicKey, signed)) throw new Error('no pair'); return [publicKey, signed.toString('hex'), (await crypto.subtle.exportKey('jwk', web.publicKey)).n]",
    ],
    [
      'pairs of keys',
      "const c = require('crypto'); const { publicKey } = c.generateKeyPairSync('ed25519'); const later = await new Promise((done) => c.generateKeyPair('ec', { namedCurve: 'P-256' }, (e, k) => done(k))); return [publicKey.export({ type: 'spki', format: 'pem' }), later.export({ type: 'spki', format: 'pem' })]",
    ],
  ])('gives the same %s in every run', async (_, body) => {
    await twice(body);
  });
});
