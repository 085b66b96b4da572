import { Failure } from '../errors.ts';
import type { Stage } from '../world/stage.ts';
import { meets, type Scene } from './expectations.ts';
import type { Plan, Then } from './plan.ts';
import type { Expectation, Verdict } from './verdict.ts';

/** The verdict of a plan whose steps were taken. */
export async function judge(plan: Plan, scene: Scene): Promise<Verdict> {
  const { stage } = scene;
  const expectations: Expectation[] = [];
  for (const [index, then] of plan.then.entries()) {
    const { met, seen } = await meets(then, scene);
    expectations.push({ index, text: textOf(then), met, ...(seen ? { seen } : {}) });
  }
  const tier = 'executed';
  const broken = expectations.find(({ met }) => met === null);
  const unmet = expectations.find(({ met }) => met === false);
  const unknown = (why: Failure): Verdict => ({
    outcome: 'unknown',
    reason: why.message,
    tier,
    expectations,
    code: why.code,
  });
  const obstacle = obstacleIn(stage, unmet !== undefined);
  if (obstacle) return unknown(obstacle);
  const idle = unmetBy(stage);
  if (unmet) return violated(unmet, expectations, idle);
  if (broken) {
    return { outcome: 'unknown', reason: `${broken.text}: ${broken.seen}`, tier, expectations, code: 'PLAN_INVALID' };
  }
  const gone = stage.died();
  if (gone) return unknown(gone);
  const limit = unseen(plan, stage);
  if (limit !== undefined) return unknown(new Failure('SIMULATION_LIMIT', { limit }));
  const count = expectations.length;
  return {
    outcome: 'holds',
    reason: `${count === 1 ? 'The expectation is' : `All ${count} expectations are`} met.${idle}`,
    tier,
    expectations,
  };
}

/** What happened and was no longer written down, where a plan asks that something never happens. */
function unseen(plan: Plan, { record }: Stage): string | undefined {
  if (record.isFull) return 'the events of one trace';
  const asks = plan.then.some((then) => 'never' in then && then.never.startsWith('log-level:'));
  const cut = asks && record.find(({ kind, value }) => kind === 'log' && value?.text === 'cut');
  return cut ? `the log of ${cut.service}, ${cut.what}` : undefined;
}

/** The verdict of a plan that broke off since a service ended, where that itself is what must never happen. */
export async function brokenBefore(plan: Plan, scene: Scene): Promise<Verdict | undefined> {
  if (obstacleIn(scene.stage, true)) return undefined;
  const expectations: Expectation[] = [];
  for (const [index, then] of plan.then.entries()) {
    const { met, seen } = 'never' in then ? await meets(then, { ...scene, results: {} }) : { met: null, seen: '' };
    expectations.push({ index, text: textOf(then), met: met === false ? false : null, ...(seen ? { seen } : {}) });
  }
  const unmet = expectations.find(({ met }) => met === false);
  return unmet && violated(unmet, expectations);
}

/** What kept the code from doing what it does elsewhere: nothing can be held against it, and nothing in its favour. */
function obstacleIn({ unparsable, unmodelled }: Stage, isUnmet: boolean): Failure | undefined {
  if (isUnmet && unparsable[0] !== undefined) return new Failure('SOURCE_UNPARSABLE', { problem: unparsable[0] });
  if (unmodelled[0] !== undefined) return new Failure('WORLD_UNMODELLED', { asked: unmodelled[0] });
  return undefined;
}

/** What is said of faults and webhooks that met nobody: a plan that names them shows less than it seems to. */
function unmetBy(stage: Stage): string {
  const unfired = stage.unfired();
  const waiting = stage.waiting();
  const faults = unfired.length === 0 ? '' : ` A fault never came about: ${unfired.join('; ')}.`;
  return waiting.length === 0 ? faults : `${faults} A webhook was not sent yet: ${waiting.join('; ')}.`;
}

function violated({ text, seen }: Expectation, expectations: Expectation[], note = ''): Verdict {
  return {
    outcome: 'violated',
    reason: `${text}: ${seen ?? 'not met'}${note && `.${note}`}`,
    tier: 'executed',
    expectations,
  };
}

/** The verdict of a plan that could not be carried out. */
export function undecided(plan: Plan, why: Failure): Verdict {
  const expectations = plan.then.map((then, index) => ({ index, text: textOf(then), met: null }));
  return { outcome: 'unknown', reason: why.message, tier: 'executed', expectations, code: why.code };
}

/** An expectation in one line. */
function textOf(then: Then): string {
  if ('check' in then) return then.check;
  if ('sql' in then) return `${then.sql.text} → ${then.sql.check}`;
  if ('sent' in then)
    return `${then.sent.on} sent to ${then.sent.to} ${then.sent.times === 1 ? 'once' : `${then.sent.times} times`}`;
  return `never ${then.never}`;
}
