import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import { timers } from './clock.ts';

/** Files tell neither when and where they were laid out nor when they were read: a replay may run on another machine. */
export function installFileFacts(): void {
  const one = fs.statSync(fileURLToPath(import.meta.url));
  const big = fs.statSync(fileURLToPath(import.meta.url), { bigint: true });
  fixed(Object.getPrototypeOf(one), (value) => value);
  fixed(Object.getPrototypeOf(big), (value) => BigInt(value));
}

function fixed(prototype: object, shown: (value: number) => unknown): void {
  const started = Math.trunc(timers.started);
  const times = ['atime', 'mtime', 'ctime', 'birthtime'];
  for (const name of times) {
    fix(prototype, name, () => new Date(started));
    fix(prototype, `${name}Ms`, () => shown(started));
    fix(prototype, `${name}Ns`, () => BigInt(started) * 1_000_000n);
  }
  fix(prototype, 'dev', () => shown(1));
  fix(prototype, 'ino', () => shown(1));
  fix(prototype, 'uid', () => shown(1000));
  fix(prototype, 'gid', () => shown(1000));
}

/** Node sets these on each object that it makes; what it sets is not kept. */
function fix(prototype: object, name: string, get: () => unknown): void {
  Object.defineProperty(prototype, name, { configurable: true, enumerable: true, get, set: () => undefined });
}
