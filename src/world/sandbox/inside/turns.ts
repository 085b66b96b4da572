import { createHook } from 'node:async_hooks';
import crypto from 'node:crypto';
import { types } from 'node:util';
import type { Order } from '../protocol.ts';
import { flush, receive, say } from './channel.ts';
import { timers } from './clock.ts';

const soon = setImmediate;
const { nextTick } = process;
const { randomFill } = crypto;
const { isPromise } = types;
const { load, store, wait } = Atomics;
const pauseMs = 0.2;
const quietTurns = 3;
/** Work that is done comes back in the next turn; what has not come by now was refused before it was handed in. */
const mostMissed = 20;
const pending = new Set<number>();
const pooled = new Set<number>();
let own = 0;
let quiet = 0;
/** Turns of the event loop in which nothing came back from the pool. */
let missed = 0;
let ours = false;

/** Resources that stand for one request to the thread pool from the moment they are made. */
const requests = new Set(['FSREQCALLBACK', 'FSREQPROMISE', 'FILEHANDLECLOSEREQ']);

/** Whatever is done after an order and before the turn ends, counted so that the turn waits for it. */
export function later(work: () => void): void {
  own += 1;
  immediately(() => {
    own -= 1;
    work();
  });
}

/** Begins the first turn: everything until the service is idle, then orders for ever. */
export function takeTurns(obey: (order: Order) => unknown): void {
  createHook({ init: begun, before: resumed, destroy: gone, trackPromises: false }).enable();
  const look = (): void => {
    if (pooled.size > 0 && pending.size === 0 && own === 0) {
      missed += 1;
      if (missed > mostMissed) pooled.clear();
      immediately(look);
      return;
    }
    missed = 0;
    quiet = pooled.size + pending.size + own > 0 ? 0 : quiet + 1;
    if (quiet < quietTurns) immediately(look);
    else turn();
  };
  const turn = (): void => {
    say({ t: 'idle', now: timers.now, next: timers.next() });
    flush();
    const order = receive();
    timers.now = Math.max(timers.now, order.now);
    quiet = 0;
    immediately(look);
    obey(order);
  };
  immediately(look);
}

function immediately(work: () => void): void {
  ours = true;
  soon(work);
  ours = false;
}

function begun(id: number, type: string, _trigger: number, resource: object): void {
  if (type === 'Immediate') {
    if (!ours) pending.add(id);
  } else if (ours) return;
  else if (requests.has(type)) submitted(id);
  else if (type === 'ZLIB') watch(resource as Work, 'write', id, () => true);
  else if (type.endsWith('REQUEST')) watch(resource as Work, 'run', id, isLate);
}

/** A job that is not done when it returns: it says nothing, or in the web's cryptography gives a promise. */
function isLate(answer: unknown): boolean {
  return answer === undefined || isPromise(answer);
}

interface Work {
  [verb: string]: (...args: unknown[]) => unknown;
}

/** A stream or job that enters the pool only when its verb is called, and only when that is not synchronous. */
function watch(resource: Work, verb: string, id: number, isPooled: (answer: unknown) => boolean): void {
  const original = resource[verb];
  if (typeof original !== 'function') return;
  Object.defineProperty(resource, verb, {
    configurable: true,
    value(this: unknown, ...args: unknown[]) {
      const answer = original.apply(this, args);
      if (isPooled(answer)) submitted(id);
      return answer;
    },
  });
}

/**
 * Work for the thread pool is finished before the event loop goes on, so that it comes back in the order in which it
 * was handed in and at the same place of the loop, however busy the machine is.
 */
function submitted(id: number): void {
  pooled.add(id);
  if (isDraining) return;
  isDraining = true;
  nextTick(drain);
}

let isDraining = false;
const mark = new BigInt64Array(new SharedArrayBuffer(8));
const nothing = (): void => undefined;

/** The pool has one thread: when what was handed in last has written its mark, everything before it is done. */
function drain(): void {
  isDraining = false;
  store(mark, 0, 0n);
  ours = true;
  randomFill(mark, nothing);
  ours = false;
  while (load(mark, 0) === 0n) wait(mark, 0, 0n, pauseMs);
}

function resumed(id: number): void {
  pending.delete(id);
  if (pooled.delete(id)) missed = 0;
}

function gone(id: number): void {
  pending.delete(id);
  if (pooled.delete(id)) missed = 0;
}
