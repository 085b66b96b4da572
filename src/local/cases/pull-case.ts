import type { Mirror } from '../../codebase/mirror.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import type { RootCause } from '../../diagnosis/root-cause.ts';
import { repair } from '../../repair/repair.ts';
import { type Plan, parsePlan } from '../../simulation/plan.ts';
import type { Simulator } from '../../simulation/simulation.ts';
import { functionFound } from './against-truth.ts';
import type { Bench } from './bench.ts';
import { type Found, unknown } from './call-case.ts';
import type { PullCase, RefactorCase } from './case-files.ts';
import { repairOf } from './outcome.ts';

/** The plans of a pull request on base and head, and what broke the one that flips, held against the truth. */
export async function pullCase(asked: PullCase, { simulator }: Bench, mirror: Mirror): Promise<Found> {
  const plans = { total: asked.plans.length, right: 0, wrong: 0, unknown: 0 };
  const notes: string[] = [];
  for (const { plan, expect } of asked.plans) {
    const { before, after } = await onBoth(parsePlan(plan), asked, simulator, mirror);
    const outcomes = [before.outcome, after.outcome];
    const fits = before.outcome === expect.base && after.outcome === expect.head;
    plans[fits ? 'right' : outcomes.includes('unknown') ? 'unknown' : 'wrong']++;
    if (!fits) notes.push(`${outcomes.join(' → ')}: ${after.outcome === 'unknown' ? after.reason : before.reason}`);
  }
  const broken = asked.plans.filter(({ expect }) => expect.base === 'holds' && expect.head === 'violated');
  const target = broken[0] && plans.unknown + plans.wrong === 0 ? parsePlan(broken[0].plan) : undefined;
  if (!target) return { ...unknown(notes.join('; '), 0), said: plans.wrong > 0 ? 'wrong' : 'unknown', plans };
  return { plans, ...(await explained(asked, target, simulator, mirror)) };
}

async function explained(
  asked: PullCase,
  target: Plan,
  simulator: Simulator,
  mirror: Mirror,
): Promise<Omit<Found, 'plans'>> {
  const { base, head, truth } = asked;
  const cause = await diagnose({ mirror, simulator, plan: target, bad: head, good: base });
  if (!('commit' in cause)) return { said: 'unknown', why: `no culprit: ${cause.reason}` };
  const culprit = cause.commit.id === truth.culprit && (await holdsWithout(cause, target, { head, mirror, simulator }));
  const inFunction = await functionFound(mirror, cause, truth);
  const neighbours = asked.plans
    .map(({ plan }) => parsePlan(plan))
    .map((plan, at) => ({ title: `plan ${at + 1}`, plan }));
  const fix = await repair({ mirror, simulator, plan: target, head, cause, neighbours });
  const fixed = 'patch' in fix && fix.proofs.every(({ after }) => after === 'holds');
  return {
    said: culprit ? 'right' : 'wrong',
    why: `${cause.file}:${cause.line} with ${cause.commit.id.slice(0, 7)}${'reason' in fix ? `; no fix: ${fix.reason}` : ''}`,
    culprit,
    file: truth.files.includes(cause.file),
    ...(inFunction !== undefined && { function: inFunction }),
    fix: fixed,
    repair: repairOf(fix),
  };
}

async function holdsWithout(
  cause: RootCause,
  plan: Plan,
  { head, mirror, simulator }: { head: string; mirror: Mirror; simulator: Simulator },
): Promise<boolean> {
  const undone = await mirror.reverted(head, { commit: cause.commit.id, hunks: cause.hunks });
  return undone !== null && (await simulator.simulate(plan, undone.tree)).verdict.outcome === 'holds';
}

/** A change that preserves behaviour: no test file of it may flip. */
export async function refactorCase(asked: RefactorCase, { simulator }: Bench, mirror: Mirror): Promise<Found> {
  const plans = { total: asked.tests.length, right: 0, wrong: 0, unknown: 0 };
  const notes: string[] = [];
  for (const file of asked.tests) {
    const plan = parsePlan({ plan: 1, when: [{ test: { id: 't', file } }], then: [{ check: 't.passed' }] });
    const { before, after } = await onBoth(plan, asked, simulator, mirror);
    const outcomes = [before.outcome, after.outcome];
    const silent = before.outcome === after.outcome;
    plans[outcomes.includes('unknown') ? 'unknown' : silent ? 'right' : 'wrong']++;
    if (outcomes.includes('unknown') || !silent) notes.push(`${file} ${outcomes.join(' → ')}: ${after.reason}`);
  }
  const silent = plans.right === plans.total;
  return { said: silent ? 'right' : plans.wrong > 0 ? 'wrong' : 'unknown', why: notes.join('; '), plans, silent };
}

async function onBoth(
  plan: Plan,
  { base, head }: { base: string; head: string },
  simulator: Simulator,
  mirror: Mirror,
) {
  const before = (await simulator.simulate(plan, await mirror.tree(base))).verdict;
  const after = (await simulator.simulate(plan, await mirror.tree(head))).verdict;
  return { before, after };
}
