import type { Mirror } from '../codebase/mirror.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Simulation, Simulator } from '../simulation/simulation.ts';
import type { Traces } from '../simulation/traces.ts';
import { comparedAt } from './evidence.ts';
import { guiltyCall } from './guilty-call.ts';
import { createJudge, type Judge } from './judge.ts';
import { minimise } from './minimise.ts';
import { likeliestFirst, placeOf } from './place.ts';
import type { RootCause, Undiagnosed } from './root-cause.ts';
import { type Ask, findCulprit, findGood, type Lost } from './search.ts';
import { standing } from './standing.ts';
import { suspicion } from './suspicion/suspicion.ts';

/** What a diagnosis is asked. */
export interface Question {
  mirror: Mirror;
  simulator: Simulator;
  plan: Plan;
  /** A revision at which the plan is violated. */
  bad: string;
  /** An older one at which it holds, when one is known. */
  good?: string;
  /** Plans of neighbouring scenarios, for what was never seen to hold. */
  neighbours?: Plan[];
  /** Where traces are kept, so that large ones need not be held in memory. */
  traces?: Pick<Traces, 'open'>;
  /** The most simulations that making the hunks fewer may take. */
  most?: number;
  signal?: AbortSignal;
  onProgress?: (said: string) => void;
}

/**
 * Why a plan is violated: the commit that broke it, found by simulating history, and the fewest of its hunks that
 * flip the verdict, found by delta debugging. Never guesses: what could not be told is said so, with the reason.
 */
export async function diagnose(question: Question): Promise<RootCause | Undiagnosed> {
  const judge = createJudge(question);
  const found = await search(question, judge);
  if (!('reason' in found)) return found;
  const { reason, violated } = found;
  if (!violated) return { reason, simulations: judge.simulations };
  const { neighbours = [], mirror } = question;
  const weighed = await suspicion({ ...question, bad: await mirror.resolve(question.bad), violated, neighbours });
  const { against, suspects, origins } = weighed;
  const isTelling = suspects.length + origins.length > 0;
  return { reason, ...(isTelling && { suspicion: weighed }), simulations: judge.simulations + against };
}

/** A search that found nothing; with the violated run where it is known. */
interface Sought extends Lost {
  violated?: Simulation;
}

async function search(question: Question, judge: Judge): Promise<RootCause | Sought> {
  const { mirror, onProgress = () => undefined } = question;
  const bad = await mirror.resolve(question.bad);
  const start = await judge.at(bad);
  if (start.outcome !== 'violated' || !start.simulation)
    return { reason: `at ${short(bad)} the plan is not violated: ${start.reason}` };
  const ask = asker(judge, start.simulation, onProgress);
  const good = await knownGood(question, { bad, ask });
  if (typeof good !== 'string') return { ...good, violated: start.simulation };
  const culprit = await findCulprit(mirror, good, bad, ask);
  if ('reason' in culprit) return { ...culprit, violated: start.simulation };
  const violated = (await judge.at(culprit.commit.id)).simulation;
  if (!violated) return { reason: `${short(culprit.commit.id)} could not be simulated again` };
  onProgress(`it came with ${short(culprit.commit.id)} ${culprit.commit.subject}`);
  const ran = violated.trace.functions;
  const changed = await mirror.hunks(culprit.good, culprit.commit.id);
  const all = await likeliestFirst(mirror, culprit.commit.id, { hunks: changed, ran });
  const { hunks, isCut } = await minimise({ mirror, judge, culprit, violated, most: question.most }, all);
  onProgress(`${hunks.length} of its hunks ${hunks.length === 1 ? 'flips' : 'flip'} the verdict`);
  const place = await placeOf(mirror, culprit.commit.id, { good: culprit.good, hunks, all, ran });
  const compared = await comparedAt({ ...question, judge, culprit, violated }, hunks);
  const guilty = compared && (await guiltyCall(mirror, culprit.commit.id, { ...compared, hunks, ran }));
  return standing(mirror, {
    commit: culprit.commit,
    good: culprit.good,
    hunks,
    ...(isCut && { isCut }),
    ...place,
    ...(compared && { evidence: compared.evidence }),
    ...(guilty && { guilty }),
    simulations: judge.simulations,
  });
}

/** Judges revisions against the violation that is asked about, and says how each came out. */
function asker(judge: Judge, reference: Simulation, onProgress: (said: string) => void): Ask {
  return async (revision) => {
    const judged = await judge.against(reference, judge.at(revision), 'kind');
    onProgress(`${short(revision)} ${judged.outcome}`);
    return judged;
  };
}

async function knownGood(question: Question, { bad, ask }: { bad: string; ask: Ask }): Promise<string | Lost> {
  const { mirror } = question;
  if (question.good === undefined) return findGood(mirror, bad, ask);
  const good = await mirror.resolve(question.good);
  const judged = await ask(good);
  if (judged.outcome === 'holds') return good;
  if (judged.outcome === 'violated') return { reason: `it is violated at ${short(good)} as well` };
  const range = await mirror.between(good, bad);
  return findGood(mirror, bad, ask, range.length);
}

function short(id: string): string {
  return id.slice(0, 7);
}
