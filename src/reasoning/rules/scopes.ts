import type { Binding } from './bindings.ts';
import type { Codebase } from './codebase.ts';
import { evaluate } from './evaluate.ts';
import { given, type Known, type Scope, unknown } from './known.ts';
import { member } from './references.ts';

/** Which of several meanings a name takes: those of one group first, and texts for what may be a number. */
export interface Variant {
  group?: string;
  asText?: true;
}

const never = new Set(
  'console assert expect describe it test t require module exports process JSON Object Math Number String Array Boolean Promise Date Error Symbol Reflect globalThis fetch setTimeout Buffer chai should suite tap cy app'.split(
    ' ',
  ),
);

/** The scope at a place of the thread: what is nearest counts, what stands before rather than what comes after. */
export function scopeAt(
  place: { passage: number; start: number },
  bindings: Binding[],
  codebase: Codebase,
  variant: Variant,
): Scope {
  const open = new Set<Binding>();
  const scope: Scope = {
    module: codebase.module,
    exported: codebase.exported,
    lookup: (name) => {
      const found = choose(
        bindings.filter((binding) => binding.name === name && !open.has(binding)),
        place,
        variant,
      );
      if (!found)
        return never.has(name) || name.startsWith('.') || name.includes('.') ? undefined : codebase.ambient(name);
      open.add(found);
      const known = used(found, meaning(found, scope, codebase, variant), scope, place);
      open.delete(found);
      return known;
    },
  };
  return scope;
}

/** The ways in which the names can be read; the first is the plain one. */
export function variantsOf(bindings: Binding[]): Variant[] {
  const groups = new Set(bindings.filter(({ is }) => is.kind === 'values').map(({ group }) => group));
  const ambiguous = bindings.some(({ is }) => is.kind === 'values' && is.readings.length > 1);
  const plain: Variant[] = [{}, ...[...groups].slice(0, 12).map((group) => ({ group }))];
  return ambiguous ? [...plain, ...plain.map((variant) => ({ ...variant, asText: true as const }))] : plain;
}

function choose(
  bindings: Binding[],
  place: { passage: number; start: number },
  { group }: Variant,
): Binding | undefined {
  const rank = (binding: Binding): number => {
    const distance = place.passage - binding.passage;
    if (binding.passage === place.passage && binding.is.kind !== 'values')
      return binding.start <= place.start ? -1e6 - binding.start : -1e5;
    if (group !== undefined && binding.group === group) return -1e4;
    // A lone `a=b` is as often a query or a result as it is a setting.
    const weak = binding.group.startsWith('weak') ? 1e6 : 0;
    return weak + (distance >= 0 ? distance : 1e4 - distance);
  };
  return bindings.toSorted((a, b) => rank(a) - rank(b))[0];
}

/** What became of an object by the calls on it up to a place, where each gives the object itself, as builders do. */
function used(
  { is, name, passage }: Binding,
  known: Known,
  scope: Scope,
  place: { passage: number; start: number },
): Known {
  if (is.kind !== 'code' || known.kind !== 'result') return known;
  const before = is.uses.filter(({ end }) => passage !== place.passage || end <= place.start);
  return before.reduce<Known>((so, use) => {
    const next = evaluate(use, is.text, { ...scope, lookup: (of) => (of === name ? so : scope.lookup(of)) });
    return next.kind === 'result' ? next : so;
  }, known);
}

function meaning({ is, name }: Binding, scope: Scope, codebase: Codebase, { asText }: Variant): Known {
  if (is.kind === 'opaque') return unknown(name);
  if (is.kind === 'import') {
    const module = codebase.module(is.specifier);
    if (module === undefined) return unknown(is.specifier);
    return codebase.exported(module, is.name === 'default' ? null : is.name) ?? unknown(name);
  }
  if (is.kind === 'values') {
    const text = is.readings.find((reading) => typeof reading === 'string');
    const chosen = asText && text !== undefined ? text : is.readings[0];
    const module = typeof chosen === 'string' ? codebase.module(chosen) : undefined;
    return module === undefined ? given(chosen) : { kind: 'export', module, name: null };
  }
  const whole = evaluate(is.node, is.text, scope);
  return is.path.reduce((known, part) => member(known, part, `${name}`, scope), whole);
}
