import { Failure } from '../errors.ts';
import type { Plan } from '../simulation/plan.ts';
import { placeOf } from './faults.ts';
import { flagHosts } from './flags/flag-hosts.ts';
import type { World } from './world.ts';

/**
 * Refuses a plan that names what the world does not have: a service, a host that requests go to or faults are on.
 * Throws SERVICE_UNKNOWN with the names there are, or WORLD_UNMODELLED for what cannot happen to a store.
 */
export function checkNames(plan: Plan, world: World): void {
  const services = world.services.map(({ name }) => name);
  const stores = world.stores.flatMap(({ name, hosts }) => [name, ...hosts]);
  const apis = plan.given.flatMap((given) => ('api' in given ? [given.api.host] : []));
  const described = [...(world.apis ?? []), ...(world.recordings ?? [])].flatMap(({ hosts }) => hosts);
  const reached = [...world.services.flatMap(({ name, hosts }) => [name, ...hosts]), ...apis, ...described];
  const mustBe = (name: string, among: string[], where: string): void => {
    if (!among.includes(name))
      throw new Failure('SERVICE_UNKNOWN', { service: name, where, known: [...new Set(among)] });
  };
  for (const name of Object.keys(plan.world?.env ?? {})) mustBe(name, [...services, 'call', 'test'], 'world.env');
  for (const { on, do: what } of plan.world?.faults ?? []) {
    const { host, path } = placeOf(on);
    mustBe(host, [...reached, ...flagHosts(world), ...stores], 'world.faults');
    const isOnPath = path !== '/' && (/^throttle/.test(what) || (stores.includes(host) && !isHttp(world, host)));
    if (isOnPath)
      throw new Failure('WORLD_UNMODELLED', {
        asked: `the fault ${what} on ${on}; it befalls the whole of ${host}`,
      });
    if (stores.includes(host) && /^(?:status|rate-limit)/.test(what) && !isHttp(world, host))
      throw new Failure('WORLD_UNMODELLED', {
        asked: `the fault ${what} on the store ${host}; it does not speak HTTP`,
      });
  }
  const called = world.services.flatMap(({ name, hosts }) => [name, ...hosts]);
  for (const given of plan.given) {
    if ('limit' in given) mustBe(given.limit.host, [...apis, ...described], 'given.limit');
    for (const { to } of ('api' in given && given.api.then) || []) mustBe(to, called, 'given.api.then');
  }
  for (const then of plan.then) {
    if (!('sent' in then)) continue;
    const { to, on } = then.sent;
    if (on === 'MAIL') {
      const mailers = world.stores.filter(({ kind }) => kind === 'smtp').flatMap(({ name, hosts }) => [name, ...hosts]);
      if (mailers.length === 0 || !to.includes('@')) mustBe(to, mailers, 'then.sent');
      continue;
    }
    if (stores.includes(to))
      throw new Failure('WORLD_UNMODELLED', {
        asked: `${on} sent to the store ${to}; look into it with "sql" instead`,
      });
    mustBe(to, reached, 'then.sent');
  }
}

function isHttp({ stores }: World, host: string): boolean {
  return stores.some(({ kind, name, hosts }) => kind === 's3' && [name, ...hosts].includes(host));
}
