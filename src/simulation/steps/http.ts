import { Failure } from '../../errors.ts';
import type { Stage } from '../../world/stage.ts';
import type { When } from '../plan.ts';

type Http = Extract<When, { http: unknown }>['http'];

/** Sends a request into a service as a client of the world. */
export async function takeHttp(asked: Http, stage: Stage): Promise<unknown> {
  void stage;
  throw new Failure('SERVICE_UNKNOWN', { service: asked.to });
}
