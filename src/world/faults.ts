import type { Fault } from '../simulation/plan.ts';
import { durationMs } from './duration.ts';

/** What a fault does to one request or connection. */
export type Mishap =
  | { does: 'timeout' | 'reset' | 'refuse' }
  | { does: 'status'; status: number }
  | { does: 'delay'; ms: number };

/** The faults of a plan, counting as they go. */
export interface Faults {
  /** Whether requests to these names have to be looked at one by one. */
  concern(names: readonly string[]): boolean;
  /** Whether a new connection is refused. */
  refuses(names: readonly string[]): boolean;
  /** What happens to a request, if anything. */
  befall(names: readonly string[], path: string): Mishap | undefined;
}

interface Armed {
  host: string;
  path: string;
  nth: number | undefined;
  mishap: Mishap;
  count: number;
}

/** Arms the faults of a plan. */
export function armFaults(faults: readonly Fault[]): Faults {
  const armed = faults.map(arm);
  const strikes = (one: Armed): boolean => {
    one.count += 1;
    return one.nth === undefined || one.nth === one.count;
  };
  return {
    concern: (names) => armed.some((one) => names.includes(one.host)),
    refuses: (names) => armed.filter((one) => one.mishap.does === 'refuse' && names.includes(one.host)).some(strikes),
    befall: (names, path) =>
      armed
        .filter((one) => one.mishap.does !== 'refuse' && names.includes(one.host) && path.startsWith(one.path))
        .filter(strikes)[0]?.mishap,
  };
}

/** The host and the path that a fault is on: `http://fx:80/rates`, `fx/rates` or just `fx`. */
export function placeOf(on: string): { host: string; path: string } {
  const [, host = on, path = '/'] = /^(?:\w+:\/\/)?([^/:]+)(?::\d+)?(\/.*)?$/.exec(on) ?? [];
  return { host, path };
}

function arm({ on, nth, do: what }: Fault): Armed {
  return { ...placeOf(on), nth, mishap: mishapOf(what), count: 0 };
}

function mishapOf(what: string): Mishap {
  const [does, detail = ''] = what.split(/:(.*)/);
  if (does === 'status') return { does, status: Number(detail) };
  if (does === 'rate-limit') return { does: 'status', status: 429 };
  if (does === 'delay') return { does, ms: durationMs(detail) };
  return { does: does as 'timeout' | 'reset' | 'refuse' };
}
