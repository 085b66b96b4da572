import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Sheet } from '../../../src/scenarios/sheet.ts';
import { startChromium } from '../../support/chromium.ts';
import { keptTrace, plan, runOn, servedPages, type Written } from '../../support/made-run.ts';

let browser: Browser;
let folder: string;
let web: Awaited<ReturnType<typeof servedPages>>;
let page: Page;
const troubles: string[] = [];

beforeAll(async () => {
  browser = await startChromium();
  folder = await mkdtemp(path.join(tmpdir(), 'rehearse-page-'));
  web = await servedPages(folder);
});
afterEach(async () => {
  await page.context().close();
  expect(troubles.splice(0)).toEqual([]);
});
afterAll(async () => {
  await web[Symbol.asyncDispose]();
  await browser.close();
  await rm(folder, { recursive: true });
});

const value = (text: string) => ({ text, hash: text });

/** A change of plan, as a billing service makes it; the hunk that broke it gives the third part. */
function changePlan(part: number, more: Written[] = []): Written[] {
  const at = { file: 'services/billing/src/proration.ts', line: 37 };
  return [
    { service: 'plan', kind: 'step', what: '0 http' },
    { service: 'plan', kind: 'request', what: 'POST http://billing:4002/plan', value: value('{"plan":"pro"}') },
    { service: 'billing', kind: 'read', what: 'FX_ROUNDING', value: value('half-up') },
    { service: 'billing', kind: 'query', what: 'select * from subscriptions where id = $1', value: value('["42"]') },
    { service: 'billing', kind: 'call', what: 'part', value: value('1900'), ...at },
    { service: 'billing', kind: 'return', what: 'part', of: 5, value: value(String(part)), ...at },
    { service: 'billing', kind: 'call', what: 'inUnion', value: value('"DE"'), ...at },
    { service: 'billing', kind: 'return', what: 'inUnion', of: 7, value: value('true'), ...at },
    { service: 'billing', kind: 'query', what: 'insert into invoices values ($1)', value: value(`[${part}]`) },
    { service: 'billing', kind: 'write', what: 'insert invoices' },
    { service: 'billing', kind: 'log', what: 'plan changed' },
    ...more,
    { service: 'billing', kind: 'response', what: '201', of: 2, value: value(`{"total":${part}}`) },
    { service: 'world', kind: 'clock', what: 'an hour later', at: 3_600_000 },
    { service: 'notifications', kind: 'log', what: 'mail sent' },
  ];
}

/** A blast radius in which one name stands everywhere. */
function blastOf(name: string): NonNullable<Sheet['blast']> {
  const hit = [{ name, scenarios: 1, calls: 2 }];
  return {
    revision: 'c0ffee',
    code: [],
    scenarios: [{ title: name, outcome: 'violated', reason: name, calls: 2, trace: '' }],
    ...{
      routes: hit,
      tables: hit,
      queues: hit,
      flags: hit,
      settings: hit,
      workflows: hit,
      customers: hit,
      metrics: hit,
    },
    looked: { at: 1, leftOut: 0 },
    uncovered: { functions: [], routes: [{ name, file: name, line: 1 }], modules: 1, isCut: false },
    fragile: [],
  };
}

function finding(more: Written[] = []): Sheet {
  const culprit = '00703efd413b52aa5f556c82bd1f6097ea25ee6c';
  const file = 'services/billing/src/proration.ts';
  const lines = ['const days = daysFrom(period);', 'const part = (cents) => dayRate(cents) * days;', 'return part;'];
  return {
    sheet: 1,
    kind: 'finding',
    repository: '/repos/shop',
    codeUrl: 'https://git.example/shop/blob/{commit}/{file}#L{line}',
    plan,
    visibility: null,
    scenario: { id: 's', title: 'The invoice of a changed plan', narrative: 'Three cents too much.' },
    base: runOn(keptTrace(folder, changePlan(919, more)), 'holds', '6c32ff3'.padEnd(40, '0')),
    head: runOn(keptTrace(folder, changePlan(915, more)), 'violated', culprit),
    cause: {
      commit: {
        id: culprit,
        parents: [],
        author: 'Billing Team',
        at: '2026-03-04T10:30:00Z',
        subject: 'price of a day',
        body: 'as the rules ask',
      },
      good: '6c32ff3'.padEnd(40, '0'),
      hunks: [],
      file,
      line: 37,
      text: lines[1] ?? '',
      functions: [{ name: 'part', file, line: 37, endLine: 38 }],
      simulations: 13,
    },
    guilty: [
      {
        file,
        revision: culprit,
        from: 36,
        lines,
        marked: [37],
        gone: [{ before: 37, lines: ['const part = (cents) => divide(cents * days);'] }],
        first: 37,
      },
    ],
    blast: blastOf('invoices'),
    fix: {
      kind: 'revert',
      patch: `--- a/${file}\n+++ b/${file}\n@@ -36,2 +36,2 @@\n-const part = (cents) => dayRate(cents) * days;\n+const part = (cents) => divide(cents * days);\n`,
      summary: 'Undoing one change brings the behaviour back.',
      proofs: [{ scenario: 'this scenario', before: 'violated', after: 'holds' }],
      types: { outcome: 'clean', says: 'No file has a type error that it had not before.' },
      refused: [{ kind: 'template', what: 'another rounding', reason: 'it would break a neighbour' }],
    },
  };
}

async function visit(sheet: Sheet, options: BrowserContextOptions = {}): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', ({ message }) => troubles.push(message));
  page.on('dialog', (dialog) => troubles.push(`a dialog: ${dialog.message()}`));
  page.on('console', (said) => said.type() === 'error' && troubles.push(said.text()));
  page.on(
    'request',
    (asked) =>
      asked.url().startsWith(new URL(page.url() || asked.url()).origin) ||
      page.url() === 'about:blank' ||
      troubles.push(`asked elsewhere: ${asked.url()}`),
  );
  await page.goto(web.link(sheet));
  await page.locator('.row.selected').waitFor();
}

const rows = () => page.getByRole('listbox', { name: 'Events, in order' });
const selected = () => page.locator('.row.selected');
const textOf = async () => (await selected().getAttribute('aria-label')) ?? '';

it('the page of a defect says what broke, why, where, and what mends it', async () => {
  await visit(finding());
  await page.getByRole('heading', { level: 1, name: 'The invoice of a changed plan' }).waitFor();
  await page.getByText('is 1731, expected 1728').waitFor();
  const line = page.locator('.cause tr.first');
  expect(await line.textContent()).toContain('dayRate(cents) * days');
  expect(await page.locator('.cause tr.gone').textContent()).toContain('divide(cents * days)');
  await page.getByText('part(1900) gave 919 before and 915 after').waitFor();
  await page.getByText('No file has a type error that it had not before.').waitFor();
  await page.getByText('What else was tried').click();
  await page.getByText('another rounding: it would break a neighbour').waitFor();
  expect(await page.locator('.fix tr.came').textContent()).toContain('divide(cents * days)');
  expect(
    await page.getByRole('link', { name: 'services/billing/src/proration.ts:37' }).first().getAttribute('href'),
  ).toBe(
    'https://git.example/shop/blob/00703efd413b52aa5f556c82bd1f6097ea25ee6c/services/billing/src/proration.ts#L37',
  );
});

it('it opens at the first call that got the same and gave something else, with both results beside each other', async () => {
  await visit(finding());
  expect(await textOf()).toContain('part(1900) → 915');
  expect(await selected().locator('.before').textContent()).toContain('919');
  expect(await selected().locator('.after').textContent()).toContain('915');
  await page.getByText('same input, other result').waitFor();
});

it('everything is reached by keyboard: events, differences, steps, details, search, help', async () => {
  await visit(finding());
  await page.keyboard.press('n');
  expect(await textOf()).toContain('insert into invoices');
  await page.keyboard.press('p');
  expect(await textOf()).toContain('part(1900)');
  await rows().focus();
  await page.keyboard.press('Home');
  await page.keyboard.press('f');
  expect(await textOf()).toContain('part(1900)');
  await page.keyboard.press('ArrowDown');
  const next = await textOf();
  await page.keyboard.press('ArrowUp');
  expect(next).toContain('insert into invoices');
  expect(await rows().getAttribute('aria-activedescendant')).toBe(await selected().getAttribute('id'));
  await page.keyboard.press('Enter');
  const details = page.getByRole('complementary', { name: 'Details of the event' });
  await details.getByLabel('result before').getByText('919').waitFor();
  expect(await details.locator('mark').allInnerTexts()).toEqual(['9', '5']);
  await page.keyboard.press('Escape');
  expect(await details.isVisible()).toBe(false);
  await page.keyboard.press('/');
  await page.keyboard.type('invoices');
  await expect.poll(() => page.locator('#count').textContent()).toMatch(/^[23] of /);
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('#count').textContent()).not.toMatch(/^[23] of /);
  await rows().focus();
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await rows().focus();
  expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
});

it('groups and lanes can be hidden, and equal calls are shown when asked for', async () => {
  await visit(finding());
  const count = () => page.locator('#count').textContent();
  const before = Number.parseInt((await count()) ?? '', 10);
  await page.getByLabel('equal calls and settings too').check();
  await expect.poll(async () => Number.parseInt((await count()) ?? '', 10)).toBe(before + 2);
  await page.getByLabel('logs').uncheck();
  await expect.poll(async () => Number.parseInt((await count()) ?? '', 10)).toBe(before);
  await page.getByRole('button', { name: 'database' }).click();
  await page.getByRole('button', { name: 'billing' }).click();
  await expect.poll(async () => Number.parseInt((await count()) ?? '', 10)).toBeLessThan(before - 2);
});

it('the axis says what it is: rows in order, and bands where the virtual clock moves on', async () => {
  await visit(finding());
  await page.getByText('Order is the axis').waitFor();
  await rows().focus();
  await page.keyboard.press('End');
  await page.locator('.row.band .gutter').filter({ hasText: '+3600000 ms' }).first().waitFor();
});

it('it can be used on a phone of 360 pixels: nothing sticks out, values open in a sheet', async () => {
  await visit(finding(), { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  await selected().scrollIntoViewIfNeeded();
  await selected().tap();
  const details = page.getByRole('complementary', { name: 'Details of the event' });
  await details.getByLabel('result after').getByText('915').waitFor();
  const box = await details.boundingBox();
  expect(box?.width).toBe(360);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
});

it('it is dark where the system is, and as somebody chose', async () => {
  await visit(finding(), { colorScheme: 'dark' });
  const brightness = async () => {
    const colour = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const [red = 0, green = 0, blue = 0] = colour.match(/\d+/g)?.map(Number) ?? [];
    return (red + green + blue) / 3;
  };
  expect(await brightness()).toBeLessThan(60);
  await page.getByRole('button', { name: 'Light or dark' }).click();
  expect(await brightness()).toBeGreaterThan(200);
  await page.reload();
  await selected().waitFor();
  expect(await brightness()).toBeGreaterThan(200);
});

it('10 000 events: only those in view are in the document, and only their pages are fetched', async () => {
  const many = Array.from(
    { length: 10_000 },
    (_, index): Written => ({ service: `s${index % 6}`, kind: 'log', what: `line ${index}`, at: index >> 6 }),
  );
  const asked: string[] = [];
  await visit(finding(many));
  page.on('request', (request) => request.url().includes('/rows') && asked.push(request.url()));
  await page.evaluate(
    `window.long = 0; new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) if (duration > 200) window.long += 1;
    }).observe({ type: 'longtask' })`,
  );
  expect(await page.locator('#count').textContent()).toMatch(/^100\d\d of /);
  const most = { nodes: 0, rows: 0 };
  for (let step = 0; step < 40; step += 1) {
    await rows().evaluate((one, share) => one.scrollTo(0, one.scrollHeight * share), ((step * 7) % 40) / 40);
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    most.nodes = Math.max(most.nodes, await page.evaluate<number>("document.getElementsByTagName('*').length"));
    most.rows = Math.max(most.rows, await page.locator('.row').count());
  }
  expect(most.rows).toBeLessThan(70);
  expect(most.nodes).toBeLessThan(3_000);
  expect(asked.length).toBeLessThan(130);
  // A list of everything in the document takes seconds for each step; how many of the 40 a busy machine delays is its own affair.
  const long = await page.evaluate<number>('window.long');
  expect(long).toBeLessThan(10);
  await rows().focus();
  await page.keyboard.press('End');
  await page.locator('.row', { hasText: 'mail sent' }).waitFor();
  await page.keyboard.press('Home');
  await page.locator('.row', { hasText: '0 http' }).waitFor();
});

it('whatever the code under simulation says, it is text', async () => {
  const evil = '"><img src=x onerror=alert(1)><script>alert(2)</script>{{7*7}}${alert(3)}\u202e';
  const base = finding([
    { service: evil, kind: 'log', what: evil, value: value(evil) },
    { service: 'billing', kind: 'call', what: evil, value: value(evil), file: `javascript:alert(4)//${evil}`, line: 1 },
    { service: evil, kind: 'request', what: `GET http://${evil}/`, value: value(evil) },
  ]);
  const hostile: Sheet = {
    ...base,
    repository: evil,
    codeUrl: 'javascript:alert(5)//{file}',
    scenario: { id: evil, title: evil, narrative: evil },
    guilty: [{ file: evil, revision: evil, from: 1, lines: [evil], marked: [1], gone: [] }],
    blast: blastOf(evil),
    fix: {
      kind: 'revert',
      patch: `+++ b/x\n+${evil}`,
      summary: evil,
      proofs: [{ scenario: evil, before: 'violated', after: 'holds' }],
    },
  };
  await visit(hostile);
  await page.getByLabel('equal calls and settings too').check();
  await rows().focus();
  await page.keyboard.press('End');
  for (let step = 0; step < 6; step += 1) {
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await rows().focus();
  }
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('<script>alert(2)</script>');
  expect(await page.locator('img[src="x"], script:not([src]), a[href^="javascript"]').count()).toBe(0);
});

it('a link that has ended or was forged gets a clear sentence in the browser too', async () => {
  const context = await browser.newContext();
  page = await context.newPage();
  const answer = await page.goto(web.link(finding()).replace(/signature=.{5}/, 'signature=AAAAA'));
  expect(answer?.status()).toBe(404);
  await page.getByRole('heading', { name: 'This link does not open anything' }).waitFor();
  expect(await page.content()).not.toContain('invoice');
});
