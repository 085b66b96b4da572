import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalSlack } from '../../src/local/slack/local-slack.ts';
import { start } from '../support/command-line.ts';
import { openEmbeddedTestDatabase } from '../support/database.ts';
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

describe('whatever Slack does, a thread gets one reply', () => {
  const stack = new AsyncDisposableStack();
  let slack: LocalSlack;

  beforeAll(async () => {
    const repository = stack.use(makeRepository(brokenLibrary()));
    const database = stack.use(await openEmbeddedTestDatabase());
    slack = stack.use(await openWorkspace());
    const patience = { retryDelaySeconds: 1, retryDelayMaxSeconds: 1 };
    stack.use(
      await startProduct({ databaseUrl: database.url, repository: repository.path, slack: optionsOf(slack), patience }),
    );
  });
  afterAll(() => stack.disposeAsync());

  const asked = async (texts = sumThread) => {
    const [root] = slack.seed('incidents', texts);
    if (!root) throw new Error('nothing was seeded');
    await slack.as('maya').post('incidents', '@rehearse remember this', root.ts);
    const reply = await settledReply(slack, 'incidents', root.ts);
    expect(repliesIn(slack, 'incidents', root.ts)).toHaveLength(1);
    return wordsOf(reply);
  };

  it('when it is slow, broken, cut off and short of room by turns', { timeout: 60_000 }, async () => {
    slack.faults.set({ call: 'chat.postMessage', answer: 'server-error', times: 1 });
    slack.faults.set({ call: 'chat.update', answer: 'disconnect', times: 1 });
    slack.faults.set({ call: 'chat.update', answer: 'rate-limited', retryAfterS: 1, times: 1, skip: 1 });
    slack.faults.set({ call: 'chat.update', answer: 'error', error: 'msg_too_long', times: 1, skip: 2 });
    slack.faults.set({ call: 'conversations.info', answer: 'server-error', times: 1 });
    expect(await asked()).toContain('Violated');
    slack.faults.clear();
  });

  it('when it does not let the thread be read: the reply says so, and what to do', { timeout: 60_000 }, async () => {
    slack.faults.set({ call: 'conversations.info', answer: 'error', error: 'missing_scope' });
    const words = await asked();
    slack.faults.clear();
    expect(words).toContain('Slack does not let Rehearse read this thread');
    expect(words).toContain('missing_scope');
  });

  it('when nothing was written in it', { timeout: 60_000 }, async () => {
    const own = await slack.as('maya').post('incidents', '@rehearse remember this');
    const reply = await settledReply(slack, 'incidents', own.ts);
    expect(wordsOf(reply)).toContain('There is nothing to read in this thread');
  });

  it('when it has a thousand messages', { timeout: 60_000 }, async () => {
    const chatter = Array.from({ length: 998 }, (_, index) => ({ user: 'sam', text: `hm ${index}`, minutesAgo: 9 }));
    expect(await asked([...sumThread, ...chatter])).toContain('Violated');
  });
});

describe('listening to Slack', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-weather-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const settingsOf = ({ apiUrl, botToken, appToken }: LocalSlack) => ({
    REHEARSE_FOLDER: folder,
    SLACK_API_URL: apiUrl,
    SLACK_BOT_TOKEN: botToken,
    SLACK_APP_TOKEN: appToken,
  });

  it('ends at once with one sentence when the token is wrong or Slack is not there', { timeout: 60_000 }, async () => {
    await using slack = await openWorkspace();
    const right = settingsOf(slack);
    for (const wrong of [{ SLACK_BOT_TOKEN: 'xoxb-wrong' }, { SLACK_API_URL: 'http://127.0.0.1:9/api/' }]) {
      const { code, out, complaint } = await start(['start'], { ...right, ...wrong }).ended;
      expect(complaint).toMatch(/^Slack was not reached or refused a token\. Check SLACK_BOT_TOKEN.*\n$/);
      expect([code, out]).toEqual([2, '']);
    }
  });

  it('ends cleanly when it is interrupted', { timeout: 60_000 }, async () => {
    await using slack = await openWorkspace();
    const { child, ended } = start(['start'], settingsOf(slack));
    await slack.waitFor(() => slack.connections > 0 || undefined, { timeoutMs: 40_000, what: 'a connection' });
    child.kill('SIGINT');
    // 130 where the signal came before it had said that it listens.
    expect(await ended).toEqual({ code: expect.toBeOneOf([0, 130]), out: '', complaint: '' });
  });
});
