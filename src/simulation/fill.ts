import { Failure } from '../errors.ts';
import { show } from './check.ts';
import type { Checks } from './checks.ts';
import type { Results } from './simulation.ts';

const soFar = 'the steps so far are';
const reference = /\\?\{\{\s*((?:[^{}]|\{[^{}]*\})+?)\s*\}\}/g;

/**
 * Fills `{{login.body.token}}` in the text of a step: JSONata over the results so far. A text that is nothing but one
 * reference becomes its value, whatever that is; `\{{` is not a reference. Throws PLAN_INVALID where one gives nothing.
 */
export async function filled<T>(value: T, results: Results, checks: Checks, where = soFar): Promise<T> {
  if (typeof value === 'string') return (await filledText(value, results, checks, where)) as T;
  if (Array.isArray(value)) return (await Promise.all(value.map((one) => filled(one, results, checks, where)))) as T;
  if (typeof value !== 'object' || value === null) return value;
  const pairs = Object.entries(value).map(
    async ([key, inner]) => [key, await filled(inner, results, checks, where)] as const,
  );
  return Object.fromEntries(await Promise.all(pairs)) as T;
}

async function filledText(text: string, results: Results, checks: Checks, where = soFar): Promise<unknown> {
  if (!text.includes('{{')) return text;
  const found = [...text.matchAll(reference)];
  const whole = found.length === 1 && found[0]?.[0] === text && !text.startsWith('\\');
  if (whole) return looked(found[0]?.[1] ?? '', results, checks, where);
  let out = '';
  let at = 0;
  for (const match of found) {
    out += text.slice(at, match.index);
    at = match.index + match[0].length;
    if (match[0].startsWith('\\')) out += match[0].slice(1);
    else out += worded(await looked(match[1] ?? '', results, checks, where));
  }
  return out + text.slice(at);
}

async function looked(expression: string, results: Results, checks: Checks, where: string): Promise<unknown> {
  const refuse = (why: string): never => {
    throw new Failure('PLAN_INVALID', {
      problems: [`{{${expression}}} ${why}; ${where} ${Object.keys(results).join(', ') || 'none'}`],
    });
  };
  const value = await checks
    .evaluate(expression, results)
    .catch((thrown) => refuse(`cannot be evaluated: ${Object(thrown).message}`));
  return value === undefined ? refuse('gives nothing') : value;
}

function worded(value: unknown): string {
  return typeof value === 'object' ? show(value) : String(value);
}
