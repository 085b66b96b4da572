import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSlack } from '../../src/local/slack/local-slack.ts';
import { openTestDatabase } from '../support/database.ts';
import {
  openWorkspace,
  optionsOf,
  repliesIn,
  settledReply,
  startProduct,
  sumThread,
  wordsOf,
} from '../support/product.ts';
import { brokenLibrary, makeRepository } from '../support/repository.ts';

describe('a reply leads to the page of the run', () => {
  const stack = new AsyncDisposableStack();
  let slack: LocalSlack;
  let base: string;

  beforeAll(async () => {
    const repository = stack.use(makeRepository(brokenLibrary()));
    const database = stack.use(await openTestDatabase());
    slack = stack.use(await openWorkspace());
    const port = await freePort();
    base = `http://127.0.0.1:${port}`;
    // Code that lies below a node_modules is taken for a package and not written down, and so are the folders of other journeys.
    const folder = await mkdtemp(path.join(tmpdir(), 'rehearse-run-page-'));
    stack.defer(() => rm(folder, { recursive: true, force: true }));
    const environment = {
      REHEARSE_FOLDER: folder,
      REHEARSE_WEB_URL: base,
      REHEARSE_WEB_PORT: String(port),
      REHEARSE_LINK_KEY: 'k'.repeat(32),
    };
    stack.use(
      await startProduct({
        databaseUrl: database.url,
        repository: repository.path,
        slack: optionsOf(slack),
        environment,
      }),
    );
  });
  afterAll(() => stack.disposeAsync());

  const addressIn = (words: string) => /"url":"(http[^"]+)"/.exec(words)?.[1] ?? '';

  it('with the verdict, the line, both results and the fix, and keeps its page when the scenario is kept', async () => {
    const [root] = slack.seed('incidents', sumThread);
    const thread = root?.ts ?? '';
    await slack.as('maya').shortcut('turn_into_scenario', thread);
    const reply = await settledReply(slack, 'incidents', thread);
    const address = addressIn(wordsOf(reply));
    expect(address.startsWith(`${base}/findings/`)).toBe(true);
    const page = await (await fetch(address)).text();
    expect(page).toContain('Violated');
    expect(page).toContain('sum.js:5');
    expect(page).toContain('Start counting from one');
    expect(page).toContain('Fix, proved by simulation');
    expect(page).toMatch(
      /given <code>\[1, 2, 3\]<\/code> it gave <code class="base">6<\/code> before and gave <code class="head">7<\/code> after/,
    );

    const { origin, pathname, search } = new URL(address);
    const rows = (await (await fetch(`${origin}${pathname}/rows${search}`)).json()) as {
      rows: { head?: { what: string } }[];
    };
    expect(rows.rows.some(({ head }) => head?.what === 'sum')).toBe(true);

    const scenario = await (
      await fetch(/href="([^"]+)">Scenario/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '')
    ).text();
    expect(scenario).toContain('Verdicts over commits');
    expect(scenario).toContain('Show the run');

    await slack.as('omar').pressButton(reply.ts, 'show_run');
    expect(repliesIn(slack, 'incidents', thread)).toHaveLength(1);
    await slack.as('omar').pressButton(reply.ts, 'scenario_keep');
    const kept = await slack.waitFor(() =>
      repliesIn(slack, 'incidents', thread).find((one) => wordsOf(one).includes('Kept.')),
    );
    expect(new URL(addressIn(wordsOf(kept))).pathname).toBe(pathname);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
