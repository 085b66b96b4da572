import fs from 'node:fs';
import { registerHooks } from 'node:module';
import { types } from 'node:util';
import { say } from './channel.ts';
import { preview } from './preview.ts';

type Flags = Record<string, boolean | string | number>;
type Call = (this: unknown, ...args: unknown[]) => unknown;

const { apply } = Reflect;
const { then } = Promise.prototype;
const { isPromise } = types;
const mostReads = 10_000;
let left = mostReads;

/** Classes of flag clients whose reads would else be told only when the client reports them, perhaps never. */
const clients: [file: RegExp, name: string][] = [
  [/\/node_modules\/unleash-client\/lib\/unleash\.js$/, 'Unleash'],
  [/\/node_modules\/@launchdarkly\/js-server-sdk-common\/dist\/(?:index|LDClientImpl)\.[cm]?js$/, 'LDClientImpl'],
];
const questions = /^(?:isEnabled|getVariant|forceGetVariant|\w*[vV]ariation(?:Detail)?)$/;

/** Lets every flag that a client library is asked for be read in the trace, and OpenFeature give those of the plan. */
export function installFlags(flags: Flags): void {
  Object.defineProperty(globalThis, '__rehearseFlags', { value: Object.freeze(watch) });
  registerHooks({
    load(url, context, next) {
      const [, name] = url.startsWith('file:') ? (clients.find(([file]) => file.test(url)) ?? []) : [];
      const loaded = next(url, context);
      if (name === undefined) return loaded;
      const source = String(loaded.source ?? fs.readFileSync(new URL(url), 'utf8'));
      const last = `typeof ${name} === 'function' && typeof __rehearseFlags === 'function' && __rehearseFlags(${name}.prototype);`;
      return { ...loaded, source: `${source}\n;${last}\n` };
    },
  });
  watchOpenFeature(flags);
}

function tell(flag: unknown, value: unknown): void {
  if (typeof flag !== 'string' || flag.length > 500 || left <= 0) return;
  left -= 1;
  say({ t: 'seen', e: [['read', `flag ${flag}`, ...preview([value])]] });
}

/** Tells what the methods of a client that are asked for flags answer. */
function watch(prototype: Record<string, unknown>): void {
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const original = prototype[name];
    if (!questions.test(name) || typeof original !== 'function') continue;
    Object.defineProperty(prototype, name, {
      configurable: true,
      writable: true,
      value: watched(original as Call),
    });
  }
}

function watched(original: Call): Call {
  return function ask(...args) {
    const answer = apply(original, this, args);
    const told = (value: unknown): void => tell(args[0], answered(value));
    if (isPromise(answer)) apply(then, answer, [told, () => undefined]);
    else told(answer);
    return answer;
  };
}

/** The value in an answer that also says why. */
function answered(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) return answer;
  const { value, payload, name } = answer as { value?: unknown; payload?: { value?: unknown }; name?: unknown };
  return value ?? payload?.value ?? name ?? answer;
}

interface OpenFeature {
  getClient(...args: unknown[]): { providerAccessor?: () => object };
}

/** All copies of OpenFeature keep one object here. */
const key = Symbol.for('@openfeature/js-sdk/api');

function watchOpenFeature(flags: Flags): void {
  let kept: OpenFeature | undefined;
  const known = new WeakMap<object, object>();
  const spoken = (provider: object): object => {
    const found = known.get(provider) ?? speaking(provider, flags);
    known.set(provider, found);
    return found;
  };
  Object.defineProperty(globalThis, key, {
    get: () => kept,
    set(made: OpenFeature) {
      kept = made;
      const { getClient } = made;
      if (typeof getClient !== 'function') return;
      made.getClient = (...args) => {
        const client = apply(getClient, made, args);
        const { providerAccessor } = client;
        if (typeof providerAccessor === 'function') client.providerAccessor = () => spoken(providerAccessor());
        return client;
      };
    },
  });
}

/** A provider that gives the flags of the plan before its own, and tells each that it was asked for. */
function speaking(provider: object, flags: Flags): object {
  return new Proxy(provider, {
    get(target, name) {
      const original: unknown = Reflect.get(target, name, target);
      if (typeof original !== 'function') return original;
      const [, kind] = typeof name === 'string' ? (/^resolve(\w+)Evaluation$/.exec(name) ?? []) : [];
      if (kind === undefined) return original.bind(target);
      return async (flag: string, ...rest: unknown[]) => {
        const isSet = Object.hasOwn(flags, flag);
        const answer = isSet ? resolution(flags[flag], kind, rest[0]) : await apply(original, target, [flag, ...rest]);
        tell(flag, Object(answer).value);
        return answer;
      };
    },
  });
}

function resolution(value: unknown, kind: string, otherwise: unknown): object {
  if (kind !== 'Object' && typeof value === kind.toLowerCase()) return { value, reason: 'STATIC' };
  const errorMessage = `the plan gives a ${typeof value}`;
  return { value: otherwise, reason: 'ERROR', errorCode: 'TYPE_MISMATCH', errorMessage };
}
