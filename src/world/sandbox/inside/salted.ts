import crypto from 'node:crypto';
import { bytesOf, openSalts, type Salts } from './salts.ts';

type Verb = (...args: unknown[]) => unknown;
type Verbs = Record<string, Verb>;

const { constants, createHash } = crypto;

/** Lets signatures and primes be made by the chance of the world; what is given back as undefined is left as it was. */
export function installSalts(seed: number, service: string): void {
  const salts = openSalts(seed, service);
  const all = crypto as unknown as Verbs;
  const { sign = nothing } = all;
  all.sign = (...args) => {
    const [hash, data, given, done] = args;
    const digest = typeof hash === 'string' ? digestOf(hash, data) : undefined;
    const made = digest && salts.signature({ given, digest, hash: String(hash) });
    if (!made) return Reflect.apply(sign, crypto, args);
    if (typeof done !== 'function') return made;
    setImmediate(() => done(null, made));
  };
  signStreams(salts);
  signOnTheWeb(salts);
  drawPrimes(salts, all);
  exchange(all, salts);
}

function digestOf(hash: string, data: unknown): Buffer | undefined {
  try {
    return createHash(hash)
      .update(data as Buffer)
      .digest();
  } catch {
    return undefined;
  }
}

function signStreams(salts: Salts): void {
  const hashes = new WeakMap<object, { hash: string; of: crypto.Hash }>();
  const { createSign } = crypto;
  const prototype = crypto.Sign.prototype as unknown as Verbs;
  const { update, sign } = prototype;
  if (!update || !sign) return;
  const all = crypto as unknown as Verbs;
  all.createSign = (hash, options) => {
    const made = createSign(hash as string, options as never);
    try {
      hashes.set(made, { hash: String(hash), of: createHash(String(hash)) });
    } catch {
      // A digest that signs and does not hash: Node's own signature it is.
    }
    return made;
  };
  // A stream that is written to leads here too.
  prototype.update = function (this: object, ...args) {
    hashes.get(this)?.of.update(args[0] as string, args[1] as 'utf8');
    return Reflect.apply(update, this, args);
  };
  prototype.sign = function (this: object, ...args) {
    const known = hashes.get(this);
    const made = known && salts.signature({ given: args[0], digest: known.of.copy().digest(), hash: known.hash });
    const own = Reflect.apply(sign, this, args);
    return made ? (typeof args[1] === 'string' && args[1] !== 'buffer' ? made.toString(args[1] as 'hex') : made) : own;
  };
}

function signOnTheWeb(salts: Salts): void {
  const subtle = Object.getPrototypeOf(crypto.webcrypto.subtle) as Verbs;
  const { sign } = subtle;
  if (!sign) return;
  subtle.sign = async function (this: unknown, ...args) {
    const own = await Reflect.apply(sign, this, args);
    const [algorithm, key, data] = args as [
      { name?: string; hash?: unknown; saltLength?: number },
      CryptoKey,
      Uint8Array | ArrayBuffer,
    ];
    const name = String(Object(algorithm).name ?? algorithm).toUpperCase();
    if (!/^(?:ECDSA|RSA-PSS)$/.test(name)) return own;
    const hashed = name === 'ECDSA' ? algorithm.hash : Object(key.algorithm).hash;
    const hash = String(Object(hashed).name ?? hashed).replace('-', '');
    const view = ArrayBuffer.isView(data)
      ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
      : Buffer.from(data);
    const options = {
      dsaEncoding: 'ieee-p1363',
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: algorithm.saltLength,
    };
    const made = salts.signature({ given: { key, ...options }, digest: createHash(hash).update(view).digest(), hash });
    return made ? Uint8Array.from(made).buffer : own;
  };
}

function drawPrimes(salts: Salts, all: Verbs): void {
  const { generatePrime, generatePrimeSync } = all;
  if (!generatePrime || !generatePrimeSync) return;
  const drawn = (bits: unknown, options: unknown): unknown => {
    const { safe, add, bigint } = Object(options) as { safe?: boolean; add?: unknown; bigint?: boolean };
    if (safe || add !== undefined || !Number.isInteger(bits) || (bits as number) < 3) return undefined;
    const found = salts.prime(bits as number);
    return bigint ? found : Uint8Array.from(bytesOf(found, ((bits as number) + 7) >> 3)).buffer;
  };
  all.generatePrimeSync = (bits, options) => drawn(bits, options) ?? generatePrimeSync(bits, options);
  all.generatePrime = (...args) => {
    const done = args.at(-1);
    const found = typeof done === 'function' ? drawn(args[0], args.length > 2 ? args[1] : {}) : undefined;
    if (found === undefined) return generatePrime(...args);
    setImmediate(() => (done as Verb)(null, found));
  };
}

/** Keys for an exchange on a curve: the private part is drawn here, the public one follows from it. */
function exchange(all: Verbs, salts: Salts): void {
  const { createECDH } = crypto;
  all.createECDH = (named) => {
    const made = createECDH(named as string);
    const { generateKeys } = made;
    (made as unknown as Verbs).generateKeys = (...asked) => {
      const own = salts.scalar(String(named));
      if (!own) return Reflect.apply(generateKeys, made, asked as []);
      made.setPrivateKey(own);
      return made.getPublicKey(...(asked as []));
    };
    return made;
  };
}

function nothing(): undefined {
  return undefined;
}
