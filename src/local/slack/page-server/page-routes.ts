import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Delivery } from '../delivery/deliver.ts';
import type { State } from '../state.ts';
import { doDeed } from './deeds.ts';
import { heard, hints, messagesSeen, overview, type Seen, seenBy } from './seen.ts';

type Bindings = { Bindings: HttpBindings };

const folder = path.resolve(import.meta.dirname, '../../page');
const kinds: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const files = new Set(readdirSync(folder).filter((file) => path.extname(file) in kinds));
const aliveEveryMs = 15_000;

/** No script but our own files, no frame, no form that goes elsewhere. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

/** The page and what it talks to. */
export function pageRoutes(state: State, delivery: Delivery): Hono<Bindings> {
  const hono = new Hono<Bindings>();
  hono.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  });
  for (const place of ['/', '/archives/:channel/:message'])
    hono.get(place, (context) => context.html(readFileSync(path.join(folder, 'index.html'), 'utf8')));
  hono.get('/page/:file', (context) => {
    const file = context.req.param('file');
    if (!files.has(file)) return context.notFound();
    context.header('content-type', kinds[path.extname(file)]);
    return context.body(readFileSync(path.join(folder, file), 'utf8'));
  });
  hono.get('/local/workspace', (context) => seen(state, context, (eyes) => overview(eyes)));
  hono.get('/local/messages', (context) =>
    seen(state, context, (eyes) => {
      const channel = context.req.query('channel') ?? '';
      const messages = messagesSeen(eyes, channel, context.req.query('thread'));
      return messages && { messages, ...hints(eyes, channel) };
    }),
  );
  hono.get('/local/changes', (context) => feed(state, context));
  hono.post('/local/deeds', async (context) => {
    if (!context.req.header('content-type')?.startsWith('application/json')) return context.text('JSON only', 415);
    const body: unknown = await context.req.json().catch(() => undefined);
    return context.json(await doDeed(state, delivery, body));
  });
  return hono;
}

function seen(state: State, context: Context<Bindings>, look: (eyes: Seen) => object | undefined) {
  const eyes = seenBy(state, context.req.query('as') ?? '', context.req.query('team'));
  const found = eyes && look(eyes);
  return found ? context.json(found) : context.json({ sentence: 'There is nothing there for you to see.' }, 404);
}

/** Tells a page of every change that its person may see, until it goes. */
function feed(state: State, context: Context<Bindings>) {
  const eyes = seenBy(state, context.req.query('as') ?? '', context.req.query('team'));
  if (!eyes) return context.notFound();
  return streamSSE(context, async (stream) => {
    const send = (data: object) => void stream.writeSSE({ data: JSON.stringify(data) });
    const stop = state.changes.listen((change) => {
      const told = heard(eyes, change);
      if (told) send(told);
    });
    send({ kind: 'hello' });
    const alive = setInterval(() => send({ kind: 'alive' }), aliveEveryMs);
    await new Promise<void>((resolve) => {
      stream.onAbort(resolve);
      state.closing.signal.addEventListener('abort', () => resolve(), { once: true });
    });
    clearInterval(alive);
    stop();
  });
}
