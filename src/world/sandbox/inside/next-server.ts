import fs from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { parseEnv } from 'node:util';
import { ownEnvironment } from './machine.ts';
import { middlewareOf } from './next-middleware.ts';
import { firstOf, notModelled, type Place, placesIn } from './next-routes.ts';

const { existsSync, readFileSync } = fs;
const untouched = new Set([
  'reactStrictMode',
  'output',
  'experimental',
  'typescript',
  'eslint',
  'poweredByHeader',
  'turbopack',
  'logging',
  'images',
  'serverExternalPackages',
  'transpilePackages',
  'webpack',
]);

interface RouteModule {
  handle(request: Request, context: object): Promise<Response>;
}

interface Ground {
  folder: string;
  load: (name: string) => Record<string, never>;
  places: Place[];
  modules: Map<string, RouteModule>;
}

/** Lets the program `next` be this server, wherever its package lies. */
export function standForNext(): void {
  const program = pathToFileURL(process.argv[1] ?? '').href;
  registerHooks({
    resolve: (specifier, context, next) =>
      context.parentURL === undefined && specifier === program
        ? { url: program, shortCircuit: true }
        : next(specifier, context),
    load: (url, context, next) =>
      /\/next\/dist\/bin\/next$/.test(url)
        ? { source: '', format: 'commonjs', shortCircuit: true }
        : next(url, context),
  });
  setImmediate(() => void serveNext(process.cwd()));
}

/**
 * Serves an application of Next.js without its build: requests go through its middleware to its route handlers, run by
 * the route module of the Next.js that is installed. What React would render is not modelled.
 */
async function serveNext(folder: string): Promise<void> {
  const env = ownEnvironment();
  env.NODE_ENV ??= 'production';
  readEnvironment(folder);
  const load = createRequire(path.join(folder, 'package.json')) as unknown as Ground['load'];
  Object.assign(globalThis, { AsyncLocalStorage: process.getBuiltinModule('node:async_hooks').AsyncLocalStorage });
  await readConfig(folder);
  const ground: Ground = { folder, load, places: placesIn(folder, load), modules: new Map() };
  const instrumentation = firstOf(folder, ['instrumentation', 'src/instrumentation']);
  if (instrumentation) await (await moduleAt(instrumentation)).register?.();
  const through = await middlewareOf(folder, load);
  const http = process.getBuiltinModule('node:http');
  const server = http.createServer((incoming, outgoing) => {
    answer(ground, through, incoming, outgoing).catch((failed) => {
      console.error(failed);
      if (outgoing.headersSent) outgoing.destroy();
      else outgoing.writeHead(500, { 'content-type': 'text/plain' }).end('Internal Server Error');
    });
  });
  server.listen(Number(env.PORT ?? 3000));
}

async function answer(
  ground: Ground,
  through: Awaited<ReturnType<typeof middlewareOf>>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const url = new URL(incoming.url ?? '/', `http://${incoming.headers.host ?? 'localhost'}`);
  if (url.pathname !== '/' && url.pathname.endsWith('/')) {
    outgoing.writeHead(308, { location: url.pathname.slice(0, -1) + url.search }).end();
    return;
  }
  const request = requestOf(ground, incoming, url);
  const passed = (await through?.(request, url.pathname)) ?? {
    pathname: url.pathname,
    headers: request.headers,
    added: [],
  };
  if ('answer' in passed) return send(passed.answer, [], outgoing);
  const [place, params] = find(ground, passed.pathname);
  if (place?.kind !== 'route' || !params) {
    const what = place
      ? `rendering ${path.relative(ground.folder, place.file)}`
      : `the answer to ${passed.pathname}, which no route handler gives,`;
    notModelled(what);
    outgoing.writeHead(place ? 501 : 404).end();
    return;
  }
  url.pathname = passed.pathname;
  const onwards = through ? requestOf(ground, incoming, url, passed.headers, request) : request;
  const after: Promise<unknown>[] = [];
  const closed: (() => void)[] = [];
  const response = await (await routeModule(ground, place)).handle(onwards, contextOf(params, after, closed));
  await send(response, passed.added, outgoing);
  for (const done of closed) done();
  await Promise.all(after);
}

function find({ places }: Ground, pathname: string): [place?: Place, params?: object] {
  for (const place of places) {
    const params = place.params(pathname);
    if (params) return [place, params];
  }
  return [];
}

/** The request as handlers get it; a body is read by one of them only. */
function requestOf(
  { load }: Ground,
  incoming: IncomingMessage,
  url: URL,
  headers?: Headers,
  before?: Request,
): Request {
  const { NextRequest } = load('next/server') as never as { NextRequest: typeof Request };
  const own = headers ?? new Headers();
  if (!headers) {
    for (let at = 0; at < incoming.rawHeaders.length; at += 2)
      own.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '');
  }
  const { method = 'GET' } = incoming;
  const isBare = method === 'GET' || method === 'HEAD';
  const body = isBare ? undefined : (before?.body ?? (Readable.toWeb(incoming) as ReadableStream));
  return new NextRequest(url, { method, headers: own, ...(body && { body, duplex: 'half' }) } as RequestInit);
}

function contextOf(params: object, after: Promise<unknown>[], closed: (() => void)[]): object {
  const key = '0'.repeat(64);
  const preview = { previewModeId: key, previewModeSigningKey: key, previewModeEncryptionKey: key };
  return {
    params,
    previewProps: preview,
    prerenderManifest: { version: 4, preview, routes: {}, dynamicRoutes: {}, notFoundRoutes: [] },
    renderOpts: {
      experimental: {},
      supportsDynamicResponse: true,
      waitUntil: (work: Promise<unknown>) => after.push(work),
      onClose: (done: () => void) => closed.push(done),
      onAfterTaskError: (failed: unknown) => console.error(failed),
    },
    sharedContext: { buildId: 'rehearsal' },
  };
}

async function routeModule({ folder, load, modules }: Ground, { file, pathname }: Place): Promise<RouteModule> {
  const known = modules.get(file);
  if (known) return known;
  const { AppRouteRouteModule } = load('next/dist/server/route-modules/app-route/module.compiled') as never as {
    AppRouteRouteModule: new (given: object) => RouteModule;
  };
  const own = await moduleAt(file);
  const definition = {
    kind: 'APP_ROUTE',
    page: `${pathname}/route`,
    pathname,
    filename: 'route',
    bundlePath: `app${pathname}/route`,
  };
  const made = new AppRouteRouteModule({
    userland: () => own,
    definition,
    distDir: '.next',
    relativeProjectDir: '',
    resolvedPagePath: path.relative(folder, file),
    nextConfigOutput: '',
  });
  modules.set(file, made);
  return made;
}

async function send(response: Response, added: [string, string][], outgoing: ServerResponse): Promise<void> {
  const names = new Set([...response.headers.keys(), ...added.map(([name]) => name)]);
  for (const name of names) {
    const values = [...added.filter(([own]) => own === name).map(([, value]) => value)];
    const own =
      name === 'set-cookie' ? response.headers.getSetCookie() : [response.headers.get(name) ?? ''].filter(Boolean);
    const all = name === 'set-cookie' ? [...values, ...own] : own.length > 0 ? own : values;
    outgoing.setHeader(name, all.length === 1 ? (all[0] ?? '') : all);
  }
  outgoing.statusCode = response.status;
  if (response.statusText) outgoing.statusMessage = response.statusText;
  for await (const chunk of response.body ?? []) {
    if (outgoing.destroyed) break;
    if (!outgoing.write(chunk)) await new Promise((drained) => outgoing.once('drain', drained));
  }
  outgoing.end();
}

async function moduleAt(file: string) {
  const module = await import(pathToFileURL(file).href);
  return module['module.exports'] ?? module;
}

function readEnvironment(folder: string): void {
  const env = ownEnvironment();
  for (const name of [`.env.${env.NODE_ENV}.local`, '.env.local', `.env.${env.NODE_ENV}`, '.env']) {
    const file = path.join(folder, name);
    if (!existsSync(file)) continue;
    for (const [key, value] of Object.entries(parseEnv(readFileSync(file, 'utf8')))) env[key] ??= value ?? '';
  }
}

async function readConfig(folder: string): Promise<void> {
  const file = firstOf(folder, ['next.config']);
  if (!file) return;
  const { default: whole, ...own } = await moduleAt(file);
  const given = whole ?? own;
  const config = typeof given === 'function' ? await given('phase-production-server', { defaultConfig: {} }) : given;
  for (const key of Object.keys(Object(config))) if (!untouched.has(key)) notModelled(`the setting ${key}`);
}
