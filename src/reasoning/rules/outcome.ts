import type { Simulation } from '../../simulation/simulation.ts';
import type { Candidate } from './candidates.ts';
import { readings } from './literals.ts';
import type { Mention } from './mention.ts';
import { asRecorded, equal, isRecord, sort, type Value } from './values.ts';

/** What a call gave, or ought to. */
export type Outcome =
  | { kind: 'value'; value: Value; part?: string }
  | { kind: 'error'; name?: string; message?: string }
  | { kind: 'calm' };

/** What the step `id` of a simulation gave; undefined when it did not run. */
export function outcomeOf({ results, verdict }: Simulation, id: string): Outcome | undefined {
  if (verdict.outcome === 'unknown') return undefined;
  const result = results[id];
  if (!isRecord(result)) return undefined;
  if (isRecord(result.error)) {
    const { name, message } = result.error;
    return { kind: 'error', name: String(name ?? 'Error'), message: String(message ?? '') };
  }
  return { kind: 'value', value: 'value' in result ? result.value : { $undefined: true } };
}

/** All that a mention may say of a candidate's outcome; texts that its result is joined to are taken off. */
export function optionsOf({ reported, text, part }: Mention, candidate: Candidate, seen: Outcome): Outcome[] {
  if (reported.kind !== 'value') return [reported];
  const taken = candidate.around.flatMap((around) => unwrapped(text, around));
  const all = (taken.length > 0 ? taken : [...reported.readings, ...fromUrl(text, seen)]).map(asRecorded);
  const whole = all.map((value): Outcome => ({ kind: 'value', value }));
  const isPart = part !== undefined && seen.kind === 'value' && isRecord(seen.value) && Object.hasOwn(seen.value, part);
  return isPart ? all.map((value): Outcome => ({ kind: 'value', value, part })) : whole;
}

/** Whether a reported outcome is the one that was seen. A message that was cut in a report still is. */
export function matches(option: Outcome, seen: Outcome): boolean {
  if (option.kind === 'calm') return seen.kind === 'value';
  if (option.kind === 'error') {
    if (seen.kind !== 'error') return false;
    const sameName = option.name === undefined || option.name === seen.name || /^(Uncaught|Error)/.test(option.name);
    return sameName && (option.message === undefined || sameMessage(option.message, seen.message ?? ''));
  }
  if (seen.kind !== 'value') return false;
  if (option.part !== undefined) return isRecord(seen.value) && equal(option.value, seen.value[option.part]);
  const isWhole = typeof option.value !== 'object' || option.value === null;
  return equal(option.value, seen.value) || (!isWhole && holds(seen.value, option.value));
}

/** Whether an object or list stands within another: people report the part that matters. */
function holds(within: Value, part: Value): boolean {
  const inner = Array.isArray(within) ? within : isRecord(within) ? Object.values(within) : [];
  return inner.some(
    (value) => typeof value === 'object' && value !== null && (equal(value, part) || holds(value, part)),
  );
}

/** Of the ways to read an expected outcome, the one of the sort that was seen, if there is one. */
export function chosen(options: Outcome[], seen: Outcome): Outcome | undefined {
  const like = (option: Outcome) =>
    option.kind === 'value' && seen.kind === 'value' && sort(option.value) === sortSeen(option, seen);
  return options.find(like) ?? options[0];
}

/** The sort of what was seen where a mention looks. */
export function sortSeen(option: Outcome, seen: Outcome): string {
  if (seen.kind !== 'value') return seen.kind;
  return sort(
    option.kind === 'value' && option.part !== undefined && isRecord(seen.value) ? seen.value[option.part] : seen.value,
  );
}

function sameMessage(told: string, seen: string): boolean {
  const plain = (text: string) => text.replace(/\s+/g, ' ').trim();
  const cut = plain(told).replace(/(\.\.\.|…)$/, '');
  return (
    plain(seen) === plain(told) ||
    (cut.length >= 12 && plain(seen).startsWith(cut)) ||
    (plain(told).startsWith(plain(seen)) && seen.length >= 12)
  );
}

function unwrapped(text: string, { before, after }: { before: string; after: string }): Value[] {
  if (before.trim() === '' && after.trim() === '') return [];
  const start = before === '' ? 0 : text.indexOf(before);
  if (start < 0) return [];
  const rest = text.slice(start + before.length);
  const end = after === '' ? -1 : rest.indexOf(after);
  const inner = end >= 0 ? rest.slice(0, end) : rest;
  // Within a line of a log, a URL ends at the first space or quote.
  const isUrl = /[/?=&]$/.test(before);
  return readings(isUrl ? (/^[^\s"'`]*/.exec(inner)?.[0] ?? '') : inner);
}

/** The path or the query of a URL in a line, when what was seen looks like one. */
function fromUrl(text: string, seen: Outcome): Value[] {
  const url =
    /(?:^|\s)(?:(?:GET|POST|PUT|PATCH|DELETE|HEAD)\s+)?(?:https?:\/\/[^/\s"]+)?(\/[^\s"?]*)(?:\?([^\s"]*))?/.exec(text);
  if (!url || seen.kind !== 'value' || typeof seen.value !== 'string') return [];
  const [, path = '', query] = url;
  if (seen.value.startsWith('/')) return [query === undefined ? path : `${path}?${query}`];
  return query !== undefined && /=/.test(seen.value) ? [query] : [];
}
