import { types } from 'node:util';
import { say } from './channel.ts';
import { decorating } from './decorating.ts';
import { preview } from './preview.ts';

const { isPromise, isProxy } = types;
const then = Promise.prototype.then;
const hasOwn = Object.hasOwn;
const uncounted = new Map<string, Map<number, number>>();
let seq = 0;
let left = 0;

/** One run of one function: told what it returns, throws, or that it is over. */
class Run {
  private readonly of: number;
  private over = false;

  constructor(of: number) {
    this.of = of;
  }
  /** Returned. */
  r<T>(value: T): T {
    if (this.over) return value;
    this.over = true;
    note('r', this.of, value);
    return value;
  }
  /** Returned from an async function: what it settles to counts, when it is a promise of its own. */
  a<T>(value: T): T {
    if (!isPromise(value) || isProxy(value) || hasOwn(value, 'constructor')) return this.r(value);
    this.over = true;
    then.call(
      value,
      (settled) => note('r', this.of, settled),
      (thrown) => note('t', this.of, thrown),
    );
    return value;
  }
  /** Threw. */
  t(thrown: unknown): void {
    if (this.over) return;
    this.over = true;
    note('t', this.of, thrown);
  }
  /** Over, whichever way. */
  f(): void {
    if (!this.over) this.r(undefined);
  }
}

/** A run beyond what is written down. */
const unseen = { r: <T>(value: T): T => value, a: <T>(value: T): T => value, t: () => undefined, f: () => undefined };

/** Gives the target's functions what they report their runs to. */
export function installRecorder(mostEvents: number): void {
  left = mostEvents;
  Object.defineProperty(globalThis, '__rehearse', { value: Object.freeze(enter) });
  Object.defineProperty(globalThis, 'babelHelpers', { value: decorating });
}

/** How often functions ran beyond what was written down. */
export function countsBeyond(): [file: string, fn: number, calls: number][] {
  return [...uncounted].flatMap(([file, calls]) =>
    [...calls].map(([fn, count]): [string, number, number] => [file, fn, count]),
  );
}

function enter(file: string, fn: number, args: ArrayLike<unknown>): Run | typeof unseen {
  if (left <= 0) {
    const calls = uncounted.get(file) ?? new Map<number, number>();
    uncounted.set(file, calls);
    calls.set(fn, (calls.get(fn) ?? 0) + 1);
    return unseen;
  }
  left -= 1;
  seq += 1;
  const [text, hash] = preview(args);
  say({ t: 'seen', e: [['c', seq, file, fn, text, hash]] });
  return new Run(seq);
}

function note(kind: 'r' | 't', of: number, value: unknown): void {
  const [text, hash] = preview([value]);
  say({ t: 'seen', e: [[kind, of, text, hash]] });
}
