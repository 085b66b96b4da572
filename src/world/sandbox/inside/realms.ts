import vm from 'node:vm';
import { timers } from './clock.ts';

interface Zones {
  Now: { timeZoneId(): string };
  Instant: { fromEpochMilliseconds(ms: number): unknown };
}

/** Lets a realm tell the world's time and chance; it stands alone, since its text is run in other realms. */
function dress(now: () => number, random: () => number): void {
  const real = Date;
  const { construct } = Reflect;
  const made = function (this: unknown, ...args: []): unknown {
    if (new.target === undefined) return new real(now()).toString();
    return construct(real, args.length === 0 ? [now()] : args, new.target);
  };
  Object.defineProperties(made, Object.getOwnPropertyDescriptors(real));
  Object.defineProperty(made, 'now', { configurable: true, writable: true, value: () => now() });
  Object.defineProperty(real.prototype, 'constructor', { value: made, configurable: true, writable: true });
  Object.defineProperty(globalThis, 'Date', { value: made, configurable: true, writable: true });
  Math.random = () => random();
  const calendar = Intl.DateTimeFormat.prototype;
  const format = Object.getOwnPropertyDescriptor(calendar, 'format')?.get;
  const parts = calendar.formatToParts;
  Object.defineProperty(calendar, 'format', {
    configurable: true,
    get(this: Intl.DateTimeFormat) {
      const bound = format?.call(this) as (date?: Date | number) => string;
      return (date?: Date | number) => bound(date ?? now());
    },
  });
  calendar.formatToParts = function (this: Intl.DateTimeFormat, date?: Date | number) {
    return parts.call(this, date ?? now());
  };
  const temporal = (globalThis as unknown as { Temporal?: Zones }).Temporal;
  if (!temporal) return;
  const zone = (named?: string) => {
    const instant = temporal.Instant.fromEpochMilliseconds(now()) as { toZonedDateTimeISO(zone: string): never };
    return instant.toZonedDateTimeISO(named ?? temporal.Now.timeZoneId()) as Record<string, () => unknown>;
  };
  Object.assign(temporal.Now, {
    instant: () => temporal.Instant.fromEpochMilliseconds(now()),
    zonedDateTimeISO: (named?: string) => zone(named),
    plainDateTimeISO: (named?: string) => zone(named).toPlainDateTime?.(),
    plainDateISO: (named?: string) => zone(named).toPlainDate?.(),
    plainTimeISO: (named?: string) => zone(named).toPlainTime?.(),
  });
}

const isDressed = new WeakSet<object>();
const { createContext, runInContext, Script } = vm;
const inContext = Script.prototype.runInContext;

/** Puts the world's clock and chance into this realm and into every context that the target makes. */
export function installRealms(): void {
  const now = () => timers.now;
  const random = Math.random;
  dress(now, random);
  const open = (given?: object, ...rest: never[]) => {
    const context = createContext(given as vm.Context, ...rest);
    if (isDressed.has(context)) return context;
    isDressed.add(context);
    runInContext(`(${dress})`, context)(now, random);
    return context;
  };
  Object.assign(vm, {
    createContext: open,
    runInNewContext: (code: string, given?: object, options?: object) =>
      runInContext(code, open(given), typeof options === 'string' ? options : { ...options }),
  });
  Script.prototype.runInNewContext = function (this: vm.Script, given?: vm.Context, options?: vm.RunningScriptOptions) {
    return inContext.call(this, open(given) as vm.Context, options);
  };
}
