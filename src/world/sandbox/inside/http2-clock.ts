import { subscribe } from 'node:diagnostics_channel';
import { registerHooks, syncBuiltinESMExports } from 'node:module';
import { after, timers } from './clock.ts';

type Call = (this: unknown, ...args: unknown[]) => unknown;

/** A stream or session of HTTP/2, with the parts of Node that ours touches. */
interface Timed {
  timeout?: number;
  destroyed?: boolean;
  _onTimeout(): void;
  once(event: string, work: () => void): unknown;
  removeListener(event: string, work: () => void): unknown;
}

const { apply } = Reflect;
const { getPrototypeOf, getOwnPropertySymbols } = Object;
const done = new WeakSet<object>();
const armed = new WeakMap<object, ReturnType<typeof after>>();

/** HTTP/2 dates its responses and times out by clocks of Node's own; here it goes by the world's time. */
export function installHttp2Clock(): void {
  const met = (message: unknown): void => {
    const { stream } = message as { stream: object & { session?: object } };
    meet(stream);
    if (stream.session) meet(stream.session);
  };
  subscribe('http2.client.stream.created', met);
  subscribe('http2.server.stream.created', met);
  const load = process.getBuiltinModule;
  let isSeen = false;
  registerHooks({
    resolve(specifier, context, next) {
      if (!isSeen && /^(?:node:)?http2$/.test(specifier)) {
        isSeen = true;
        watchSessions(load('node:http2') as unknown as { connect: Call });
      }
      return next(specifier, context);
    },
  });
}

function watchSessions(http2: { connect: Call }): void {
  const { connect } = http2;
  http2.connect = (...args) => {
    const session = apply(connect, http2, args) as object;
    meet(session);
    return session;
  };
  syncBuiltinESMExports();
}

/** Lets everything of the kind of a stream or session go by the world's time, from the first that is seen on. */
function meet(one: object): void {
  for (let at: object | null = getPrototypeOf(one); at !== null && !done.has(at); at = getPrototypeOf(at)) {
    done.add(at);
    if (Object.hasOwn(at, '_onTimeout')) timeOut(at as Record<PropertyKey, unknown>);
    for (const verb of ['respond', 'respondWithFD', 'respondWithFile']) {
      if (Object.hasOwn(at, verb)) date(at as Record<string, Call>, verb, verb === 'respond' ? 0 : 1);
    }
  }
}

function timeOut(prototype: Record<PropertyKey, unknown>): void {
  const again = getOwnPropertySymbols(prototype).find(({ description }) => description === 'kUpdateTimer');
  prototype.setTimeout = function setTimeout(this: Timed, ms: number, work?: () => void) {
    if (this.destroyed) return this;
    this.timeout = ms;
    if (typeof work === 'function' && ms === 0) this.removeListener('timeout', work);
    else if (typeof work === 'function') this.once('timeout', work);
    if (!armed.has(this)) this.once('close', () => disarm(this));
    arm(this);
    return this;
  };
  if (again) {
    prototype[again] = function update(this: Timed) {
      if (!this.destroyed && armed.has(this)) arm(this);
    };
  }
}

function arm(one: Timed): void {
  disarm(one);
  const { timeout } = one;
  if (timeout)
    armed.set(
      one,
      after(timeout, () => one.destroyed || one._onTimeout()),
    );
}

function disarm(one: Timed): void {
  const timer = armed.get(one);
  if (timer) timers.drop(timer);
  armed.delete(one);
}

/** Lets a verb that begins a response say the world's date; its headers are at that place. */
function date(prototype: Record<string, Call>, verb: string, place: number): void {
  const original = prototype[verb];
  if (!original) return;
  prototype[verb] = function respond(...args) {
    const { sendDate = true } = Object(args[place + 1]) as { sendDate?: boolean };
    if (sendDate) args[place] = dated(args[place]);
    return apply(original, this, args);
  };
}

function dated(headers: unknown): unknown {
  const now = new Date(timers.now).toUTCString();
  if (Array.isArray(headers)) {
    const isDated = headers.some((name, at) => at % 2 === 0 && String(name).toLowerCase() === 'date');
    return isDated ? headers : [...headers, 'date', now];
  }
  const known = Object(headers) as object;
  const isDated = Object.keys(known).some((name) => name.toLowerCase() === 'date');
  return isDated ? headers : { ...known, date: now };
}
