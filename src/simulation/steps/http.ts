import { type Answered, ask, networkError, portOf } from '../../world/http/client.ts';
import type { Stage } from '../../world/stage.ts';
import type { When } from '../plan.ts';

type Http = Extract<When, { http: unknown }>['http'];

/** What a check sees of an HTTP step. */
interface Answer extends Answered {
  /** Virtual milliseconds from the request to the end of its response. */
  ms: number;
}

const patienceMs = 10 * 60_000;
const clientAddress = '10.0.1.1';

/** Sends a request into a service as a client of the world and waits for the response. */
export async function takeHttp(asked: Http, stage: Stage): Promise<Answer> {
  const host = stage.service(asked.to);
  if (!host.isAlive) throw stage.ended(host);
  const port = portOf(host, stage.world.services);
  const sent = stage.clock.now();
  let answer: Answered | undefined;
  const close = ask(asked, {
    name: 'plan',
    address: clientAddress,
    host: `${asked.to}:${port}`,
    connect: (caller) => stage.connect(caller, { host: host.address, port }),
    answered: (given) => {
      answer = given;
    },
  });
  const waited = await stage.coordinator.until(() => answer !== undefined, patienceMs);
  close();
  await stage.coordinator.settle();
  const why = waited === 'stuck' ? 'the service is idle and has not answered' : `${patienceMs / 60_000} minutes passed`;
  return { ...(answer ?? { error: networkError('ETIMEDOUT', `No response: ${why}`) }), ms: stage.clock.now() - sent };
}
