import type { Route, Survey } from '../../../codebase/survey.ts';
import type { Request } from './request.ts';

/** Where a request goes: a service of the codebase, somebody else's API, or nobody knows. */
export type Destination =
  | { kind: 'service'; name: string; route?: Route }
  | { kind: 'outside'; host: string }
  | { kind: 'unknown' };

/** Finds the service that a request is for: by host and port, else by the only one that has such a route. */
export function destinationOf(
  { method, host, path }: Pick<Request, 'method' | 'host' | 'path'>,
  { services, routes }: Survey,
): Destination {
  const matching = routes
    .filter((route) => route.service !== '' && fits(route, method, path))
    .sort((a, b) => exactness(b) - exactness(a));
  const [name, port] = (host ?? '').split(':');
  const isHere = !name || /^(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|host\.docker\.internal)$/.test(name);
  const byPort = port ? services.filter(({ ports }) => ports.includes(Number(port))) : [];
  const byName = isHere
    ? []
    : services.filter((service) =>
        [service.name, ...service.hosts].some(
          (own) => own === name || name.startsWith(`${own}.`) || name.startsWith(`${own}-`),
        ),
      );
  const [known] = byName.length > 0 ? byName : isHere ? byPort : [];
  if (known)
    return service(
      known.name,
      matching.find((route) => route.service === known.name),
    );
  const [best] = matching;
  const owners = new Set(
    matching.filter((route) => exactness(route) === (best ? exactness(best) : 0)).map((route) => route.service),
  );
  if (best && owners.size === 1) return service(best.service, best);
  if (!isHere) return { kind: 'outside', host: host ?? '' };
  return services.length === 1 && services[0] && matching.length === 0 && routes.length === 0
    ? service(services[0].name)
    : { kind: 'unknown' };
}

function service(name: string, route?: Route): Destination {
  return { kind: 'service', name, ...(route ? { route } : {}) };
}

function fits(route: Route, method: string, path: string): boolean {
  if (route.method !== 'ALL' && route.method !== method && !(method === 'HEAD' && route.method === 'GET')) return false;
  const own = segments(route.path);
  const asked = segments(path.replace(/[?#].*$/, ''));
  if (own.at(-1) === '*' && asked.length >= own.length - 1)
    return own.slice(0, -1).every((part, at) => same(part, asked[at]));
  return own.length === asked.length && own.every((part, at) => same(part, asked[at]));
}

function same(own: string, asked: string | undefined): boolean {
  return /^[:{*]/.test(own) || own.toLowerCase() === asked?.toLowerCase();
}

function exactness({ path }: Route): number {
  return segments(path).filter((part) => !/^[:{*]/.test(part)).length;
}

function segments(path: string): string[] {
  return path.split('/').filter(Boolean);
}
