import { expect, it } from 'vitest';
import { startLocalSlack } from '../../src/local/slack/local-slack.ts';
import { boltOn } from '../support/bolt.ts';

it('a mention reaches Bolt as a message and as a mention with different ids, and the reply is posted and edited in its thread', async () => {
  await using slack = await startLocalSlack();
  await using app = boltOn(slack);
  const heard: { type: string; id: string; text?: string }[] = [];
  app.event('message', async ({ event, body }) => {
    if (!('bot_id' in event)) heard.push({ type: event.type, id: body.event_id });
  });
  app.event('app_mention', async ({ event, body, say, client }) => {
    heard.push({ type: event.type, id: body.event_id, text: event.text });
    const { ts, channel } = await say({ text: 'reading …', thread_ts: event.ts });
    await client.chat.update({ channel: String(channel), ts: String(ts), text: 'done' });
  });
  await app.start();

  const asked = await slack
    .as('maya')
    .post('#incidents', '@rehearse remember that 1 < 2 & see https://x.example/a?b=1&c=2');
  const reply = await slack.nextMessage(({ text }) => text === 'done');

  expect(reply).toMatchObject({ threadTs: asked.ts, user: slack.botUserId, edited: { user: slack.botUserId } });
  expect(heard.map(({ type }) => type)).toEqual(['message', 'app_mention']);
  expect(new Set(heard.map(({ id }) => id)).size).toBe(2);
  expect(heard[1]?.text).toBe('<@U0REHEARSE> remember that 1 &lt; 2 &amp; see <https://x.example/a?b=1&amp;c=2>');
  expect(slack.journal.calls('chat.update')).toHaveLength(1);
});
