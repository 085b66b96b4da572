import { Failure } from '../../errors.ts';
import type { Checks } from '../../simulation/checks.ts';
import { filled } from '../../simulation/fill.ts';
import type { GivenApi, GivenReply, Webhook } from '../../simulation/plan.ts';
import type { HttpMessage } from './message.ts';
import { fitted } from './operation.ts';
import { toldRequest } from './told-request.ts';

/** What a plan says to one request. */
export interface GivenAnswer {
  reply: GivenReply;
  /** What follows it. */
  webhooks: Webhook[];
}

interface Case {
  on: string;
  where: string | undefined;
  /** What is answered, in turn; the last for ever. */
  turns: { reply: GivenReply; then: Webhook[] }[];
}

/**
 * The replies that a plan gives for one API. Of several operations that fit a request, the first with a `where` that
 * holds is meant, then the first without one. Throws PLAN_INVALID where a check or a `{{…}}` does not work.
 */
export function givenReplies(
  given: readonly GivenApi[],
  checks: Checks,
): (message: HttpMessage) => Promise<GivenAnswer | undefined> {
  const cases: Case[] = [];
  for (const { on, where, reply, then = [] } of given) {
    const turns = [reply].flat().map((one) => ({ reply: one, then }));
    const known = cases.find((one) => one.on === on && one.where === where);
    if (known) known.turns.push(...turns);
    else cases.push({ on, where, turns });
  }
  cases.sort((a, b) => Number(a.where === undefined) - Number(b.where === undefined));
  return async (message) => {
    const [method = '', target = ''] = message.first.split(' ');
    for (const one of cases) {
      const params = fitted(one.on, method, target);
      if (!params) continue;
      const request = toldRequest(message, params);
      if (one.where !== undefined && !(await holds(one.where, { request }, checks))) continue;
      const turn = one.turns.length > 1 ? one.turns.shift() : one.turns[0];
      if (!turn) return undefined;
      const reply = await filled(turn.reply, { request }, checks, known);
      const isRefusal = reply.status >= 400;
      return { reply, webhooks: isRefusal ? [] : await filled(turn.then, { request, reply }, checks, known) };
    }
    return undefined;
  };
}

const known = 'an API knows';

async function holds(where: string, seen: object, checks: Checks): Promise<boolean> {
  try {
    return (await checks.evaluate(where, seen)) === true;
  } catch (thrown) {
    throw new Failure('PLAN_INVALID', { problems: [`where ${where}: ${String(Object(thrown).message)}`] });
  }
}
