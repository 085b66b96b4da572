import { isFailure } from '../../errors.ts';
import type { Record as Recording } from '../../simulation/record.ts';
import { connect, type Wires } from '../connect.ts';
import type { Services } from '../services.ts';
import type { World } from '../world.ts';
import { ask, type Outgoing, portOf } from './client.ts';

const apiAddress = '10.0.1.2';

interface Ground {
  services: Services;
  world: World;
  record: Recording;
  wires: Wires;
  note(what: string): void;
}

/** An API sends a request to a service; where nobody takes it, the trace says why. */
export function callBack(
  { from, to, outgoing }: { from: string; to: string; outgoing: Outgoing },
  { services, world, record, wires, note }: Ground,
): void {
  const text = `${outgoing.method} ${outgoing.path} to ${to}`;
  // A plan that only calls functions or runs tests starts no service.
  if (services.hosts.every(({ name, names }) => name !== to && !names.includes(to))) {
    note(`the webhook ${text}, which does not run in this plan`);
    return;
  }
  const failed = (why: string): unknown =>
    record.write({ service: from, kind: 'error', what: `webhook ${text}: ${why}` });
  try {
    const host = services.find(to);
    const port = portOf(host, world.services);
    ask(outgoing, {
      name: from,
      address: apiAddress,
      host: `${to}:${port}`,
      connect: (caller) => connect(caller, { host: host.address, port }, wires),
      answered: ({ error }) => void (error && failed(error.message)),
    });
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    failed(thrown.message);
  }
}
