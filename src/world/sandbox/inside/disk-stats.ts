import fs from 'node:fs';
import { timers } from './clock.ts';
import type { Entry } from './disk-store.ts';
import { hidden } from './preview.ts';

const kinds = { file: 0o100000, folder: 0o040000, gone: 0 };
const times = ['atime', 'mtime', 'ctime', 'birthtime'] as const;

const bigPrototype: object = Object.getPrototypeOf(fs.statSync(import.meta.dirname, { bigint: true }));

interface Facts {
  [fact: string]: unknown;
}

/** What `stat` tells of an entry of the world. */
export function statsOf(entry: Entry, isBig = false): fs.Stats | fs.BigIntStats {
  const { mode, kind, ino, bytes, accessed, modified, born } = entry;
  const size = kind === 'file' ? bytes.length : 4096;
  const facts = { dev: 1, mode: kinds[kind] | mode, nlink: 1, uid: 1000, gid: 1000, rdev: 0, blksize: 4096, ino, size };
  const stats = Object.create(isBig ? bigPrototype : fs.Stats.prototype) as Facts;
  const all = { ...facts, blocks: Math.ceil(size / 512) };
  for (const [name, value] of Object.entries(all)) stats[name] = isBig ? BigInt(value) : value;
  tell(stats, { atime: accessed, mtime: modified, ctime: modified, birthtime: born }, isBig);
  return stats as unknown as fs.Stats;
}

/** Lets the facts of a file of the tree be the same on every machine: its times are those of the world's beginning. */
export function settled<T>(stats: T, at?: string): T {
  if (typeof stats !== 'object' || stats === null) return stats;
  const facts = stats as Facts;
  const isBig = typeof facts.size === 'bigint';
  const { started } = timers;
  tell(facts, { atime: started, mtime: started, ctime: started, birthtime: started }, isBig);
  const fixed = {
    dev: 1,
    uid: 1000,
    gid: 1000,
    nlink: 1,
    ino: at === undefined ? 0 : numberOf(at.replace(hidden.folder, '')),
  };
  for (const [name, value] of Object.entries(fixed)) facts[name] = isBig ? BigInt(value) : value;
  return stats;
}

function tell(facts: Facts, said: Record<(typeof times)[number], number>, isBig: boolean): void {
  for (const name of times) {
    facts[`${name}Ms`] = isBig ? BigInt(said[name]) : said[name];
    if (isBig) facts[`${name}Ns`] = BigInt(said[name]) * 1_000_000n;
    const value = new Date(said[name]);
    Object.defineProperty(facts, name, { value, writable: true, enumerable: true, configurable: true });
  }
}

/** A number for a path, the same wherever it is asked for. */
function numberOf(at: string): number {
  let number = 7;
  for (let index = 0; index < at.length; index += 1) number = (Math.imul(number, 31) + at.charCodeAt(index)) >>> 0;
  return number;
}
