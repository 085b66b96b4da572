import { diffArrays } from 'diff';
import type { Items } from './items.ts';

/** How a row differs: not at all, in its values, or by standing on one side alone. */
export const states = ['same', 'changed', 'base', 'head'] as const;

/** Two traces row by row; -1 where a side has nothing. */
export interface Rows {
  base: Int32Array;
  head: Int32Array;
  /** An index of `states`. */
  state: Uint8Array;
  /** The row at which the two part first, in order of time; -1 when nowhere. */
  parting: number;
  /** The first call to come back that got the same and gave something else; -1 when there is none. */
  guilty: number;
}

/** Beyond so many edits, what stands side by side is found by counting equal events instead. */
const mostEdits = 4_000;
const furthest = 2_000;

/** One trace alone: every item a row. */
export function alone({ length }: Items): Rows {
  const head = Int32Array.from({ length }, (_, index) => index);
  return { base: new Int32Array(length).fill(-1), head, state: new Uint8Array(length), parting: -1, guilty: -1 };
}

/**
 * Puts the items of two traces side by side: as few one-sided rows as can be (Myers, "An O(ND) difference algorithm",
 * 1986). Items of one kind, service and subject stand in one row, whatever their values.
 */
export function align(base: Items, head: Items): Rows {
  const pairs = matched(base.key, head.key);
  const rows: [number, number][] = [];
  let b = 0;
  let h = 0;
  for (const [atBase, atHead] of [...pairs, [base.length, head.length] as const]) {
    while (b < atBase) rows.push([b++, -1]);
    while (h < atHead) rows.push([-1, h++]);
    if (b < base.length && h < head.length) rows.push([b++, h++]);
  }
  const state = Uint8Array.from(rows, ([atBase, atHead]) => {
    if (atHead < 0) return states.indexOf('base');
    if (atBase < 0) return states.indexOf('head');
    return isSame(base, atBase, head, atHead) ? 0 : states.indexOf('changed');
  });
  return {
    base: Int32Array.from(rows, ([at]) => at),
    head: Int32Array.from(rows, ([, at]) => at),
    state,
    ...partingOf(rows, state, { base, head }),
  };
}

function isSame(base: Items, b: number, head: Items, h: number): boolean {
  return base.value[b] === head.value[h] && base.result[b] === head.result[h];
}

/**
 * A call that gave something else parts where it came back, not where it was made: what it called did so before.
 * What is missing at head is missing just before whatever comes next there.
 */
function partingOf(
  rows: [number, number][],
  state: Uint8Array,
  { base, head }: { base: Items; head: Items },
): Pick<Rows, 'parting' | 'guilty'> {
  const first = { row: -1, moment: Number.POSITIVE_INFINITY };
  const guilty = { row: -1, moment: Number.POSITIVE_INFINITY };
  let next = Number.MAX_SAFE_INTEGER;
  for (let row = rows.length - 1; row >= 0; row -= 1) {
    const [b, h] = rows[row] ?? [-1, -1];
    if (h >= 0) next = head.seq[h] ?? next;
    if (state[row] === 0) continue;
    const isResult = b >= 0 && h >= 0 && base.value[b] === head.value[h];
    const moment = h < 0 ? next - 0.5 : ((isResult ? head.end[h] : head.seq[h]) ?? 0);
    if (moment <= first.moment) Object.assign(first, { row, moment });
    if (isResult && moment <= guilty.moment) Object.assign(guilty, { row, moment });
  }
  return { parting: first.row, guilty: guilty.row };
}

function matched(base: number[], head: number[]): [number, number][] {
  const changes = diffArrays(base, head, { maxEditLength: mostEdits });
  if (!changes) return counted(base, head);
  const pairs: [number, number][] = [];
  let b = 0;
  let h = 0;
  for (const { added, removed, value } of changes) {
    if (added) h += value.length;
    else if (removed) b += value.length;
    else for (const _ of value) pairs.push([b++, h++]);
  }
  return pairs;
}

/** The how manyeth of its kind stands beside the how manyeth of its kind, as long as order is kept. */
function counted(base: number[], head: number[]): [number, number][] {
  const places = new Map<string, number>();
  for (const [at, name] of names(head).entries()) places.set(name, at);
  const pairs: [number, number][] = [];
  let next = 0;
  for (const [at, name] of names(base).entries()) {
    const there = places.get(name) ?? -1;
    if (there < next || there > next + furthest) continue;
    pairs.push([at, there]);
    next = there + 1;
  }
  return pairs;
}

function names(keys: number[]): string[] {
  const seen = new Map<number, number>();
  return keys.map((key) => {
    const count = seen.get(key) ?? 0;
    seen.set(key, count + 1);
    return `${key} ${count}`;
  });
}
