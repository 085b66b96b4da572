import { converse, type Sandbox } from './conversation.ts';
import { frame } from './frames.ts';
import { hold } from './hold.ts';
import { findWithin, type Kin } from './kin.ts';
import { newMark } from './mark.ts';
import { watchMemory } from './memory.ts';
import { type Started, wayOf } from './process.ts';
import type { SourceAnswer } from './protocol.ts';

type Serve = (file: string) => SourceAnswer;

/** Processes kept as they stood when their services had started; a copy of one goes on from there within a millisecond. */
export interface Originals extends AsyncDisposable {
  /** How many copies that were asked for did not come to be. */
  readonly failures: number;
  /** Keeps a process that waits for an order; the copy goes on in its place. Undefined when it cannot be copied. */
  keep(key: string, started: Started, serve: Serve): Sandbox | undefined;
  has(key: string): boolean;
  /** A copy of what is kept under a key. */
  copy(key: string, serve: Serve): Sandbox | undefined;
}

interface Original {
  key: string;
  started: Started;
  /** Copies made, and those of them that are there. */
  made: number;
  live: number;
}

const mostComplaint = 16_000;
/** Where copies of so many different processes did not come to be, the machine is to blame. */
const mostFailed = 20;

/** Whether processes can be copied on this machine: it takes the copying of Linux and an engine for x64. */
export const canCopy = process.platform === 'linux' && process.arch === 'x64';

/** No process is kept, so each is started. */
export const noOriginals: Originals = {
  failures: 0,
  keep: () => undefined,
  has: () => false,
  copy: () => undefined,
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/**
 * Keeps at most so many processes; the one that was not asked for longest goes first. A process of which a copy did not
 * come to be is not copied again: its code may be to blame, and others are copied on. With too many of them, none is.
 */
export function keepOriginals(most: number): Originals {
  const kept = new Map<string, Original>();
  const all = new Set<Original>();
  const failed = new Set<string>();
  let failures = 0;
  let isOpen = true;
  const release = (original: Original): void => {
    if (kept.get(original.key) === original) kept.delete(original.key);
    if (original.live === 0) original.started.child.kill('SIGKILL');
  };
  const copyOf = (original: Original, serve: Serve): Sandbox => {
    original.made += 1;
    original.live += 1;
    const copy = copyAt(original.started, original.made, serve, () => {
      if (!isOpen) return;
      failures += 1;
      failed.add(original.key);
      release(original);
      if (failed.size >= mostFailed) for (const one of [...kept.values()]) release(one);
    });
    void copy.gone.then(() => {
      original.live -= 1;
      if (kept.get(original.key) !== original) release(original);
    });
    if (original.made === original.started.program.beginning.copies) release(original);
    return copy;
  };
  const mayCopy = (key: string): boolean => isOpen && failed.size < mostFailed && !failed.has(key);
  return {
    get failures() {
      return failures;
    },
    keep(key, started, serve) {
      if (most === 0 || started.program.beginning.copies === 0 || kept.has(key)) return undefined;
      if (!mayCopy(key) || !isThere(started)) return undefined;
      const original: Original = { key, started, made: 0, live: 0 };
      started.rest();
      hold(started.child, false);
      kept.set(key, original);
      all.add(original);
      void started.sandbox.gone.then(() => {
        all.delete(original);
        release(original);
      });
      const copy = copyOf(original, serve);
      for (const old of [...kept.values()].slice(0, Math.max(0, kept.size - most))) release(old);
      return copy;
    },
    has: (key) => mayCopy(key) && kept.has(key),
    copy(key, serve) {
      const found = kept.get(key);
      if (!found || !mayCopy(key)) return undefined;
      if (!isThere(found.started)) {
        release(found);
        return undefined;
      }
      kept.delete(key);
      kept.set(key, found);
      return copyOf(found, serve);
    },
    async [Symbol.asyncDispose]() {
      isOpen = false;
      const left = [...all];
      for (const { started } of left) {
        hold(started.child, true);
        started.child.kill('SIGKILL');
      }
      await Promise.all(left.map(({ started }) => started.sandbox.gone));
    },
  };
}

/** Whether a process is still there, as far as is known by now. */
function isThere({ child }: Started): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** Asks a process for its next copy and talks with it on the way that was laid for it. */
function copyAt({ child, program }: Started, place: number, serve: Serve, failed: () => void): Sandbox {
  const channel = wayOf(child, place);
  const mark = newMark();
  let complaint = '';
  let isStarved = false;
  let isKilled = false;
  let self: Kin | undefined;
  let unwatch = (): void => undefined;
  const hear = (bytes: Buffer): void => {
    if (complaint.length < mostComplaint) complaint += bytes.toString().slice(0, mostComplaint);
  };
  const kill = (): void => {
    isKilled = true;
    self?.kill();
  };
  child.stderr?.on('data', hear);
  hold(channel, true);
  // It is told nothing before it was found, so that it cannot have come and gone in between.
  channel.cork();
  channel.once('end', () => channel.destroy());
  const gone = new Promise<void>((resolve) => {
    const end = (): void => {
      unwatch();
      child.stderr?.off('data', hear);
      self?.kill();
      if (!self) {
        failed();
        complaint += 'its process could not be copied';
      }
      resolve();
    };
    // Code of the process may have closed the way before it was kept.
    if (channel.destroyed) end();
    else channel.once('close', end);
  });
  const born = (number: number): void => {
    self = findWithin(child.pid, number);
    if (!self) channel.destroy();
    if (isKilled) self?.kill();
    channel.uncork();
    unwatch = watchMemory(self?.pid, program.memoryMb, (limitMb) => {
      isStarved = true;
      complaint += `it held more than ${limitMb} MB`;
      self?.kill();
    });
  };
  const { service } = program.beginning;
  const body = { service, channel, mark, complaint: () => complaint, isStarved: () => isStarved, kill, gone, born };
  const sandbox = converse(body, serve);
  if (!channel.destroyed) wayOf(child, 0).write(frame({ t: 'double', place, mark }));
  return sandbox;
}
