import vm from 'node:vm';
import { timers } from './clock.ts';

const install = `(now, random) => {
  const Real = Date;
  const { construct, defineProperty } = Reflect;
  const Virtual = function Date(...args) {
    if (new.target === undefined) return new Real(now()).toString();
    return construct(Real, args.length === 0 ? [now()] : args, new.target);
  };
  Object.defineProperties(Virtual, { ...Object.getOwnPropertyDescriptors(Real), now: { configurable: true, writable: true, value: now } });
  defineProperty(Real.prototype, 'constructor', { value: Virtual, configurable: true, writable: true });
  defineProperty(globalThis, 'Date', { value: Virtual, configurable: true, writable: true });
  Math.random = random;
  (${calendars})(globalThis, now);
}`;

/** What tells time by the machine's clock when it is given none: calendars and Temporal. */
function calendars(realm: typeof globalThis, now: () => number): void {
  const prototype = realm.Intl.DateTimeFormat.prototype;
  const format = Object.getOwnPropertyDescriptor(prototype, 'format')?.get;
  const parts = prototype.formatToParts;
  Object.defineProperty(prototype, 'format', {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const bound = format?.call(this) as (date?: Date | number) => string;
      return (date?: Date | number) => bound(date ?? now());
    },
  });
  prototype.formatToParts = function (this: Intl.DateTimeFormat, date?: Date | number) {
    return parts.call(this, date ?? now());
  };
  const { Temporal } = realm as { Temporal?: TemporalLike };
  if (!Temporal) return;
  const { Now, Instant } = Temporal;
  const zone = Now.timeZoneId;
  const instant = () => Instant.fromEpochMilliseconds(now());
  const zoned = (id?: unknown) => instant().toZonedDateTimeISO(id ?? zone());
  Object.assign(Now, {
    instant,
    zonedDateTimeISO: zoned,
    plainDateTimeISO: (id?: unknown) => zoned(id).toPlainDateTime(),
    plainDateISO: (id?: unknown) => zoned(id).toPlainDate(),
    plainTimeISO: (id?: unknown) => zoned(id).toPlainTime(),
  });
}

interface TemporalLike {
  Now: { timeZoneId(): string };
  Instant: { fromEpochMilliseconds(ms: number): { toZonedDateTimeISO(zone: unknown): Zoned } };
}

interface Zoned {
  toPlainDateTime(): unknown;
  toPlainDate(): unknown;
  toPlainTime(): unknown;
}

/** Gives every context that the target makes the time and the chance of the world, and this one its calendars. */
export function installContexts(): void {
  const { random } = Math;
  const now = () => timers.now;
  calendars(globalThis, now);
  const { createContext, runInContext, isContext } = vm;
  const { apply } = Reflect;
  const settled = <T extends object>(context: T): T => {
    runInContext(install, context, { filename: 'world.js' })(now, random);
    return context;
  };
  const create = (...args: unknown[]) => {
    const known = typeof args[0] === 'object' && args[0] !== null && isContext(args[0]);
    const context = apply(createContext, vm, args) as object;
    return known ? context : settled(context);
  };
  const contextOf = (given: unknown, options: unknown) => create(given ?? {}, creationOf(options));
  const { Script } = vm;
  const inContext = Script.prototype.runInContext;
  Script.prototype.runInNewContext = function (this: vm.Script, given?: object, options?: object) {
    return apply(inContext, this, [contextOf(given, options), options]);
  } as typeof Script.prototype.runInNewContext;
  const run = (code: string, given?: object, options?: object | string) => {
    const chosen = typeof options === 'string' ? { filename: options } : options;
    return runInContext(code, contextOf(given, chosen) as vm.Context, chosen);
  };
  Object.assign(vm, { createContext: create, runInNewContext: run });
}

function creationOf(options: unknown): object {
  const { contextName, contextOrigin, contextCodeGeneration, microtaskMode } = Object(options);
  const creation = { name: contextName, origin: contextOrigin, codeGeneration: contextCodeGeneration, microtaskMode };
  return Object.fromEntries(Object.entries(creation).filter(([, value]) => value !== undefined));
}
