import crypto, { type KeyObject } from 'node:crypto';
import { seeded } from './chance.ts';

/** Curves by the name that JWK has for them, with the order of their base point and the bytes of it. */
const curves: Record<string, { named: string; order: bigint; size: number }> = {
  'P-256': curve('prime256v1', 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'),
  secp256k1: curve('secp256k1', 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141'),
  'P-384': curve(
    'secp384r1',
    'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
  ),
  'P-521': curve('secp521r1', `01${'f'.repeat(64)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`),
};
const { checkPrimeSync, createECDH, createHash, createPrivateKey, privateEncrypt, constants } = crypto;

/** What a key and a digest are signed with. */
interface Salting {
  /** The key, with the options beside it. */
  given: unknown;
  digest: Buffer;
  hash: string;
}

/** Chance for what salts a signature or is drawn as a prime: that of the world, where OpenSSL would take its own. */
export interface Salts {
  bytes(size: number): Buffer;
  /** A signature with a salt of the world; nothing for a kind of key that takes none, or that is not known here. */
  signature(salting: Salting): Buffer | undefined;
  /** A prime of so many bits. */
  prime(bits: number): bigint;
  /** A private key on a curve; nothing for a curve that is not known here. */
  scalar(named: string): Buffer | undefined;
}

/** Opens the chance that signatures and primes of a service are made with. */
export function openSalts(seed: number, service: string): Salts {
  const next = seeded(seed, `${service}:salts`);
  const bytes = (size: number): Buffer => Buffer.from(Array.from({ length: size }, () => next() * 256));
  const below = (order: bigint, size: number): bigint => (numberOf(bytes(size + 8)) % (order - 1n)) + 1n;
  return {
    bytes,
    signature: ({ given, digest, hash }) => {
      const key = keyOf(given);
      if (key?.asymmetricKeyType === 'ec') return onCurve(key, digest, Object(given).dsaEncoding, below);
      const isPss = Object(given).padding === constants.RSA_PKCS1_PSS_PADDING;
      return key?.asymmetricKeyType === 'rsa' && isPss
        ? withPss(key, { digest, hash, length: Object(given).saltLength, bytes })
        : undefined;
    },
    prime(bits) {
      const top = 3n << BigInt(bits - 2);
      let found = (numberOf(bytes((bits + 7) >> 3)) & ((1n << BigInt(bits)) - 1n)) | top | 1n;
      while (!checkPrimeSync(found)) found = found + 2n < 1n << BigInt(bits) ? found + 2n : top | 1n;
      return found;
    },
    scalar(named) {
      const found = Object.values(curves).find((one) => one.named === named);
      return found && bytesOf(below(found.order, found.size), found.size);
    },
  };
}

function onCurve(
  key: KeyObject,
  digest: Buffer,
  encoding: unknown,
  below: (order: bigint, size: number) => bigint,
): Buffer | undefined {
  const { crv = '', d = '' } = key.export({ format: 'jwk' });
  const found = Object.hasOwn(curves, crv) ? curves[crv] : undefined;
  if (!found) return undefined;
  const { named, order, size } = found;
  const bits = BigInt(order.toString(2).length);
  const excess = BigInt(digest.length * 8) - bits;
  const hashed = excess > 0n ? numberOf(digest) >> excess : numberOf(digest);
  const own = numberOf(Buffer.from(d, 'base64url'));
  for (;;) {
    const nonce = below(order, size);
    const point = createECDH(named);
    point.setPrivateKey(bytesOf(nonce, size));
    const r = numberOf(point.getPublicKey().subarray(1, 1 + size)) % order;
    const s = (inverse(nonce, order) * (hashed + r * own)) % order;
    if (r === 0n || s === 0n) continue;
    return encoding === 'ieee-p1363' ? Buffer.concat([bytesOf(r, size), bytesOf(s, size)]) : der(r, s);
  }
}

/** EMSA-PSS of RFC 8017, section 9.1.1, and the plain operation of the key on it. */
function withPss(
  key: KeyObject,
  { digest, hash, length, bytes }: { digest: Buffer; hash: string; length: unknown; bytes(size: number): Buffer },
): Buffer | undefined {
  const modulus = key.asymmetricKeyDetails?.modulusLength ?? 0;
  const size = Math.ceil((modulus - 1) / 8);
  const most = size - digest.length - 2;
  const asked = typeof length === 'number' ? length : constants.RSA_PSS_SALTLEN_MAX_SIGN;
  const wanted = asked === constants.RSA_PSS_SALTLEN_DIGEST ? digest.length : asked < 0 ? most : asked;
  if (wanted > most || most < 0) return undefined;
  const salt = bytes(wanted);
  const sum = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
  const block = Buffer.concat([Buffer.alloc(most - wanted), Buffer.from([1]), salt]);
  const mask = masking(sum, block.length, hash);
  for (const [at, byte] of mask.entries()) block[at] = (block[at] ?? 0) ^ byte;
  block[0] = (block[0] ?? 0) & (0xff >> (8 * size - (modulus - 1)));
  const encoded = Buffer.concat([Buffer.alloc(Math.ceil(modulus / 8) - size), block, sum, Buffer.from([0xbc])]);
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded);
}

function masking(from: Buffer, size: number, hash: string): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0, held = 0; held < size; at += 1) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(at);
    const part = createHash(hash).update(from).update(counter).digest();
    parts.push(part);
    held += part.length;
  }
  return Buffer.concat(parts).subarray(0, size);
}

/** Whether a curve is one whose keys and signatures are made here. */
export function isKnownCurve(named: unknown): boolean {
  return Object.values(curves).some((one) => one.named === named);
}

/** The private key that is meant, however it is given; nothing where it is none. */
export function keyOf(given: unknown): KeyObject | undefined {
  const { key = given } = Object(given) as { key?: unknown };
  if (key instanceof crypto.KeyObject) return key;
  if (key instanceof CryptoKey) return crypto.KeyObject.from(key);
  try {
    return createPrivateKey(given as never);
  } catch {
    return undefined;
  }
}

function curve(named: string, order: string): { named: string; order: bigint; size: number } {
  return { named, order: BigInt(`0x${order}`), size: Math.ceil(order.length / 2) };
}

function inverse(of: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [of % modulus, modulus, 1n, 0n];
  while (b > 0n) {
    const times = a / b;
    [a, b, x, y] = [b, a - times * b, y, x - times * y];
  }
  return ((x % modulus) + modulus) % modulus;
}

function der(r: bigint, s: bigint): Buffer {
  const parts = [r, s].map((value) => {
    const hex = value.toString(16);
    const plain = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
    const body = (plain[0] ?? 0) > 127 ? Buffer.concat([Buffer.alloc(1), plain]) : plain;
    return Buffer.concat([Buffer.from([2, body.length]), body]);
  });
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(body.length > 127 ? [0x30, 0x81, body.length] : [0x30, body.length]), body]);
}

function numberOf(bytes: Buffer): bigint {
  return BigInt(`0x${bytes.toString('hex') || '0'}`);
}

/** A number as so many bytes, the greatest first. */
export function bytesOf(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(size * 2, '0'), 'hex');
}
