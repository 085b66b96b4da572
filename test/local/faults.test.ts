import { expect, it } from 'vitest';
import { startLocalSlack } from '../../src/local/slack/local-slack.ts';
import { boltOn } from '../support/bolt.ts';

async function listening(options: Parameters<typeof startLocalSlack>[0] = {}) {
  const slack = await startLocalSlack({ ackTimeoutMs: 200, retryDelaysMs: [0, 5, 10], ...options });
  const app = boltOn(slack);
  const heard: { id: string; text: string; retry?: number }[] = [];
  app.event('message', async ({ event, body, context }) => {
    if ('text' in event && !('bot_id' in event))
      heard.push({ id: body.event_id, text: event.text ?? '', retry: context.retryNum });
  });
  await app.start();
  const acknowledged = (count: number) =>
    slack.waitFor(
      () => slack.journal.deliveries('message').filter(({ outcome }) => outcome === 'acknowledged').length >= count,
    );
  return {
    slack,
    app,
    heard,
    acknowledged,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await slack[Symbol.asyncDispose]();
    },
  };
}

it('a duplicated delivery reaches the app twice with the same event_id', async () => {
  await using at = await listening();
  at.slack.faults.set({ delivery: 'duplicate', times: 1 });
  await at.slack.as('maya').post('general', 'once');
  await at.acknowledged(2);

  expect(at.heard.map(({ text }) => text)).toEqual(['once', 'once']);
  expect(new Set(at.heard.map(({ id }) => id)).size).toBe(1);
});

it('a dropped delivery comes with the retry', async () => {
  await using at = await listening();
  at.slack.faults.set({ delivery: 'drop', of: 'message', times: 2 });
  await at.slack.as('maya').post('general', 'late');
  await at.acknowledged(1);

  expect(at.heard).toMatchObject([{ text: 'late', retry: 2 }]);
  expect(at.slack.journal.deliveries('message').map(({ outcome }) => outcome)).toEqual([
    'dropped',
    'dropped',
    'acknowledged',
  ]);
});

it('a reordered delivery is overtaken by the next', async () => {
  await using at = await listening({ ackTimeoutMs: 5_000 });
  at.slack.faults.set({ delivery: 'reorder', times: 1 });
  await at.slack.as('maya').post('general', 'first');
  await at.slack.as('maya').post('general', 'second');
  await at.acknowledged(2);

  expect(at.heard.map(({ text }) => text)).toEqual(['second', 'first']);
});

it('a call meets 429, 503, a broken connection or a refusal, as often as it was set', async () => {
  await using at = await listening();
  const { faults } = at.slack;
  const post = () =>
    at.app.client.chat.postMessage({ channel: 'C0GENERAL', text: 'x' }).then(
      () => 'ok',
      (thrown) => thrown.data?.error ?? thrown.statusCode ?? thrown.code,
    );
  faults.set({ call: 'chat.postMessage', answer: 'server-error', times: 1, skip: 1 });
  expect([await post(), await post(), await post()]).toEqual(['ok', 503, 'ok']);
  faults.set({ call: '*', answer: 'error', error: 'internal_error', times: 1 });
  expect(await post()).toBe('internal_error');
  faults.set({ call: 'chat.postMessage', answer: 'disconnect', times: 1 });
  expect(await post()).toBe('slack_webapi_request_error');
  expect(at.slack.messages('general')).toHaveLength(2);
  faults.set({ call: 'chat.postMessage', answer: 'answer-lost', times: 1 });
  expect(await post()).toBe('slack_webapi_request_error');
  expect(at.slack.messages('general')).toHaveLength(3);

  const headers = { authorization: `Bearer ${at.slack.botToken}` };
  faults.set({ call: 'auth.test', answer: 'rate-limited', retryAfterS: 7 });
  const limited = await fetch(`${at.slack.apiUrl}auth.test`, { method: 'POST', headers });
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
  faults.clear();
  expect((await fetch(`${at.slack.apiUrl}auth.test`, { method: 'POST', headers })).status).toBe(200);
});
