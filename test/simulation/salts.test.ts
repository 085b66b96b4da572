import { describe, expect, it } from 'vitest';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal();
const start = `const c = require('crypto'); const data = Buffer.from('an order of three');
const pair = (curve) => c.generateKeyPairSync('ec', { namedCurve: curve });
const held = (holds, ...made) => { if (!holds) throw new Error('it does not verify'); return made; };`;
const rsa = "const { privateKey, publicKey } = c.generateKeyPairSync('rsa', { modulusLength: 1024 });";
const pss = 'padding: c.constants.RSA_PKCS1_PSS_PADDING';

/** What is salted or drawn, each checked by the verifying half of OpenSSL itself. */
const bodies: [what: string, body: string][] = [
  ...['P-256', 'P-384', 'P-521', 'secp256k1'].flatMap((curve): [string, string][] =>
    ['sha256', 'sha512', 'sha1'].map((hash) => [
      `a signature on ${curve} with ${hash}`,
      `const { privateKey, publicKey } = pair('${curve}'); const made = c.sign('${hash}', data, privateKey); return held(c.verify('${hash}', data, publicKey, made), made.toString('hex'));`,
    ]),
  ),
  [
    'one of fixed length',
    "const { privateKey, publicKey } = pair('P-256'); const o = { dsaEncoding: 'ieee-p1363' }; const made = c.sign('sha256', data, { key: privateKey, ...o }); return held(made.length === 64 && c.verify('sha256', data, { key: publicKey, ...o }, made), made.toString('hex'));",
  ],
  [
    'one by a stream',
    "const { privateKey, publicKey } = pair('P-384'); const s = c.createSign('SHA384'); s.update('an '); s.write('order'); s.end(' of three'); const made = s.sign(privateKey.export({ type: 'pkcs8', format: 'pem' }), 'base64'); return held(c.createVerify('SHA384').update(data).verify(publicKey, made, 'base64'), made);",
  ],
  [
    'one through a callback',
    "const { privateKey, publicKey } = pair('P-256'); const made = await new Promise((done, fail) => c.sign('sha256', data, privateKey, (e, m) => e ? fail(e) : done(m))); return held(c.verify('sha256', data, publicKey, made), made.toString('hex'));",
  ],
  [
    'one of the web',
    "const k = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']); const a = { name: 'ECDSA', hash: 'SHA-256' }; const made = await crypto.subtle.sign(a, k.privateKey, data); return held(await crypto.subtle.verify(a, k.publicKey, made, data), Buffer.from(made).toString('hex'));",
  ],
  [
    'a salted one of RSA',
    `${rsa} const made = c.sign('sha256', data, { key: privateKey, ${pss} }); return held(c.verify('sha256', data, { key: publicKey, ${pss} }, made), made.toString('hex'));`,
  ],
  [
    'a salted one as tokens have it',
    `${rsa} const o = { ${pss}, saltLength: c.constants.RSA_PSS_SALTLEN_DIGEST }; const made = c.createSign('RSA-SHA256').update(data).sign({ key: privateKey, ...o }, 'base64'); return held(c.createVerify('RSA-SHA256').update(data).verify({ key: publicKey, ...o }, made, 'base64'), made);`,
  ],
  [
    'a salted one of the web',
    "const k = await crypto.subtle.generateKey({ name: 'RSA-PSS', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, false, ['sign', 'verify']); const a = { name: 'RSA-PSS', saltLength: 32 }; const made = await crypto.subtle.sign(a, k.privateKey, data); return held(await crypto.subtle.verify(a, k.publicKey, made, data), Buffer.from(made).toString('hex'));",
  ],
  [
    'primes',
    "const p = c.generatePrimeSync(128, { bigint: true }); const q = await new Promise((done, fail) => c.generatePrime(64, (e, m) => e ? fail(e) : done(m))); return held(c.checkPrimeSync(p) && c.checkPrimeSync(q) && p.toString(2).length === 128 && q.byteLength === 8, String(p), Buffer.from(q).toString('hex'));",
  ],
  [
    'keys for an exchange',
    "const a = c.createECDH('prime256v1'); const b = c.createECDH('prime256v1'); a.generateKeys(); const open = b.generateKeys('hex', 'compressed'); return held(a.computeSecret(b.getPublicKey()).equals(b.computeSecret(a.getPublicKey())) && open === b.getPublicKey('hex', 'compressed'), open);",
  ],
];

describe('what is salted or drawn by chance is valid, and the same in every run: in services and in tests', () => {
  it.each(bodies)('%s', { timeout: 60_000 }, async (_, body) => {
    const tree = () =>
      written({
        'main.js': `exports.make = async () => { ${start}\n${body} };`,
        'main.test.js':
          "const test = require('node:test'); test('makes it', async () => { await require('./main.js').make(); });",
      });
    const plan = {
      when: [{ call: { id: 'p', module: 'main.js', export: 'make', args: [] } }],
      then: [{ check: '$exists(p.value)' }],
    };
    const [first, second] = [await simulate(tree(), plan), await simulate(tree(), plan)];
    expect(first.verdict.reason).toBe('The expectation is met.');
    expect(second.results).toEqual(first.results);
    expect(second.trace.hash).toBe(first.trace.hash);
    const tested = { when: [{ test: { id: 't', file: 'main.test.js' } }], then: [{ check: 't.passed' }] };
    const [one, other] = [await simulate(tree(), tested), await simulate(tree(), tested)];
    expect(one.verdict.reason).toBe('The expectation is met.');
    expect(other.trace.hash).toBe(one.trace.hash);
  });

  it('and differs with another seed', async () => {
    const tree = written({ 'main.js': `exports.make = async () => { ${start}\n${bodies[0]?.[1]} };` });
    const plan = (seed: number) => ({
      world: { seed },
      when: [{ call: { id: 'p', module: 'main.js', export: 'make', args: [] } }],
    });
    const [one, other] = [await simulate(tree, plan(1)), await simulate(tree, plan(2))];
    expect(one.results.p).not.toEqual(other.results.p);
  });
});
