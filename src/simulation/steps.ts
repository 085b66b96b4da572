import { Failure } from '../errors.ts';
import { durationMs } from '../world/duration.ts';
import type { Scene } from './expectations.ts';
import { filled } from './fill.ts';
import { stepOf, type When } from './plan.ts';
import { takeCall } from './steps/call.ts';
import { takeHttp } from './steps/http.ts';
import { takeTest } from './steps/test.ts';

/** Takes one step of a plan and keeps its result under its id; throws a Failure when it cannot be taken. */
export async function takeStep(given: When, at: number, { stage, results, checks }: Scene): Promise<void> {
  const [kind] = Object.keys(given);
  const step = stepOf(await filled(given, results, checks));
  stage.record.write({ service: 'plan', kind: 'step', what: `${at} ${kind}` });
  if ('call' in step) results[step.call.id] = await takeCall(step.call, stage);
  else if ('http' in step) results[step.http.id] = await takeHttp(step.http, stage);
  else if ('test' in step) results[step.test.id] = await takeTest(step.test, stage);
  else if ('advance' in step) await stage.coordinator.advance(durationMs(step.advance));
  else if ('publish' in step) await stage.publish(step.publish);
  else throw new Failure('WORLD_UNMODELLED', { asked: `a step of kind "${kind}"` });
}
