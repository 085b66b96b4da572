import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Delivery } from './delivery/deliver.ts';
import type { SocketMode } from './delivery/socket-mode.ts';
import { refusedAs } from './guard.ts';
import { pageRoutes } from './page-server/page-routes.ts';
import { respond } from './respond.ts';
import type { State } from './state.ts';
import { methods } from './web-api/methods.ts';
import { type Rate, Rates } from './web-api/rates.ts';
import { answerCall } from './web-api/serve.ts';

const largestUpload = 20_000_000;

/** Everything that the local Slack serves. */
export interface Served {
  state: State;
  socketMode: SocketMode;
  delivery: Delivery;
  rates: Record<string, Rate> | 'off';
}

/** The routes: the Web API, response_urls, files, and the page. */
export function routes({ state, socketMode, delivery, rates }: Served): Hono<{ Bindings: HttpBindings }> {
  const hono = new Hono<{ Bindings: HttpBindings }>();
  const api = {
    state,
    methods,
    rates: new Rates(rates, state.clock),
    socketUrl: () => `${state.url.replace('http', 'ws')}${socketMode.ticket()}`,
  };
  hono.use(async (context, next) => {
    const refused = refusedAs(context.req.raw, Number(new URL(state.url).port));
    return refused ? context.text(refused, 403) : next();
  });
  hono.on(['GET', 'POST'], '/api/:method', (context) => answerCall(api, context));
  hono.post('/response/:key', async (context) => {
    const args = await context.req.json();
    const outcome = respond(state, context.req.param('key'), args);
    const [ok, at] = [outcome === 'ok', state.clock()];
    const answer = ok ? { ok } : { ok, error: outcome };
    state.journal.note({ kind: 'call', method: 'response_url', args, status: ok ? 200 : 404, answer, at });
    return ok ? context.text('ok') : context.json(answer, 404);
  });
  hono.post('/upload/v1/:id', async (context) => {
    const file = [...state.workspaces.values()].map(({ files }) => files.get(context.req.param('id'))).find(Boolean);
    const form = await context.req.parseBody();
    const body = Object.values(form).find((value) => value instanceof File);
    const bytes = body ? new Uint8Array(await body.arrayBuffer()) : new Uint8Array();
    if (!file || bytes.length > largestUpload) return context.text('no such upload', 404);
    file.bytes = bytes;
    return context.text(`OK - ${bytes.length}`);
  });
  hono.get('/files/:id', (context) => {
    const file = [...state.workspaces.values()].map(({ files }) => files.get(context.req.param('id'))).find(Boolean);
    if (!file?.complete) return context.text('no such file', 404);
    context.header('content-type', 'application/octet-stream');
    context.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`);
    return context.body(Uint8Array.from(file.bytes).buffer);
  });
  hono.route('/', pageRoutes(state, delivery));
  return hono;
}
