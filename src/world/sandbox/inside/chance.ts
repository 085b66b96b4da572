import { timers } from './clock.ts';
import { installKeys } from './keys.ts';

/** Seeded chance, good enough to look random: sfc32. */
export function seeded(seed: number, name: string): () => number {
  let a = seed >>> 0;
  let b = 0x9e3779b9;
  let c = 0x243f6a88;
  let d = 1;
  for (const char of name) d = Math.imul(d ^ char.charCodeAt(0), 0x01000193) >>> 0;
  const next = () => {
    const sum = (a + b + d) >>> 0;
    d = (d + 1) >>> 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) >>> 0;
    c = (((c << 21) | (c >>> 11)) + sum) >>> 0;
    return sum / 2 ** 32;
  };
  for (let warm = 0; warm < 12; warm += 1) next();
  return next;
}

/** Puts the world's chance in the place of the machine's. */
export function installChance(seed: number, service: string): void {
  const next = seeded(seed, service);
  const tokens = seeded(seed, `${service}:bytes`);
  Math.random = () => (Math.floor(next() * 2 ** 21) * 2 ** 32 + next() * 2 ** 32) / 2 ** 53;
  const crypto = process.getBuiltinModule('node:crypto');
  const bytes = (size: number) => {
    const made = Buffer.alloc(size);
    for (let at = 0; at < size; at += 1) made[at] = tokens() * 256;
    return made;
  };
  const fill = (view: ArrayBufferView, offset = 0, size = view.byteLength - offset) => {
    bytes(size).copy(Buffer.from(view.buffer, view.byteOffset + offset, size));
    return view;
  };
  put(crypto, {
    randomBytes: answering((size: number) => bytes(size)),
    pseudoRandomBytes: answering((size: number) => bytes(size)),
    randomFill: answering(fill),
    randomFillSync: fill,
    randomInt: answering((low: number, high?: number) => {
      const [from, to] = high === undefined ? [0, low] : [low, high];
      return from + Math.floor(tokens() * (to - from));
    }),
    randomUUID: () => uuid(bytes(16)),
    randomUUIDv7: () => uuid(timed(bytes(16)), 7),
  });
  installKeys(bytes);
  const web = Object.getPrototypeOf(globalThis.crypto);
  put(web, { getRandomValues: (view: ArrayBufferView) => fill(view), randomUUID: () => uuid(bytes(16)) });
}

function put(target: object, values: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(values)) {
    Object.defineProperty(target, name, { value, configurable: true, writable: true, enumerable: true });
  }
}

/** A verb that answers at once, or through the callback that ends its arguments. */
function answering<A extends unknown[], R>(verb: (...args: A) => R) {
  return (...args: unknown[]): R | undefined => {
    const done = args.at(-1);
    if (typeof done !== 'function') return verb(...(args as A));
    const answer = verb(...(args.slice(0, -1) as A));
    setImmediate(() => done(null, answer));
    return undefined;
  };
}

function timed(bytes: Buffer): Buffer {
  bytes.writeUIntBE(timers.now, 0, 6);
  return bytes;
}

function uuid(bytes: Buffer, version = 4): string {
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | (version << 4);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
