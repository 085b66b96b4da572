import fs from 'node:fs';
import path from 'node:path';
import { say } from './channel.ts';

const { existsSync, readdirSync } = fs;
const source = /\.(?:[cm]?[jt]s|[jt]sx)$/;
type Load = (name: string) => Record<string, never>;

/** What lies at a path of a Next.js application: a route handler, or a page that React would render. */
export interface Place {
  pathname: string;
  file: string;
  kind: 'route' | 'page';
  params(pathname: string): Record<string, string | string[]> | false;
}

interface Routing {
  normalizeAppPath(name: string): string;
  getSortedRoutes(names: string[]): string[];
  getRouteRegex(name: string): never;
  getRouteMatcher(regex: never): Place['params'];
}

/** What a Next.js application has under `app` and `pages`, the most specific paths first, by Next's own rules. */
export function placesIn(folder: string, load: Load): Place[] {
  const { normalizeAppPath, getSortedRoutes, getRouteRegex, getRouteMatcher } = routingOf(load);
  const app = ['app', 'src/app'].map((name) => path.join(folder, name)).find((one) => existsSync(one));
  const pages = ['pages', 'src/pages'].map((name) => path.join(folder, name)).find((one) => existsSync(one));
  const found = new Map<string, Omit<Place, 'params'>>();
  for (const file of app ? walk(app) : []) {
    const stem = file.slice(app?.length).replace(source, '');
    const kind = /\/(route|page)$/.exec(stem)?.[1];
    if (kind !== 'route' && kind !== 'page') continue;
    const pathname = normalizeAppPath(stem);
    if (kind === 'route' || !found.has(pathname)) found.set(pathname, { pathname, file, kind });
  }
  for (const file of pages ? walk(pages) : []) {
    const pathname =
      file
        .slice(pages?.length)
        .replace(source, '')
        .replace(/\/index$/, '') || '/';
    if (!/^\/_(?:app|document|error)$/.test(pathname) && !found.has(pathname))
      found.set(pathname, { pathname, file, kind: 'page' });
  }
  return getSortedRoutes([...found.keys()]).flatMap((pathname) => {
    const place = found.get(pathname);
    return place ? [{ ...place, params: getRouteMatcher(getRouteRegex(pathname)) }] : [];
  });
}

/** Says what an application asks of Next.js that the modelled server does not do. */
export function notModelled(what: string): void {
  say({ t: 'unmodelled', what: `${what} by Next.js` });
}

/** The first of some files that is there, with any ending that a source has. */
export function firstOf(folder: string, names: string[]): string | undefined {
  const endings = ['.ts', '.js', '.mjs', '.mts', '.cjs', '.tsx'];
  return names
    .flatMap((name) => endings.map((ending) => path.join(folder, name + ending)))
    .find((file) => existsSync(file));
}

function routingOf(load: Load): Routing {
  const within = 'next/dist/shared/lib/router/utils/';
  const parts = ['app-paths', 'sorted-routes', 'route-regex', 'route-matcher'].map((name) => load(within + name));
  return Object.assign({}, ...parts) as Routing;
}

function walk(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((one) => {
      const at = path.join(folder, one.name);
      if (one.isDirectory()) return one.name.startsWith('_') || one.name.startsWith('@') ? [] : walk(at);
      return source.test(one.name) ? [at] : [];
    });
}
