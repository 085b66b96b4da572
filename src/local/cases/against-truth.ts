import type { Mirror } from '../../codebase/mirror.ts';
import { enclosingFunctions } from '../../codebase/symbols.ts';
import type { RootCause } from '../../diagnosis/root-cause.ts';
import type { Results } from '../../simulation/simulation.ts';
import type { Truth } from './case-files.ts';

/** Whether one of the first three functions named is around a line at fault; absent when none of those lines is in a function. */
export async function functionFound(mirror: Mirror, cause: RootCause, truth: Truth): Promise<boolean | undefined> {
  const guilty = await functionsAtFault(mirror, truth);
  if (guilty.size === 0) return undefined;
  return [...cause.functions, ...(cause.nearby ?? [])]
    .slice(0, 3)
    .some(({ file, name }) => guilty.has(`${file}#${name}`));
}

/** Whether the first call that differs is of a function around a line at fault; absent when none of a changed function is named. */
export async function callFound(mirror: Mirror, { guilty }: RootCause, truth: Truth): Promise<boolean | undefined> {
  if (!guilty?.isChanged) return undefined;
  const { revision, file, line } = guilty.at;
  const around = enclosingFunctions((await mirror.read(revision, file)) ?? '', file, line);
  const atFault = await functionsAtFault(mirror, truth);
  return atFault.size === 0 ? undefined : around.some(({ name }) => atFault.has(`${file}#${name}`));
}

/** The functions around the lines at fault, at the culprit's parent. */
async function functionsAtFault(mirror: Mirror, truth: Truth): Promise<Set<string>> {
  const guilty = new Set<string>();
  for (const { file, lines } of truth.hunks) {
    const source = await mirror.read(`${truth.culprit}^`, file);
    for (let line = lines[0]; source !== undefined && line <= lines[1]; line++)
      for (const { name } of enclosingFunctions(source, file, line)) guilty.add(`${file}#${name}`);
  }
  return guilty;
}

/** The ids of steps whose recorded result is what the truth says, thrown or returned. */
export function stepsThatGave(results: Results, truth: unknown): string[] {
  return Object.keys(results).filter((id) => gave(results[id], truth));
}

function gave(result: unknown, truth: unknown): boolean {
  const { value, error } = fields(result);
  const { throws } = fields(truth);
  if (typeof throws === 'string') return fields(error).message === throws;
  return (error === null || error === undefined) && same(value, truth);
}

/** JSON equality in which undefined, however it is written, and null are one. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(plain(a)) === JSON.stringify(plain(b));
}

function plain(value: unknown): unknown {
  if (value === undefined || value === null || fields(value).$undefined === true) return null;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object') return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, inner]) => [key, plain(inner)]));
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
