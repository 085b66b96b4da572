import type { Mirror } from '../../codebase/mirror.ts';
import { diagnose } from '../../diagnosis/diagnose.ts';
import { gather } from '../../evidence/gather.ts';
import { plainText } from '../../evidence/mrkdwn.ts';
import { redact } from '../../evidence/redact.ts';
import type { Draft } from '../../reasoning/draft.ts';
import { repair } from '../../repair/repair.ts';
import type { Plan } from '../../simulation/plan.ts';
import type { Simulation, Simulator } from '../../simulation/simulation.ts';
import { functionFound, stepsThatGave } from './against-truth.ts';
import type { Bench } from './bench.ts';
import type { CallCase } from './case-files.ts';
import { type Outcome, repairOf } from './outcome.ts';

/** What a case yields before it is counted. */
export type Found = Omit<Outcome, 'id' | 'right' | 'simulations' | 'seconds'>;

/** A thread, from its words alone to a plan, the commit that broke it and a fix, held against the truth. */
export async function callCase(asked: CallCase, bench: Bench, mirror: Mirror): Promise<Found> {
  const { thread, truth } = asked;
  const { simulator } = bench;
  const head = await mirror.tree(thread.head);
  const draft = await grounded(asked, bench, mirror);
  const { plan } = draft;
  if (!plan) return unknown(`not grounded: ${draft.missing?.sentence ?? 'no reason given'}`, 0);
  const before = await simulator.simulate(plan, await mirror.tree(thread.base));
  const after = await simulator.simulate(plan, head);
  const claims = { plan, base: seen(before), head: seen(after) };
  const flip = flipped(before, after);
  if (flip) return { ...flip, claims };
  const { wrong, agreeing } = agrees(before, after, [truth, await redacted(thread, truth)]);
  if (wrong) return { ...contradicted(wrong), claims };
  return { ...(await explained({ thread, truth, plan }, simulator, mirror)), claims: { ...claims, agreeing } };
}

/** What is drafted from the words of a thread alone, on its head. */
export async function grounded({ thread }: CallCase, bench: Bench, mirror: Mirror): Promise<Draft> {
  const head = await mirror.tree(thread.head);
  const channel = { name: thread.channel.name, kind: thread.channel.private ? 'private' : 'public' } as const;
  return bench.drafter.draft({
    evidence: await gather(thread.messages, { channel, source: 'file' }),
    survey: await bench.survey(head),
    read: (file) => mirror.read(thread.head, file),
    attempt: (plan) => bench.simulator.simulate(plan, head),
  });
}

async function explained(
  { thread, truth, plan }: Pick<CallCase, 'thread' | 'truth'> & { plan: Plan },
  simulator: Simulator,
  mirror: Mirror,
): Promise<Found> {
  const cause = await diagnose({ mirror, simulator, plan, bad: thread.head, good: thread.base });
  if (!('commit' in cause)) return unknown(`no culprit: ${cause.reason}`, 1);
  const culprit = cause.commit.id === truth.culprit;
  const inFunction = await functionFound(mirror, cause, truth);
  const places = {
    culprit,
    file: truth.files.includes(cause.file),
    ...(inFunction !== undefined && { function: inFunction }),
  };
  if (!culprit) return { ...contradicted(`the culprit named is ${cause.commit.id.slice(0, 7)}`), ...places };
  const fix = await repair({ mirror, simulator, plan, head: thread.head, cause, neighbours: [] });
  if (!('patch' in fix))
    return { ...unknown(`no fix: ${fix.reason}`, 1), ...places, fix: false, repair: repairOf(fix) };
  const where = `${cause.file}:${cause.line}${cause.functions[0] ? ` in ${cause.functions[0].name}` : ''}`;
  const plans = { total: 1, right: 1, wrong: 0, unknown: 0 };
  return { said: 'right', why: where, plans, ...places, fix: true, repair: repairOf(fix) };
}

/** A plan has to hold at base and to be violated at head; what else it does is said. */
function flipped(before: Simulation, after: Simulation): Found | undefined {
  if (after.verdict.outcome === 'unknown') return unknown(`unknown at head: ${after.verdict.reason}`, 1);
  if (after.verdict.outcome === 'holds') return contradicted('the plan holds at head, where the fault is');
  if (before.verdict.outcome === 'unknown') return unknown(`unknown at base: ${before.verdict.reason}`, 1);
  if (before.verdict.outcome === 'violated') return contradicted('the plan asks for what was not so at base either');
  return undefined;
}

/** The plan speaks of the fault when one of its steps gives at base and at head what the truth gives. */
function agrees(before: Simulation, after: Simulation, truths: Ends[]): { wrong?: string; agreeing: string[] } {
  const agreeing = truths.flatMap(({ base, head }) => {
    const then = stepsThatGave(before.results, base);
    return stepsThatGave(after.results, head).filter((id) => then.includes(id));
  });
  return agreeing.length > 0
    ? { agreeing }
    : { agreeing, wrong: 'the plan shows another difference than the thread reports' };
}

/** What is given at base and at head. */
type Ends = Pick<CallCase['truth'], 'base' | 'head'>;

/** The truth with the same stand-ins for personal data that the evidence has, since the plan can only know those. */
async function redacted({ messages }: CallCase['thread'], { base, head }: Ends): Promise<Ends> {
  const written = [base, head].map((value) => JSON.stringify({ value }));
  const { texts } = await redact([...messages.map(({ text }) => plainText(text)), ...written]);
  const [then, now] = texts.slice(-2).map((text) => (JSON.parse(text) as { value?: unknown }).value);
  return { base: then, head: now };
}

function seen({ verdict, results }: Simulation): Record<string, unknown> {
  return { verdict: verdict.outcome, reason: verdict.reason, results };
}

/** Nothing was claimed that could be wrong. */
export function unknown(why: string, plans: number): Found {
  return { said: 'unknown', why, plans: { total: plans, right: 0, wrong: 0, unknown: plans } };
}

function contradicted(why: string): Found {
  return { said: 'wrong', why, plans: { total: 1, right: 0, wrong: 1, unknown: 0 } };
}
