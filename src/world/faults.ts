import type { Fault } from '../simulation/plan.ts';
import { durationMs } from './duration.ts';
import type { Chance } from './model.ts';

/** What a fault does to one request or connection. */
export type Mishap =
  | { does: 'timeout' | 'reset' | 'refuse' }
  | { does: 'status'; status: number }
  | { does: 'delay'; ms: number }
  | { does: 'throttle'; bytesPerSecond: number };

/** The faults of a plan, counting as they go. */
export interface Faults {
  /** Whether requests to these names have to be looked at one by one. */
  concern(names: readonly string[]): boolean;
  /** Whether a new connection is refused. */
  refuses(names: readonly string[]): boolean;
  /** How many bytes pass in a second, where a link is throttled; asking counts as once. */
  bytesPerSecond(names: readonly string[]): number | undefined;
  /** What happens to a request, if anything. */
  befall(names: readonly string[], path: string): Mishap | undefined;
  /** What happens to a message that is no HTTP request, if anything. */
  befallMessage(names: readonly string[]): Mishap | undefined;
  /** The faults that never came about, as the plan writes them. */
  unfired(): string[];
}

interface Armed {
  host: string;
  path: string;
  nth: number | undefined;
  mishap: Mishap;
  /** How likely it is, each time. */
  chance: number;
  count: number;
  hasFired: boolean;
  text: string;
}

/** Arms the faults of a plan; `drop` takes from the chance of the world. */
export function armFaults(faults: readonly Fault[], chance: Chance): Faults {
  const armed = faults.map(arm);
  const strikes = (one: Armed): boolean => {
    one.count += 1;
    const isNow = (one.nth === undefined || one.nth === one.count) && (one.chance === 1 || chance.next() < one.chance);
    one.hasFired ||= isNow;
    return isNow;
  };
  return {
    concern: (names) => armed.some((one) => names.includes(one.host) && one.mishap.does !== 'throttle'),
    bytesPerSecond(names) {
      const rates = armed
        .filter((one) => names.includes(one.host))
        .flatMap((one) => {
          if (one.mishap.does !== 'throttle') return [];
          strikes(one);
          return [one.mishap.bytesPerSecond];
        });
      return rates.length === 0 ? undefined : Math.min(...rates);
    },
    refuses: (names) => armed.filter((one) => one.mishap.does === 'refuse' && names.includes(one.host)).some(strikes),
    befall: (names, path) =>
      armed
        .filter(
          (one) =>
            isMishap(one.mishap, ['refuse', 'throttle']) && names.includes(one.host) && path.startsWith(one.path),
        )
        .filter(strikes)[0]?.mishap,
    befallMessage: (names) =>
      armed
        .filter(({ host, mishap }) => isMishap(mishap, ['refuse', 'throttle', 'status']) && names.includes(host))
        .filter(strikes)[0]?.mishap,
    unfired: () => armed.filter(({ hasFired }) => !hasFired).map(({ text }) => text),
  };
}

/** The host and the path that a fault is on: `http://fx:80/rates`, `fx/rates` or just `fx`. */
export function placeOf(on: string): { host: string; path: string } {
  const [, host = on, path = '/'] = /^(?:\w+:\/\/)?([^/:]+)(?::\d+)?(\/.*)?$/.exec(on) ?? [];
  return { host, path };
}

function arm({ on, nth, do: what }: Fault): Armed {
  const [, likely] = /^drop:(.+)$/.exec(what) ?? [];
  const text = `${what} on ${on}${nth === undefined ? '' : `, number ${nth}`}`;
  const chance = likely === undefined ? 1 : Number(likely);
  return { ...placeOf(on), nth, mishap: mishapOf(what), chance, count: 0, hasFired: false, text };
}

function isMishap({ does }: Mishap, without: Mishap['does'][]): boolean {
  return !without.includes(does);
}

const units: Record<string, number> = { B: 1, kB: 1_000, MB: 1_000_000 };

function mishapOf(what: string): Mishap {
  const [does, detail = ''] = what.split(/:(.*)/);
  if (does === 'status') return { does, status: Number(detail) };
  if (does === 'drop') return { does: 'reset' };
  if (does === 'rate-limit') return { does: 'status', status: 429 };
  if (does === 'delay') return { does, ms: durationMs(detail) };
  if (does === 'throttle') {
    const [, count = '', unit = ''] = /^([\d.]+)(\w+)/.exec(detail) ?? [];
    return { does, bytesPerSecond: Number(count) * (units[unit] ?? 1) };
  }
  return { does: does as 'timeout' | 'reset' | 'refuse' };
}

/** A mishap in the words of the trace. */
export function mishapText(mishap: Mishap): string {
  if (mishap.does === 'status') return `status ${mishap.status}`;
  if (mishap.does === 'throttle') return `throttle ${mishap.bytesPerSecond} B/s`;
  return mishap.does === 'delay' ? `delay ${mishap.ms} ms` : mishap.does;
}
