import { pathToFileURL } from 'node:url';
import { firstOf, notModelled } from './next-routes.ts';

type Load = (name: string) => Record<string, never>;
type Handler = (request: Request, event: object) => Response | undefined | Promise<Response | undefined>;
type Matches = (pathname: string, request: object, query: object) => boolean;

/** What a middleware made of a request: an answer, or the request that goes on and headers for its answer. */
export type Passed = { answer: Response } | { pathname: string; headers: Headers; added: [string, string][] };

/** The middleware (or proxy) of an application, as Next.js calls it; nothing when it has none. */
export async function middlewareOf(
  folder: string,
  load: Load,
): Promise<((request: Request, pathname: string) => Promise<Passed>) | undefined> {
  const names = ['middleware', 'proxy', 'src/middleware', 'src/proxy'];
  const file = firstOf(folder, names);
  if (!file) return undefined;
  const module = await import(pathToFileURL(file).href);
  const own = module['module.exports'] ?? module;
  const handler: Handler = own.middleware ?? own.proxy ?? own.default;
  const matches = matcherOf(own.config?.matcher, load);
  return async (request, pathname) => {
    const headers = new Headers(request.headers);
    const query = Object.fromEntries(new URL(request.url).searchParams);
    if (!matches(pathname, { headers: Object.fromEntries(headers), cookies: {} }, query))
      return { pathname, headers, added: [] };
    const answer = await handler(request, { waitUntil: () => undefined, passThroughOnException: () => undefined });
    return answer ? passed(answer, pathname, headers) : { pathname, headers, added: [] };
  };
}

function matcherOf(matcher: unknown, load: Load): Matches {
  if (matcher === undefined) return () => true;
  const { getMiddlewareMatchers } = load('next/dist/build/analysis/get-page-static-info') as never as {
    getMiddlewareMatchers(given: unknown, config: object): object[];
  };
  const { getMiddlewareRouteMatcher } = load('next/dist/shared/lib/router/utils/middleware-route-matcher') as never as {
    getMiddlewareRouteMatcher(matchers: object[]): Matches;
  };
  return getMiddlewareRouteMatcher(getMiddlewareMatchers(matcher, {}));
}

/** Reads the headers in which `NextResponse.next` and `rewrite` say what they want. */
function passed(answer: Response, pathname: string, headers: Headers): Passed {
  const rewritten = answer.headers.get('x-middleware-rewrite');
  if (!answer.headers.has('x-middleware-next') && rewritten === null) return { answer };
  const kept = answer.headers.get('x-middleware-override-headers');
  if (kept !== null) {
    const names = new Set(kept.split(',').map((name) => name.trim()));
    for (const name of [...headers.keys()]) if (!names.has(name)) headers.delete(name);
    for (const name of names) {
      const value = answer.headers.get(`x-middleware-request-${name}`);
      if (value !== null) headers.set(name, value);
    }
  }
  const added = [...answer.headers].filter(([name]) => !name.startsWith('x-middleware-'));
  if (rewritten === null) return { pathname, headers, added };
  const to = new URL(rewritten, 'http://localhost');
  if (to.search) notModelled('a rewrite with a query');
  return { pathname: to.pathname, headers, added };
}
