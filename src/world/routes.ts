import type { Host } from './host.ts';
import type { Model } from './model.ts';

/** A modelled server and the names under which it is reached. */
export interface Standing {
  names: string[];
  /** The port it listens on; null when it answers on any. */
  port: number | null;
  model: () => Promise<Model>;
  /** Whether it also answers for every name below its own, as `bucket.storage` does. */
  hasNamesBelow?: boolean;
}

/** Who can be reached in the world. */
export interface Reachable {
  hosts: readonly Host[];
  standing: readonly Standing[];
  /** Names that the repository speaks of and no model exists for. */
  unmodelled: readonly { name: string; ports: number[]; isTelemetry?: boolean }[];
}

/** Where a connection leads. */
export type Route =
  | { to: 'host'; host: Host; names: string[] }
  | { to: 'model'; standing: Standing; names: string[] }
  | { to: 'nobody'; code: string; message: string; unmodelled?: string };

const loopback = /^(?:localhost|127\.\d+\.\d+\.\d+|::1|0\.0\.0\.0|::)$/;

/** Finds who listens under a name and port, as seen from a service. */
export function route({ host: name, port }: { host: string; port: number }, from: string, world: Reachable): Route {
  const own = world.hosts.find((host) => host.name === from);
  if (loopback.test(name) || name === own?.name || name === own?.address)
    return local(name, port, { own, from, world });
  const host = world.hosts.find((one) => one.address === name || one.names.includes(name));
  if (host) {
    if (host.ports.has(port)) return { to: 'host', host, names: host.names };
    return refusal(host.address, port);
  }
  const standing = world.standing.find((one) => isNamed(one, name) && (one.port === null || one.port === port));
  if (standing) return { to: 'model', standing, names: standing.names };
  if (world.standing.some((one) => isNamed(one, name))) return refusal(name, port);
  const known = world.unmodelled.find((one) => one.name === name);
  if (known) return { ...refusal(name, port), unmodelled: `${known.name} on port ${port}` };
  const message = `getaddrinfo ENOTFOUND ${name}`;
  return { to: 'nobody', code: 'ENOTFOUND', message, unmodelled: `${name} on port ${port}` };
}

function isNamed({ names, hasNamesBelow = false }: Standing, name: string): boolean {
  return names.includes(name) || (hasNamesBelow && names.some((own) => name.endsWith(`.${own}`)));
}

/** This machine: the service itself, or whoever else of the repository listens there when they all run on one. */
function local(
  name: string,
  port: number,
  { own, from, world }: { own: Host | undefined; from: string; world: Reachable },
): Route {
  const host = own?.ports.has(port) ? own : world.hosts.find((one) => one.ports.has(port));
  if (host) return { to: 'host', host, names: host.names };
  const standing = world.standing.find((one) => one.port === port);
  if (standing) return { to: 'model', standing, names: standing.names };
  const address = name === 'localhost' ? '127.0.0.1' : name;
  // Nothing listens on the machine that tests run on but what they start themselves.
  if (from === 'test') return refusal(address, port);
  return { ...refusal(address, port), unmodelled: `${name} on port ${port}` };
}

function refusal(address: string, port: number): Extract<Route, { to: 'nobody' }> {
  return { to: 'nobody', code: 'ECONNREFUSED', message: `connect ECONNREFUSED ${address}:${port}` };
}
