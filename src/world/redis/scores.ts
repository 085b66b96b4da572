import { type Context, decimal } from './command.ts';
import { Refusal } from './refusal.ts';
import type { Bytes, Reply } from './resp.ts';

/** A member of a sorted set. */
export type Scored = [member: Bytes, score: number];

/** The members of a sorted set, lowest first. */
export function ordered({ keys }: Pick<Context, 'keys'>, key: Bytes): Scored[] {
  return inOrder([...(keys.get(key, 'zset') ?? [])]);
}

/** Members by score, and by their bytes where scores are equal. */
export function inOrder(all: Scored[]): Scored[] {
  return all.sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x < y ? -1 : 1));
}

/** Whether a member lies between two scores; `(` takes the bound itself out. */
export function byScore(least = '', most = ''): (one: Scored) => boolean {
  const words = 'ERR min or max is not a float';
  const bound = (text: string): [number, boolean] =>
    text.startsWith('(') ? [decimal(text.slice(1), words), true] : [decimal(text, words), false];
  const [low, above] = bound(least);
  const [high, below] = bound(most);
  return ([, score]) => (above ? score > low : score >= low) && (below ? score < high : score <= high);
}

/** Whether a member lies between two texts: `[a`, `(a`, `-` or `+`. */
export function byName(least = '', most = ''): (one: Scored) => boolean {
  for (const text of [least, most])
    if (!/^([-+]$|[[(])/.test(text)) throw new Refusal('ERR min or max not valid string range item');
  return ([member]) => above(member, least) && below(member, most);
}

function above(member: Bytes, bound: Bytes): boolean {
  if (bound === '-' || bound === '+') return bound === '-';
  return bound.startsWith('[') ? member >= bound.slice(1) : member > bound.slice(1);
}

function below(member: Bytes, bound: Bytes): boolean {
  if (bound === '-' || bound === '+') return bound === '+';
  return bound.startsWith('[') ? member <= bound.slice(1) : member < bound.slice(1);
}

/** Members as they are answered, with or without scores. */
export function listed(found: Scored[], scores: boolean): Reply {
  if (!scores) return found.map(([member]) => member);
  return { pairs: found.map(([member, score]): [Reply, Reply] => [member, { double: score }]) };
}
