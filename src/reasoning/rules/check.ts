import type { Then } from '../../simulation/plan.ts';
import type { Outcome } from './outcome.ts';
import { isRecord, type Value } from './values.ts';

/** The expectation that a step's outcome is the one that ought to be, as JSONata over the recorded results. */
export function checksOf(id: string, expected: Outcome): Then[] {
  if (expected.kind === 'calm') return [{ check: `$exists(${id}.error) = false` }];
  if (expected.kind === 'value') return [{ check: `${pathOf(id, expected.part)} = ${literal(expected.value)}` }];
  const { name, message } = expected;
  if (message !== undefined) return [{ check: `${id}.error.message = ${literal(message)}` }];
  return [{ check: name === undefined ? `$exists(${id}.error) = true` : `${id}.error.name = ${literal(name)}` }];
}

/** A value as JSONata writes it: JSON is a part of it. */
export function literal(value: Value): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}: ${literal(item)}`)
    .join(', ')}}`;
}

/** A name as a step of a path; what is no plain word stands in backticks. */
export function step(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) && !/^(and|or|in|true|false|null|function)$/.test(name) ? name : `\`${name}\``;
}

function pathOf(id: string, part: string | undefined): string {
  return part === undefined ? `${id}.value` : `${id}.value.${step(part)}`;
}
