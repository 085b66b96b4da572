import type { Fault, Plan } from '../plan.ts';

/** Something of the world that can be turned, with the values that it may be turned to. */
export type Knob =
  | { kind: 'setting'; name: string; services: string[]; seen?: string; values: string[] }
  | { kind: 'flag'; name: string; seen?: string; values: (boolean | string | number)[] }
  | { kind: 'clock'; values: string[] }
  | { kind: 'fault'; values: Fault[] };

/** One knob turned to one of its values. */
export interface Turned {
  knob: Knob;
  value: Knob['values'][number];
}

/** What a person calls a knob: `FX_ROUNDING of billing`, `flag new-proration`. */
export function knobName(knob: Knob): string {
  if (knob.kind === 'setting') return `${knob.name} of ${knob.services.join(', ')}`;
  return knob.kind === 'flag' ? `flag ${knob.name}` : knob.kind;
}

/** A turned knob in words: `FX_ROUNDING of billing = half-even`. */
export function turnedText({ knob, value }: Turned): string {
  return `${knobName(knob)} = ${typeof value === 'object' ? faultText(value) : String(value)}`;
}

/** The plan in a world where these knobs are turned; nothing else of it changes. */
export function withTurned(plan: Plan, turned: Turned[]): Plan {
  const world = structuredClone(plan.world ?? {});
  for (const { knob, value } of turned) {
    if (knob.kind === 'setting') {
      for (const service of knob.services)
        world.env = { ...world.env, [service]: { ...world.env?.[service], [knob.name]: String(value) } };
    } else if (knob.kind === 'flag') world.flags = { ...world.flags, [knob.name]: value as boolean };
    else if (knob.kind === 'clock') world.clock = String(value);
    else world.faults = [...(world.faults ?? []), value as Fault];
  }
  return { ...plan, world };
}

/**
 * Which knobs to turn together: each value of each one alone, then each pair, then all the rest, as far as so many
 * simulations reach; and how many were left out.
 */
export function combinations(
  knobs: Knob[],
  most: number,
  deepest = knobs.length,
): { chosen: Turned[][]; leftOut: number } {
  const chosen: Turned[][] = [];
  const put = (rest: Knob[], turned: Turned[], size: number): void => {
    if (chosen.length >= most) return;
    if (turned.length === size) return void chosen.push(turned);
    for (const [at, knob] of rest.entries()) {
      if (rest.length - at < size - turned.length) return;
      for (const value of knob.values) put(rest.slice(at + 1), [...turned, { knob, value }], size);
    }
  };
  const deep = Math.min(deepest, knobs.length);
  for (let size = 1; size <= deep && chosen.length < most; size += 1) put(knobs, [], size);
  return { chosen, leftOut: countUpTo(knobs, deep) - chosen.length };
}

/** How many combinations there are of so many knobs at most: counted, since there may be too many to go through. */
function countUpTo(knobs: Knob[], deep: number): number {
  const bySize = [1, ...Array<number>(deep).fill(0)];
  for (const { values } of knobs)
    for (let size = deep; size > 0; size -= 1)
      bySize[size] = (bySize[size] ?? 0) + (bySize[size - 1] ?? 0) * values.length;
  return bySize.slice(1).reduce((sum, count) => sum + count, 0);
}

function faultText({ on, nth, do: does }: Fault): string {
  return `${does} on ${on}${nth === undefined ? '' : `, time ${nth}`}`;
}
