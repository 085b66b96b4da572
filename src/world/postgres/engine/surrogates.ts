import nodeCrypto from 'node:crypto';

const perLook = 0.001;

/** The part of WebAssembly that TypeScript does not know without a browser. */
interface Tables {
  Table: { prototype: { grow(this: unknown, ...given: unknown[]): number } };
}

/** Time and chance as the Postgres of this thread sees them. */
export interface Surrogates {
  /** From here on it is `now`, and time only creeps as it is looked at, so that whoever waits for it gets there. */
  set(now: number): void;
  /** Milliseconds that have passed by being looked at (a `pg_sleep`, say) since `set`. */
  passed(): number;
  /** Random bytes follow from this seed from here on. */
  seed(seed: number): void;
  /** How often a table of functions grew: what is loaded into it cannot be taken back. */
  growths(): number;
}

/**
 * Takes the wall clock and chance away from this thread, before Postgres is imported into it.
 * Only for a thread of our own in which nothing else runs.
 */
export function installSurrogates(): Surrogates {
  let now = 0;
  let elapsed = 0;
  let state = 1;
  let growths = 0;
  const look = () => {
    elapsed += perLook;
    return elapsed;
  };
  const next = () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const fill = <T extends ArrayBufferView>(view: T): T => {
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = next() & 255;
    return view;
  };
  Date.now = () => now + Math.floor(look());
  performance.now = look;
  Math.random = () => next() / 2 ** 32;
  Object.assign(nodeCrypto, { randomFillSync: fill });
  Object.defineProperty(globalThis.crypto, 'getRandomValues', { value: fill });
  const table = (globalThis as unknown as { WebAssembly: Tables }).WebAssembly.Table.prototype;
  const grow = table.grow;
  table.grow = function (this: unknown, ...given: unknown[]) {
    growths += 1;
    return grow.apply(this, given);
  };
  return {
    set: (time) => {
      now = time;
      elapsed = 0;
    },
    passed: () => elapsed,
    seed: (seed) => {
      state = seed | 0;
    },
    growths: () => growths,
  };
}
