import type { Candidate } from './candidates.ts';
import { covers, type Mention } from './mention.ts';
import { chosen, matches, type Outcome, optionsOf, sortSeen } from './outcome.ts';
import { equal, leaves, sort } from './values.ts';

/** What the thread says of a candidate, held against what it gives at this revision. */
export interface Judged {
  candidate: Candidate;
  seen: Outcome;
  expected: Outcome;
  /** The words that say so. */
  because: Mention;
  reproduced: boolean;
  score: number;
}

interface Weighed {
  outcome: Outcome;
  mention: Mention;
  weight: number;
}

/** Where even the best-founded expectation is weaker than this, or another comes as close as that, nothing is said. */
const enough = 4;
const margin = 2;

/**
 * Tells what is expected of a candidate from what is seen: the thread must report what is seen, or tie its wish to this
 * very call; of the other outcomes that it speaks of, one must be wished for more than any other. Null when it is not so.
 */
export function judge(candidate: Candidate, seen: Outcome, mentions: Mention[], isOnly: boolean): Judged | null {
  const about = mentions.filter((mention) => isAbout(mention, candidate));
  const read = about.map((mention) => ({ mention, options: optionsOf(mention, candidate, seen) }));
  const same = read
    .filter(({ options }) => options.some((option) => matches(option, seen)))
    .map(({ mention }) => mention);
  const others = read.filter(({ options }) => !options.some((option) => matches(option, seen)));
  const [best, next] = wishes(others, candidate, seen, isOnly);
  const report = strongest(same, ({ leaning, firm }) => leaning.actual - leaning.expected + (firm ? 3 : 0));
  const wished = strongest(same, ({ leaning }) => leaning.expected - leaning.actual);
  const isSettled = wished !== undefined && !(isVague(wished) && (best?.weight ?? 0) >= enough);
  if (isSettled && wished.leaning.expected - wished.leaning.actual >= Math.max(enough, best?.weight ?? 0)) {
    return holds(
      candidate,
      seen,
      wished,
      others.map(({ mention }) => mention),
    );
  }
  if (!best || best.weight < enough || (next && next.weight > best.weight - margin)) return null;
  if (same.length > 0 && same.every(({ leaning }) => leaning.fine > leaning.actual || leaning.aside > 0)) return null;
  const isTied = isOn(best.mention, candidate) && best.mention.leaning.expected >= 6;
  const isElsewhere = others.some(
    ({ mention }) => mention.firm && mention.leaning.actual > 0 && isOn(mention, candidate),
  );
  if (same.length === 0 && (!isTied || isElsewhere)) return null;
  const score =
    best.weight + (report ? 6 + report.leaning.actual + (report.firm ? 3 : 0) + (isOn(report, candidate) ? 2 : 0) : 0);
  return { candidate, seen, expected: best.outcome, because: best.mention, reproduced: true, score };
}

/** What is seen is what is wished for: it cannot be reproduced here, if the thread reports something else of this call. */
function holds(candidate: Candidate, seen: Outcome, wished: Mention, others: Mention[]): Judged | null {
  const complaint = others.find(({ leaning }) => leaning.actual > leaning.expected);
  if (!complaint && !isOn(wished, candidate)) return null;
  const score =
    wished.leaning.expected - wished.leaning.actual + (isOn(wished, candidate) ? 2 : 0) - (complaint ? 0 : 3);
  const [option] = optionsOf(wished, candidate, seen).filter((of) => matches(of, seen));
  return option ? { candidate, seen, expected: option, because: wished, reproduced: false, score } : null;
}

function wishes(
  others: { mention: Mention; options: Outcome[] }[],
  candidate: Candidate,
  seen: Outcome,
  isOnly: boolean,
): Weighed[] {
  const all: Weighed[] = [];
  for (const { mention, options } of others) {
    const outcome = chosen(options, seen);
    if (!outcome || !isPlausible(outcome, mention, candidate, seen)) continue;
    const weight = weigh(mention, outcome, candidate, isOnly);
    const known = all.find((other) => sameOutcome(other.outcome, outcome));
    if (!known) all.push({ outcome, mention, weight });
    else if (weight > known.weight)
      Object.assign(known, { mention, outcome, weight: weight + (known.weight > 0 ? 1 : 0) });
    else if (weight > 0) known.weight += 1;
  }
  return told(all).sort((a, b) => b.weight - a.weight);
}

/** "It must throw" beside a full report of an error speaks of that error; "must not throw" beside a value, of that value. */
function told(all: Weighed[]): Weighed[] {
  const vague = ({ outcome }: Weighed) =>
    outcome.kind === 'calm' || (outcome.kind === 'error' && outcome.message === undefined);
  const exact = all.filter((weighed) => !vague(weighed));
  for (const weighed of all.filter(vague)) {
    const kin = exact.filter(({ outcome }) => (weighed.outcome.kind === 'error') === (outcome.kind === 'error'));
    const best = kin.sort((a, b) => b.weight - a.weight)[0];
    if (best && weighed.weight > 0) best.weight += Math.min(4, weighed.weight);
  }
  const isCovered = (weighed: Weighed) =>
    exact.some(
      ({ outcome, weight }) => weight >= enough && (weighed.outcome.kind === 'error') === (outcome.kind === 'error'),
    );
  return all.filter((weighed) => !vague(weighed) || !isCovered(weighed));
}

function weigh(mention: Mention, outcome: Outcome, candidate: Candidate, isOnly: boolean): number {
  const { leaning, firm, bare } = mention;
  const isOwn = isOn(mention, candidate);
  const isInput = outcome.kind === 'value' && leaves(inputsOf(candidate)).some((leaf) => equal(leaf, outcome.value));
  const far = leaning.aside > 0 && !isOwn ? 6 : 0;
  const base = leaning.expected - leaning.actual - Math.max(0, leaning.fine - leaning.expected) - far;
  return base + (firm ? 2 : 0) + (isOwn && !isOnly ? 3 : 0) - (bare && !isOwn ? 1 : 0) - (isInput && !firm ? 1 : 0);
}

/** Everything that goes into a call and into the calls on what it gives. */
function inputsOf({ invocation: { args, follows } }: Candidate): unknown[] {
  return [...args, ...follows.flatMap((follow) => ('args' in follow ? follow.args : []))];
}

/** What a mention in passing could not be: another sort of value than what is seen, unless it is quoted or nothing at all. */
function isPlausible(outcome: Outcome, mention: Mention, candidate: Candidate, seen: Outcome): boolean {
  if (outcome.kind === 'calm') return seen.kind === 'error';
  if (outcome.kind === 'error')
    return outcome.name !== undefined || outcome.message !== undefined || seen.kind === 'value';
  const [wished, given] = [sort(outcome.value), sortSeen(outcome, seen)];
  if (wished === given || mention.firm)
    return mention.text !== 'true' || given === 'boolean' || wished !== 'boolean' || mention.firm;
  if ([wished, given].some((one) => ['null', '$undefined'].includes(one))) return true;
  if (given === 'error') return !mention.bare || wished !== 'number';
  return !mention.bare && isOn(mention, candidate);
}

/** "It throws" fits every error. */
function isVague({ reported }: Mention): boolean {
  return reported.kind === 'calm' || (reported.kind === 'error' && reported.message === undefined);
}

function isAbout(mention: Mention, candidate: Candidate): boolean {
  return mention.of.length === 0 || isOn(mention, candidate);
}

function isOn({ of }: Mention, { places }: Candidate): boolean {
  return of.some((place) => places.some((own) => covers(place, own)));
}

function strongest(mentions: Mention[], by: (mention: Mention) => number): Mention | undefined {
  return mentions.toSorted((a, b) => by(b) - by(a))[0];
}

function sameOutcome(a: Outcome, b: Outcome): boolean {
  if (a.kind === 'value' && b.kind === 'value') return a.part === b.part && equal(a.value, b.value);
  if (a.kind === 'error' && b.kind === 'error') return a.message === b.message;
  return a.kind === b.kind;
}
