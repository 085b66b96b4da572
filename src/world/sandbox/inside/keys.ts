import crypto, { type KeyObject } from 'node:crypto';
import { say } from './channel.ts';

type Bytes = (size: number) => Buffer;
type Done = (failed: Error | null, ...made: unknown[]) => void;

interface Wanted {
  length?: number;
  modulusLength?: number;
  publicExponent?: number;
  namedCurve?: string;
  publicKeyEncoding?: object;
  privateKeyEncoding?: object;
}

const { checkPrimeSync, createECDH, createPrivateKey, createPublicKey, createSecretKey, generateKeyPairSync } = crypto;
const seeds: Record<string, string> = {
  ed25519: '302e020100300506032b657004220420',
  x25519: '302e020100300506032b656e04220420',
};
const curves: Record<string, [name: string, jwk: string, size: number]> = {
  'P-256': ['prime256v1', 'P-256', 32],
  prime256v1: ['prime256v1', 'P-256', 32],
  'P-384': ['secp384r1', 'P-384', 48],
  secp384r1: ['secp384r1', 'P-384', 48],
  'P-521': ['secp521r1', 'P-521', 66],
  secp521r1: ['secp521r1', 'P-521', 66],
  secp256k1: ['secp256k1', 'secp256k1', 32],
};

/** Lets keys be made by the chance of the world. */
export function installKeys(bytes: Bytes): void {
  const secret = (_type: string, { length = 256 }: Wanted) => createSecretKey(bytes(length >> 3));
  const pair = (type: string, wanted: Wanted = {}) => shown(privateKey(type, wanted, bytes), wanted);
  const later = (make: () => unknown[], done: Done) => {
    let made: unknown[];
    try {
      made = make();
    } catch (failed) {
      return void setImmediate(() => done(failed as Error));
    }
    setImmediate(() => done(null, ...made));
  };
  const own = {
    generateKeySync: secret,
    generateKey: (type: string, wanted: Wanted, done: Done) => later(() => [secret(type, wanted)], done),
    generateKeyPairSync: pair,
    generateKeyPair(type: string, wanted: Wanted | Done, done: Done = wanted as Done) {
      later(() => {
        const { publicKey, privateKey: own } = pair(type, typeof wanted === 'function' ? {} : wanted);
        return [publicKey, own];
      }, done);
    },
  };
  const promised = (type: string, wanted: Wanted) =>
    new Promise((resolve) => setImmediate(() => resolve(pair(type, wanted))));
  Object.defineProperty(own.generateKeyPair, Symbol.for('nodejs.util.promisify.custom'), { value: promised });
  for (const [name, value] of Object.entries(own))
    Object.defineProperty(crypto, name, { value, configurable: true, writable: true, enumerable: true });
  installWebKeys(bytes);
}

function privateKey(type: string, wanted: Wanted, bytes: Bytes): KeyObject {
  const seed = seeds[type];
  if (seed)
    return createPrivateKey({
      key: Buffer.concat([Buffer.from(seed, 'hex'), bytes(32)]),
      format: 'der',
      type: 'pkcs8',
    });
  if (type === 'ec' && curves[wanted.namedCurve ?? '']) return onCurve(wanted.namedCurve ?? '', bytes);
  if (type === 'rsa') return rsa(wanted.modulusLength ?? 2048, BigInt(wanted.publicExponent ?? 65_537), bytes);
  say({ t: 'unmodelled', what: `a pair of keys of the kind ${type}` });
  return generateKeyPairSync(type as 'ed448').privateKey;
}

function shown(key: KeyObject, { publicKeyEncoding, privateKeyEncoding }: Wanted) {
  const open = createPublicKey(key);
  return {
    publicKey: publicKeyEncoding ? open.export(publicKeyEncoding as never) : open,
    privateKey: privateKeyEncoding ? key.export(privateKeyEncoding as never) : key,
  };
}

function onCurve(named: string, bytes: Bytes): KeyObject {
  const [name, crv, size] = curves[named] ?? ['', '', 0];
  const scalar = bytes(size);
  // Below the order of every curve, and not zero.
  scalar[0] = size === 66 ? 0 : (scalar[0] ?? 0) & 0x7f;
  if (size === 66) scalar[1] = (scalar[1] ?? 0) | 1;
  const at = createECDH(name);
  at.setPrivateKey(scalar);
  const point = at.getPublicKey();
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)].map((part) => part.toString('base64url'));
  return createPrivateKey({ key: { kty: 'EC', crv, d: scalar.toString('base64url'), x, y }, format: 'jwk' });
}

function rsa(bits: number, e: bigint, bytes: Bytes): KeyObject {
  const [p, q] = [prime(bits >> 1, e, bytes), prime(bits - (bits >> 1), e, bytes)].sort((a, b) => (a > b ? -1 : 1)) as [
    bigint,
    bigint,
  ];
  const d = inverse(e, (p - 1n) * (q - 1n));
  const parts = { n: p * q, e, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const jwk = Object.fromEntries(Object.entries(parts).map(([name, value]) => [name, encoded(value)]));
  return createPrivateKey({ key: { kty: 'RSA', ...jwk }, format: 'jwk' });
}

function prime(bits: number, e: bigint, bytes: Bytes): bigint {
  const top = 3n << BigInt(bits - 2);
  let found = (BigInt(`0x${bytes(bits >> 3).toString('hex')}`) | top | 1n) & ((1n << BigInt(bits)) - 1n);
  while ((found - 1n) % e === 0n || !checkPrimeSync(found)) found += 2n;
  return found;
}

function inverse(of: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [of % modulus, modulus, 1n, 0n];
  while (b > 0n) {
    const times = a / b;
    [a, b, x, y] = [b, a - times * b, y, x - times * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

function encoded(value: bigint): string {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex').toString('base64url');
}

interface WebAlgorithm extends Wanted {
  name: string;
  hash?: string | { name: string };
}

/** What a private and a public key of a pair may be used for. */
const ofPrivate = new Set(['sign', 'decrypt', 'unwrapKey', 'deriveKey', 'deriveBits']);

function installWebKeys(bytes: Bytes): void {
  const subtle = globalThis.crypto.subtle;
  const original = subtle.generateKey.bind(subtle) as (...args: unknown[]) => Promise<unknown>;
  const importKey = subtle.importKey.bind(subtle) as (...args: unknown[]) => Promise<unknown>;
  const generateKey = async (given: WebAlgorithm | string, extractable: boolean, usages: string[]) => {
    const wanted = typeof given === 'string' ? { name: given } : given;
    const name = String(wanted.name).toUpperCase();
    if (/^(?:AES-(?:CTR|CBC|GCM|KW)|HMAC)$/.test(name))
      return importKey('raw', bytes(sizeOf(name, wanted)), wanted, extractable, usages);
    const type = /^(?:RSASSA|RSA-)/.test(name) ? 'rsa' : /^EC/.test(name) ? 'ec' : name.toLowerCase();
    if (type !== 'rsa' && type !== 'ec' && !seeds[type]) return original(given, extractable, usages);
    const exponent = [...(Object(wanted).publicExponent ?? [1, 0, 1])].reduce(
      (sum: number, byte: number) => sum * 256 + byte,
      0,
    );
    const key = privateKey(type, { ...wanted, publicExponent: exponent }, bytes);
    const open = createPublicKey(key).export({ type: 'spki', format: 'der' });
    const closed = key.export({ type: 'pkcs8', format: 'der' });
    return {
      publicKey: await importKey(
        'spki',
        open,
        wanted,
        true,
        usages.filter((usage) => !ofPrivate.has(usage)),
      ),
      privateKey: await importKey(
        'pkcs8',
        closed,
        wanted,
        extractable,
        usages.filter((usage) => ofPrivate.has(usage)),
      ),
    };
  };
  Object.defineProperty(Object.getPrototypeOf(subtle), 'generateKey', {
    value: generateKey,
    configurable: true,
    writable: true,
  });
}

function sizeOf(name: string, { length, hash }: WebAlgorithm): number {
  if (name !== 'HMAC' || length !== undefined) return (length ?? 256) >> 3;
  const named = String(typeof hash === 'object' ? hash.name : hash).toUpperCase();
  return /384|512/.test(named) ? 128 : 64;
}
