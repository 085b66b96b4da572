import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createLinks } from '../../../src/adapters/web/links.ts';
import { pages } from '../../../src/adapters/web/pages.ts';
import { command } from '../../../src/adapters/web/sections/replay.ts';
import type { WebServices } from '../../../src/adapters/web/services.ts';
import type { Visibility } from '../../../src/evidence/evidence.ts';
import type { Scenario } from '../../../src/scenarios/scenario.ts';
import type { Sheet } from '../../../src/scenarios/sheet.ts';
import { keptTrace, plan, runOn, servedPages } from '../../support/made-run.ts';

const scenarioOf = (id: string, visibility: Visibility, outcome: 'holds' | 'violated' = 'violated'): Scenario => ({
  id,
  repository: '/repos/shop',
  title: `The total of ${id}`,
  narrative: 'It ought to be 1728.',
  tags: [],
  plan,
  evidence: {
    source: 'slack',
    quotes: [{ author: 'U1', at: '2026-01-01', text: 'three cents' }],
    visibility,
    redactions: 1,
  },
  maker: { kind: 'rules' },
  status: 'kept',
  verdict: { revision: 'a'.repeat(40), outcome, reason: 'because' },
});
const scenarios = [
  scenarioOf('open', { kind: 'public', channel: 'C0OPEN' }),
  scenarioOf('closed', { kind: 'private', channel: 'C0CLOSED' }),
  scenarioOf('between', { kind: 'direct', channel: 'D0TWO' }, 'holds'),
];

let folder: string;
let web: Awaited<ReturnType<typeof servedPages>>;
let sheet: Sheet;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rehearse-pages-'));
  const trace = keptTrace(folder, [{ service: 'billing', kind: 'log', what: 'hello' }]);
  sheet = {
    sheet: 1,
    kind: 'simulation',
    repository: '/repos/shop',
    plan,
    visibility: null,
    head: runOn(trace, 'violated'),
  };
  const memory: WebServices['memory'] = {
    scenario: async (id) => scenarios.find((one) => one.id === id) ?? null,
    history: async (id) => [
      {
        scenario: id,
        revision: 'b'.repeat(40),
        outcome: 'holds',
        reason: 'well',
        tier: 'executed',
        givenAt: new Date(0),
      },
      {
        scenario: id,
        revision: 'a'.repeat(40),
        outcome: 'violated',
        reason: 'three cents',
        tier: 'executed',
        traceHash: trace.hash,
        givenAt: new Date(1e12),
      },
    ],
    scenarios: async () => scenarios,
  };
  web = await servedPages(folder, memory);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const get = async (address: string) => {
  const answer = await fetch(address);
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};
const shownIn = (visibility: Visibility | null, id = 'closed', kind: Sheet['kind'] = 'simulation'): Sheet => ({
  ...sheet,
  kind,
  visibility,
  scenario: { id, title: `The total of ${id}`, narrative: 'said in confidence' },
});
/** The address behind a link of a page. */
const hrefIn = (text: string, pattern: RegExp) => pattern.exec(text)?.[1]?.replaceAll('&amp;', '&') ?? '';

it('a page says what is expected and what came, and how to run it again', async () => {
  const { status, text } = await get(web.link(sheet));
  expect(status).toBe(200);
  expect(text).toContain(
    '<code>change.body.total</code> is <code class="head">1731</code>, expected <code class="base">1728</code>',
  );
  expect(text).toContain('npx rehearse simulate --repo /repos/shop --rev');
});

it('pages are for nobody else: no script from elsewhere, no referrer, no search engine, no guessing of kinds', async () => {
  for (const address of [web.link(sheet), web.link(sheet).split('?')[0] ?? '', new URL('/', web.link(sheet)).href]) {
    const { headers } = await get(address);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/unsafe|http|\*|data:/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-robots-tag')).toContain('noindex');
    expect(headers.get('cache-control')).toBe('no-store');
  }
});

it('without a signature, with a forged one, or for what is not there, the answer is the same and says nothing', async () => {
  const address = web.link(sheet);
  const bare = address.split('?')[0] ?? '';
  const answers = await Promise.all([
    get(bare),
    get(address.replace(/signature=...../, 'signature=AAAAA')),
    get(address.replace(/until=\d+/, 'until=9999999999')),
    get(address.replace(/from=\w+/, 'from=C0OPEN')),
    get(bare.replace(/[0-9a-f]{64}/, 'f'.repeat(64))),
    get(address.replace('/simulations/', '/findings/')),
    get(new URL('/nothing', address).href),
  ]);
  for (const { status, text } of answers) {
    expect(status).toBe(404);
    expect(text).toContain('This link does not open anything');
    expect(text).toBe(answers[0]?.text);
  }
  for (const part of ['rows', 'glance']) {
    const { status, text } = await get(`${bare}/${part}`);
    expect([status, text.includes('hello')]).toEqual([404, false]);
  }
});

it('what the page asks for opens with its signature, and with that of no other page', async () => {
  const [own, other] = [web.link(sheet), web.link({ ...sheet, repository: 'another' })].map((link) => new URL(link));
  expect((await get(`${own?.origin}${own?.pathname}/rows${own?.search}`)).text).toContain('hello');
  expect((await get(`${own?.origin}${own?.pathname}/rows${other?.search}`)).status).toBe(404);
});

it('the page of a private thread opens by a link from that place alone', async () => {
  const closed = shownIn({ kind: 'private', channel: 'C0CLOSED' });
  expect((await get(web.link(closed, 'C0CLOSED'))).text).toContain('said in confidence');
  for (const from of ['C0OPEN', 'terminal']) expect((await get(web.link(closed, from))).status).toBe(404);
  expect((await get(web.link(shownIn({ kind: 'public', channel: 'C0OPEN' }), 'C0ELSE'))).status).toBe(200);
  expect((await get(web.link(sheet, 'C0OPEN'))).status).toBe(404);
});

it('a scenario’s page shows its verdicts over commits, a repository’s page its scenarios by state', async () => {
  const { text } = await get(web.link(shownIn({ kind: 'public', channel: 'C0OPEN' }, 'open'), 'C0OPEN'));
  const scenario = await get(hrefIn(text, /href="([^"]+)">Scenario/));
  expect(scenario.text).toContain('<strong>flipped from holds</strong> three cents');
  expect((await get(hrefIn(scenario.text, /href="([^"]+)">Show the run/))).text).toContain('The run');
  const repository = await get(hrefIn(text, /href="([^"]+)">shop</));
  expect(repository.text).toContain('The total of open');
});

it('the page of a scenario with a long history looks up the newest verdicts alone', async () => {
  const links = createLinks({ base: 'http://here', key: Buffer.alloc(32, 7), lifeMs: 60_000, now: () => 0 });
  const looked: string[] = [];
  const many = Array.from({ length: 1_000 }, (_, at) => ({
    ...{ scenario: 'open', revision: 'b'.repeat(40), outcome: 'holds' as const, tier: 'executed' as const },
    ...{ reason: `reason ${at}`, traceHash: `trace ${at}`, givenAt: new Date(at) },
  }));
  const hono = pages(
    {
      sheet: () => null,
      sheetsOf: (trace) => {
        looked.push(trace);
        return [];
      },
      openTrace: () => {
        throw new Error('not asked here');
      },
      memory: { scenario: async () => scenarios[0] ?? null, history: async () => many, scenarios: async () => [] },
    },
    links,
  );
  const text = await (await hono.request(links.to('/scenarios/open', 'C0OPEN'))).text();
  expect([looked.length, looked.at(-1)]).toEqual([200, 'trace 999']);
  expect(text.indexOf('reason 999')).toBeGreaterThan(0);
  expect(text.indexOf('reason 999')).toBeLessThan(text.indexOf('reason 800'));
  expect(text).not.toContain('reason 799<');
});

it('a repository’s page shows no words of a private thread elsewhere, and nothing of a conversation between two', async () => {
  const { text } = await get(web.link(shownIn({ kind: 'public', channel: 'C0OPEN' }, 'open'), 'C0OPEN'));
  const repository = (await get(hrefIn(text, /href="([^"]+)">shop</))).text;
  expect(repository).toContain('a scenario from a private channel');
  expect(repository).not.toMatch(/total of (closed|between)/);
  expect(repository).toContain('<strong>0</strong> holds');
});

it('a run whose trace is gone says so, and its page still shows the verdict', async () => {
  const gone = { ...sheet, head: { ...sheet.head, trace: { ...sheet.head.trace, hash: 'e'.repeat(64) } } };
  const address = new URL(web.link(gone));
  expect((await get(address.href)).text).toContain('1731');
  const { status, text } = await get(`${address.origin}${address.pathname}/glance${address.search}`);
  expect([status, text]).toEqual([410, expect.stringContaining('No such trace is kept')]);
  const asked = await fetch(`${address.origin}${address.pathname}/glance${address.search}`, {
    headers: { accept: 'text/html' },
  });
  expect(await asked.text()).toContain('<h1>This is no longer there</h1>');
});

it('hostile queries get an answer and harm nobody', async () => {
  const address = new URL(web.link(sheet));
  for (const query of [
    'at=-1&count=1e9',
    'at=99999999999999',
    'count=999999',
    'groups=__proto__',
    'hidden=%00',
    'words=%F0%9F',
    'near=x',
  ])
    for (const part of ['rows', 'glance']) {
      const { status } = await get(`${address.origin}${address.pathname}/${part}${address.search}&${query}`);
      expect([query, status]).toEqual([query, 200]);
    }
});

it('law: the command to replay is read by a shell as it is meant, whatever stands in it', async () => {
  const anyText = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 }).filter((text) => !text.includes('\0'));
  await fc.assert(
    fc.asyncProperty(anyText, anyText, async (repository, body) => {
      const [step] = plan.when;
      const asked = {
        ...plan,
        when: [{ http: { ...(step && 'http' in step ? step.http : undefined), body } }],
      } as typeof plan;
      const script = `npx() { printf '%s\\0' "$@"; cat; }\n${command('simulate', { repository, plan: asked }, '--rev main')}`;
      const { stdout } = await promisify(execFile)('bash', ['-c', script]);
      const said = stdout.split('\0');
      expect(said.slice(0, -1)).toEqual(['rehearse', 'simulate', '--repo', repository, '--rev', 'main', '--plan', '-']);
      expect(JSON.parse(said.at(-1) ?? '')).toEqual(asked);
    }),
    { numRuns: 25 },
  );
});
