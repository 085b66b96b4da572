import { type Plan, parsePlan } from '../../simulation/plan.ts';
import type { Material } from '../draft.ts';
import type { Candidate } from './candidates.ts';
import { checksOf } from './check.ts';
import { type Judged, judge } from './judge.ts';
import type { Invocation } from './known.ts';
import { outcomeOf } from './outcome.ts';
import type { CallReading } from './reading.ts';

/** A call of the code, grounded, or how far it got. */
export interface CallGround {
  judged: Judged | null;
  plan: Plan | null;
  /** Calls that ran, and what they gave. */
  tried: { candidate: Candidate; seen: ReturnType<typeof outcomeOf> }[];
}

const attemptLimit = 24;
const id = 'p';

/** Runs the calls that a thread speaks of and takes the one that shows what it complains about. */
export async function groundCall(
  { candidates, mentions }: CallReading,
  attempt: Material['attempt'],
): Promise<CallGround> {
  const tried: CallGround['tried'] = [];
  for (const candidate of candidates.slice(0, attemptLimit)) {
    const plan = planOf(candidate.invocation, [{ check: `$exists(${id})` }]);
    if (plan) tried.push({ candidate, seen: outcomeOf(await attempt(plan), id) });
  }
  const isOnly = tried.length === 1;
  const judged = tried
    .flatMap(({ candidate, seen }) => (seen ? (judge(candidate, seen, mentions, isOnly) ?? []) : []))
    .sort((a, b) => Number(b.reproduced) - Number(a.reproduced) || b.score - a.score);
  const best = settled(judged, candidates);
  if (!best) return { judged: null, plan: null, tried };
  return { judged: best, plan: planOf(best.candidate.invocation, checksOf(id, best.expected)), tried };
}

/** Where one wish would fit several calls, it is for the one that its words point at; otherwise for none. */
function settled(judged: Judged[], candidates: Candidate[]): Judged | undefined {
  const [best] = judged;
  if (!best || best.because.of.length > 0 || !best.reproduced) return best;
  const rivals = judged.filter(
    ({ because, reproduced, score }) => reproduced && because === best.because && score > best.score - 3,
  );
  if (rivals.length < 2) return best;
  const passages = new Set(rivals.flatMap(({ candidate }) => candidate.places.map(({ passage }) => passage)));
  const inOrder = candidates.filter(({ places }) => places.some(({ passage }) => passages.has(passage)));
  const pointed = inOrder.at(ordinal(best.because.sentence ?? '') ?? inOrder.length);
  return rivals.find(({ candidate }) => candidate === pointed);
}

function ordinal(sentence: string): number | undefined {
  const words = ['first', 'second', 'third', 'fourth', 'fifth'];
  const at = words.findIndex((word) => new RegExp(`\\b${word}\\b`, 'i').test(sentence));
  if (at >= 0) return at;
  return /\b(?:last|latter)\b(?! (?:week|month|release|year|version|\w+day))/i.test(sentence) ? -1 : undefined;
}

function planOf(invocation: Invocation, then: Plan['then']): Plan | null {
  const { module, export: name, args, follows } = invocation;
  const call = {
    id,
    module,
    export: name,
    args,
    ...(invocation.new ? { new: true } : {}),
    ...(follows.length > 0 ? { then: follows } : {}),
  };
  const text = JSON.stringify({ plan: 1, when: [{ call }], then });
  return text.length > 200_000 ? null : parsePlan(text);
}
