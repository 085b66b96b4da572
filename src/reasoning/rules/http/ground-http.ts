import type { Survey } from '../../../codebase/survey.ts';
import { type Plan, parsePlan } from '../../../simulation/plan.ts';
import type { Material } from '../../draft.ts';
import type { Mention } from '../mention.ts';
import type { Passage } from '../passages.ts';
import { isRecord } from '../values.ts';
import type { Exchanges } from './exchanges.ts';
import { calmWishes, type SeenAnswer, type Wish, wishesOf } from './expectations.ts';
import { settingsIn } from './settings.ts';
import { apisOf, type Step, stepsOf } from './steps.ts';

/** What a thread says in HTTP, and how far that could be grounded. */
export interface HttpGround {
  plan: Plan | null;
  steps: Step[];
  /** The step that shows it, what it answered here, and what was wished of it. */
  shown?: { step: Step; seen: SeenAnswer; wishes: Wish[]; reproduced: boolean };
  /** Why it could not be run here. */
  stopped?: string;
}

interface Said {
  passages: Passage[];
  exchanges: Exchanges;
  mentions: Mention[];
  survey: Survey;
}

/** Rehearses the requests of a thread and takes the answers that it wishes for as what ought to hold. */
export async function groundHttp(
  { passages, exchanges, mentions, survey }: Said,
  attempt: Material['attempt'],
): Promise<HttpGround> {
  const steps = stepsOf(exchanges, survey).slice(0, 12);
  if (steps.length === 0) return { plan: null, steps };
  const world = worldOf(steps, settingsIn(passages, survey));
  const given = apisOf(exchanges, survey);
  let stopped: string | undefined;
  let open: HttpGround['shown'];
  for (const chosen of sequences(steps)) {
    const ids = chosen.map((_, at) => `r${at + 1}`);
    const plan = (then: Plan['then']) =>
      parsePlan({
        plan: 1,
        ...(world ? { world } : {}),
        given,
        when: chosen.map((step, at) => ({ http: httpOf(step, ids[at] ?? 'r') })),
        then,
      });
    const { verdict, results } = await attempt(plan([{ check: '$exists(r1)' }]));
    if (verdict.outcome === 'unknown') stopped = verdict.reason;
    const shown = chosen.flatMap((step, at) => {
      const seen = answerOf(results[ids[at] ?? '']);
      if (!seen || verdict.outcome === 'unknown') return [];
      const own = at === chosen.length - 1 ? mentions : [];
      const wished = wishesOf(ids[at] ?? '', step, seen, own);
      const wishes = wished.length > 0 ? wished : calmWishes(ids[at] ?? '', step, seen, own);
      return [{ step, seen, wishes, reproduced: wishes.some(({ met }) => !met) }];
    });
    const target =
      shown.find(({ wishes, reproduced }) => reproduced && isReported(wishes)) ??
      shown.find(({ wishes }) => wishes.length > 0 && wishes.every(({ met }) => met));
    if (target) return { plan: plan(target.wishes.map(({ then }) => then)), steps: chosen, shown: target };
    open ??= shown.findLast(({ wishes }) => wishes.length > 0) ?? shown.at(-1);
  }
  return { plan: null, steps, ...(open ? { shown: open } : {}), ...(stopped ? { stopped } : {}) };
}

/** What fails here is what the thread complains about, as far as it says what it saw. */
function isReported(wishes: Wish[]): boolean {
  const failing = wishes.filter(({ met }) => !met);
  const known = failing.filter(({ reported }) => reported !== null);
  return known.length === 0 || known.some(({ reported }) => reported);
}

/** The message that shows it is rehearsed alone first, then with what came before. */
function sequences(steps: Step[]): Step[][] {
  const wished = steps.findLastIndex(({ answers }) => answers.some(({ leaning }) => leaning.expected > leaning.actual));
  const failed = steps.findIndex(({ answers }) => answers.some(({ response }) => (response.status ?? 0) >= 500));
  const target = wished >= 0 ? wished : failed >= 0 ? failed : steps.length - 1;
  const last = steps[target];
  const together = steps
    .slice(0, target + 1)
    .filter(({ request }) => request.passage === last?.request.passage && request.form !== 'log');
  const alone = together.length > 0 ? together : last ? [last] : [];
  const all = steps.slice(0, target + 1).filter(({ request }) => request.form !== 'log');
  return all.length > alone.length ? [alone, all] : [alone];
}

function worldOf(steps: Step[], settings: ReturnType<typeof settingsIn>): Plan['world'] {
  const at = steps
    .map(({ request }) => request.at)
    .find((time) => time !== undefined && !Number.isNaN(Date.parse(time)));
  const clock = at ? new Date(at).toISOString() : dayOf(steps);
  const world = { ...(clock ? { clock } : {}), ...settings };
  return Object.keys(world).length > 0 ? world : undefined;
}

/** The day that answers speak of, when they all speak of the same: the code was asked on that day. */
function dayOf(steps: Step[]): string | undefined {
  const bodies = steps.flatMap(({ answers }) => answers.map(({ response }) => JSON.stringify(response.body) ?? ''));
  const days = new Set(bodies.flatMap((body) => body.match(/(?<=")\d{4}-\d\d-\d\d(?=["T])/g) ?? []));
  const [day] = days;
  return days.size === 1 && day && !Number.isNaN(Date.parse(day)) ? `${day}T12:00:00.000Z` : undefined;
}

function httpOf({ request, service }: Step, id: string) {
  const { method, path, headers, body } = request;
  return { id, to: service, method, path, headers, ...(body === undefined ? {} : { body }) };
}

function answerOf(result: unknown): SeenAnswer | undefined {
  return isRecord(result) && typeof result.status === 'number'
    ? { status: result.status, body: result.body }
    : undefined;
}
