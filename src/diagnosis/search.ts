import type { Commit, Mirror } from '../codebase/mirror.ts';
import type { Judgement } from './judge.ts';

/** Judges a revision, in whatever way the search is about. */
export type Ask = (revision: string) => Promise<Judgement>;

/** A search that ended without an answer, and why. */
export interface Lost {
  reason: string;
}

/** The commit that broke it, and the parent that holds. */
export interface Culprit {
  commit: Commit;
  good: string;
}

const farthest = 4096;
const mostInGaps = 24;

/**
 * The nearest ancestor found to hold: looks back 1, 2, 4, 8 … commits along the first parents, past what cannot be
 * judged, and then between what is violated and what cannot be judged.
 */
export async function findGood(mirror: Mirror, bad: string, ask: Ask, within = farthest): Promise<string | Lost> {
  const line = await mirror.ancestors(bad, within + 1);
  const outcomes = new Map<number, Judgement['outcome']>([[0, 'violated']]);
  let why = '';
  const look = async (at: number) => {
    const judged = await ask(line[at]?.id ?? bad);
    outcomes.set(at, judged.outcome);
    if (judged.outcome === 'unknown') why = judged.reason;
    return judged.outcome === 'holds';
  };
  for (const at of distances(line.length - 1)) if (await look(at)) return line[at]?.id ?? bad;
  for (let tries = 0; tries < mostInGaps; tries++) {
    const gap = widestGap(outcomes);
    if (gap === undefined) break;
    if (await look(gap)) return line[gap]?.id ?? bad;
  }
  const oldest = line.at(-1)?.id.slice(0, 7);
  if (why === '') return { reason: `it is violated in every revision looked at, back to ${oldest}` };
  return { reason: `no earlier revision was seen to hold; some could not be judged: ${why}` };
}

function distances(last: number): number[] {
  const steps: number[] = [];
  for (let at = 1; at < last; at *= 2) steps.push(at);
  return last > 0 ? [...steps, last] : [];
}

/** The middle of the widest stretch between a revision that is violated and an older one that cannot be judged. */
function widestGap(outcomes: Map<number, Judgement['outcome']>): number | undefined {
  const looked = [...outcomes].sort(([a], [b]) => a - b);
  const gaps = looked.flatMap(([at, outcome], index) => {
    const [older, next] = looked[index + 1] ?? [at, outcome];
    return older - at > 1 && (outcome === 'violated') !== (next === 'violated') ? [{ at, older }] : [];
  });
  const widest = gaps.sort((a, b) => b.older - b.at - (a.older - a.at))[0];
  return widest && Math.floor((widest.at + widest.older) / 2);
}

/**
 * The commit between a revision that holds and one that is violated that broke it: bisected along the first parents,
 * stepping around what cannot be judged, and then into the side of a merge that brought it.
 */
export async function findCulprit(mirror: Mirror, good: string, bad: string, ask: Ask): Promise<Culprit | Lost> {
  const since = await mirror.between(good, bad);
  const range = new Set(since.map(({ id }) => id));
  const line: Commit[] = [];
  for (const commit of await mirror.ancestors(bad, since.length + 1)) {
    if (!range.has(commit.id)) break;
    line.unshift(commit);
  }
  const first = line[0];
  if (!first) return { reason: 'the revision that holds is not older than the one that is violated' };
  const before = first.parents[0];
  if (before && before !== good) {
    const judged = await ask(before);
    if (judged.outcome !== 'holds')
      return { reason: `${short(before)}, where the two revisions part, does not hold: ${judged.reason}` };
  }
  const found = await bisect(line, ask);
  if ('reason' in found) return found;
  return into(mirror, { commit: found, good: found.parents[0] ?? good }, ask);
}

/** Bisection over a line whose last commit is violated and before whose first it held. */
async function bisect(line: Commit[], ask: Ask): Promise<Commit | Lost> {
  let low = -1;
  let high = line.length - 1;
  const unknown = new Map<number, string>();
  while (high - low > 1) {
    const at = nearestToMiddle(low, high, unknown);
    if (at === undefined) {
      const between = `${line.slice(low + 1, high + 1).map(({ id }) => short(id))}`;
      return {
        reason: `it came with one of ${between}; those before the last cannot be judged: ${unknown.get(high - 1)}`,
      };
    }
    const { outcome, reason } = await ask(line[at]?.id ?? '');
    if (outcome === 'holds') low = at;
    else if (outcome === 'violated') high = at;
    else unknown.set(at, reason);
  }
  return line[high] ?? { reason: 'there is nothing between the two revisions' };
}

function nearestToMiddle(low: number, high: number, unknown: Map<number, string>): number | undefined {
  const middle = Math.floor((low + high) / 2);
  for (let away = 0; away <= high - low; away++)
    for (const at of [middle - away, middle + away]) if (at > low && at < high && !unknown.has(at)) return at;
  return undefined;
}

/** A merge brought it in: when a side that was merged is itself violated, the commit on that side is the one. */
async function into(mirror: Mirror, culprit: Culprit, ask: Ask): Promise<Culprit> {
  for (const side of culprit.commit.parents.slice(1)) {
    if ((await ask(side)).outcome !== 'violated') continue;
    const deeper = await findCulprit(mirror, culprit.good, side, ask);
    if ('commit' in deeper) return deeper;
  }
  return culprit;
}

function short(id: string): string {
  return id.slice(0, 7);
}
