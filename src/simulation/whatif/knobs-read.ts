import type { KnownValues } from '../../codebase/known-values.ts';
import type { World } from '../../world/world.ts';
import type { TraceEvent } from '../trace.ts';
import type { Knob } from './knob.ts';

/** Pairs of words of which one is the other's contrary. */
const contraries = [
  ['true', 'false'],
  ['1', '0'],
  ['on', 'off'],
  ['yes', 'no'],
  ['enabled', 'disabled'],
];

/** Settings that say where things are, not how they behave. */
const places = /(^|_)(URL|URI|HOST|PORT|DSN|SECRET|TOKEN|KEY|PASSWORD|USER|USERNAME|DATABASE|PATH|DIR|NODE_ENV|NAME)$/;

/** The knobs that a simulation was seen to read: those with other known values, and the names of those without any. */
export function knobsRead(
  events: readonly TraceEvent[],
  { flags, services }: World,
  known: KnownValues,
): { knobs: Knob[]; without: string[] } {
  // Calls and tests run in processes of their own, which a plan names so.
  const isProcess = (of: string) => of === 'call' || of === 'test' || services.some(({ name }) => name === of);
  const settings = new Map<string, { services: Set<string>; seen: string }>();
  const asked = new Map<string, string>();
  for (const { kind, service, what, value } of events) {
    if (kind !== 'read') continue;
    const text = plain(value?.text ?? '');
    if (what.startsWith('flag ')) asked.set(what.slice(5), text);
    else if (what === flags?.file)
      for (const [name, one] of Object.entries(flags.values)) asked.set(name, flagText(one));
    else if (/^[A-Za-z_]\w*$/.test(what) && isProcess(service)) {
      const one = settings.get(what) ?? { services: new Set(), seen: text };
      settings.set(what, { ...one, services: one.services.add(service) });
    }
  }
  const without: string[] = [];
  const knobs: Knob[] = [];
  for (const [name, { services: readers, seen }] of settings) {
    const values = others(seen, [...(known.get(name) ?? []), ...elsewhere(name, services)]);
    if (values.length > 0 && !places.test(name))
      knobs.push({ kind: 'setting', name, services: [...readers].sort(), seen, values });
    else without.push(name);
  }
  for (const [name, seen] of asked) {
    if (seen === 'true' || seen === 'false') knobs.push({ kind: 'flag', name, seen, values: [seen === 'false'] });
    else without.push(`flag ${name}`);
  }
  return { knobs, without: without.sort() };
}

function others(seen: string, known: string[]): string[] {
  const contrary = contraries.flatMap(([yes = '', no = '']) =>
    seen.toLowerCase() === yes ? [no] : seen.toLowerCase() === no ? [yes] : [],
  );
  return [...new Set([...contrary, ...known])].filter((value) => value !== seen);
}

/** What other services are given under the same name. */
function elsewhere(name: string, services: World['services']): string[] {
  return services.flatMap(({ environment }) => environment[name] ?? []);
}

/** The value of a text as the trace shows it: in quotes where it is a string. */
function plain(text: string): string {
  const [, quoted] = /^(["'`])([\s\S]*)\1$/.exec(text)?.slice(1) ?? [];
  return quoted ?? text;
}

/** A flag of a file, which may keep it with its default inside. */
function flagText(kept: unknown): string {
  if (typeof kept !== 'object' || kept === null) return String(kept);
  const found = ['default', 'defaultValue', 'enabled', 'value'].find((name) => name in kept);
  return found === undefined ? '' : String((kept as Record<string, unknown>)[found]);
}
