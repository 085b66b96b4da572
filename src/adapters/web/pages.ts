import type { HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import type { Sheet } from '../../scenarios/sheet.ts';
import { repositoryAddress, repositoryOf, scenarioAddress, sheetAddress } from './addresses.ts';
import { assets } from './assets.ts';
import { createDesk, filterFrom } from './desk.ts';
import type { Crumb } from './layout.ts';
import type { Links, Pass } from './links.ts';
import { refusalPage } from './refusal.ts';
import { repositoryPage } from './repository-page.ts';
import { scenarioPage } from './scenario-page.ts';
import type { WebServices } from './services.ts';
import { sheetPage } from './sheet-page.ts';
import { mayKnow, mayRead } from './visible.ts';

type Bindings = { Bindings: HttpBindings };
type Given = Context<Bindings>;

/** No script and no style but our own files, no frame, no form, nothing from elsewhere, nothing that search engines keep. */
const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow, noarchive',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-store',
};

const mostRows = 400;
/** Verdicts of a scenario that its page shows, the newest; each is looked up among the sheets. */
const mostVerdicts = 200;

/** Every page and what its script asks for; whoever has no valid link for a page learns nothing, not even whether it exists. */
export function pages(services: WebServices, links: Links): Hono<Bindings> {
  const { memory } = services;
  const desk = createDesk(services.openTrace);
  const hono = new Hono<Bindings>();
  hono.use(async (context, next) => {
    await next();
    for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
  });
  hono.get('/robots.txt', (context) => context.text('User-agent: *\nDisallow: /\n'));
  hono.route('/assets', assets());

  const opened = (context: Given): { pass: Pass; id: string; sheet: Sheet } | null => {
    const { kind = '', id = '' } = context.req.param();
    const pass = links.read(`/${kind}/${id}`, (name) => context.req.query(name));
    const found = pass && services.sheet(id);
    if (!found || found.id !== id || sheetAddress(found.sheet, id) !== pass.page) return null;
    return mayRead(pass, found.sheet.visibility) ? { pass, ...found } : null;
  };
  const anySheet = '/:kind{simulations|comparisons|findings}/:id{[0-9a-f]+}';
  hono.get(anySheet, (context) => {
    const found = opened(context);
    if (!found) return refuse(context);
    return context.html(sheetPage(found.sheet, memory ? trailOf(links, found.pass, found.sheet) : []));
  });
  hono.get(`${anySheet}/glance`, (context) => {
    const found = opened(context);
    if (!found) return refuse(context);
    const near = wholeOf(context.req.query('near'), -1);
    return context.json(desk.glance(found.sheet, filterOf(context), near));
  });
  hono.get(`${anySheet}/rows`, (context) => {
    const found = opened(context);
    if (!found) return refuse(context);
    const from = wholeOf(context.req.query('at'), 0);
    const count = Math.min(mostRows, wholeOf(context.req.query('count'), 100));
    return context.json({ from, rows: desk.rows(found.sheet, filterOf(context), { from, count }) });
  });

  hono.get('/scenarios/:id', async (context) => {
    const id = context.req.param('id');
    const pass = links.read(scenarioAddress(id), (name) => context.req.query(name));
    const scenario = pass && memory ? await memory.scenario(id) : null;
    if (!pass || !memory || !scenario || !mayRead(pass, scenario.evidence.visibility)) return refuse(context);
    const newest = (await memory.history(id)).slice(-mostVerdicts);
    const history = newest.map((one) => {
      const shown = (one.traceHash ? services.sheetsOf(one.traceHash) : []).find(
        ({ sheet }) => sheet.scenario?.id === id && mayRead(pass, sheet.visibility),
      );
      return shown ? { ...one, page: links.to(sheetAddress(shown.sheet, shown.id), pass.from, pass.until) } : one;
    });
    const trail = [repositoryCrumb(links, pass, scenario.repository)];
    return context.html(scenarioPage(scenario, history, trail));
  });
  hono.get('/repositories/:name', async (context) => {
    const name = context.req.param('name');
    const pass = links.read(`/repositories/${name}`, (asked) => context.req.query(asked));
    if (!pass || !memory) return refuse(context);
    const scenarios = await memory.scenarios(repositoryOf(name));
    const listed = scenarios
      .filter(({ evidence }) => mayKnow(pass, evidence.visibility))
      .map(({ id, title, status, evidence, verdict: { outcome, revision } }) =>
        mayRead(pass, evidence.visibility)
          ? { title, status, outcome, revision, page: links.to(scenarioAddress(id), pass.from, pass.until) }
          : { title: null, status, outcome, revision },
      );
    return context.html(repositoryPage(repositoryOf(name), listed));
  });
  hono.notFound(refuse);
  return hono;
}

function refuse(context: Given): Response | Promise<Response> {
  const isData = /\/(glance|rows)$/.test(context.req.path);
  return isData
    ? context.json({ sentence: 'This link does not open anything.' }, 404)
    : context.html(refusalPage(), 404);
}

function trailOf(links: Links, pass: Pass, { repository, scenario }: Sheet): Crumb[] {
  const crumbs = [repositoryCrumb(links, pass, repository)];
  if (scenario) crumbs.push({ text: 'Scenario', href: links.to(scenarioAddress(scenario.id), pass.from, pass.until) });
  return crumbs;
}

function repositoryCrumb(links: Links, pass: Pass, repository: string): Crumb {
  const text = repository.split(/[/\\]/).filter(Boolean).at(-1) ?? repository;
  return { text, href: links.to(repositoryAddress(repository), pass.from, pass.until) };
}

function filterOf(context: Given) {
  return filterFrom((name) => context.req.query(name));
}

function wholeOf(text: string | undefined, otherwise: number): number {
  return /^\d{1,9}$/.test(text ?? '') ? Number(text) : otherwise;
}
