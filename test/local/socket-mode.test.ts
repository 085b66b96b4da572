import { expect, it } from 'vitest';
import { type LocalSlack, startLocalSlack } from '../../src/local/slack/local-slack.ts';
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

  const asked = await slack.as('maya').post('#incidents', '@rehearse remember that 1 < 2');
  const reply = await slack.nextMessage(({ text }) => text === 'done');

  expect(reply).toMatchObject({ threadTs: asked.ts, user: slack.botUserId, edited: { user: slack.botUserId } });
  expect(heard.map(({ type }) => type).sort()).toEqual(['app_mention', 'message']);
  expect(new Set(heard.map(({ id }) => id)).size).toBe(2);
  expect(heard.find(({ type }) => type === 'app_mention')?.text).toBe('<@U0REHEARSE> remember that 1 &lt; 2');
});

it('the app hears its own messages, edits of others, and nothing from where it is not a member', async () => {
  await using slack = await startLocalSlack();
  await using app = boltOn(slack);
  await app.start();

  await app.client.chat.postMessage({ channel: 'C0GENERAL', text: 'mine' });
  const theirs = await slack.as('omar').post('general', 'tpyo');
  await slack.as('omar').edit(theirs.ts, 'typo');
  await slack.as('omar').post('D0MAYA0OMAR', 'between us');
  await slack.as('omar').remove(theirs.ts);
  await slack.waitFor(() => slack.journal.deliveries('message').length === 4);

  const events = slack.journal.deliveries('message').map(({ payload }) => payload.event);
  expect(events).toMatchObject([
    { text: 'mine', bot_id: 'B0REHEARSE', user: slack.botUserId },
    { text: 'tpyo', channel_type: 'channel' },
    { subtype: 'message_changed', message: { text: 'typo' }, previous_message: { text: 'tpyo' } },
    { subtype: 'message_deleted', deleted_ts: theirs.ts },
  ]);
});

it('a direct message is no mention, even where the app is named', async () => {
  await using slack = await startLocalSlack();
  await using app = boltOn(slack);
  await app.start();

  await slack.as('lena').post('D0LENA', 'hello @rehearse');
  await slack.as('lena').openHome();

  expect(slack.journal.deliveries('app_mention')).toEqual([]);
  expect(slack.journal.deliveries('message')[0]?.payload).toMatchObject({
    event: { channel_type: 'im', channel: 'D0LENA' },
  });
  expect(slack.journal.deliveries('app_home_opened')[0]?.payload).toMatchObject({
    event: { user: 'U0LENA', tab: 'messages' },
  });
});

it('an event that is not acknowledged in time comes again with the same event_id, and is given up after three retries', async () => {
  await using slack = await startLocalSlack({ ackTimeoutMs: 30, retryDelaysMs: [0, 10, 20] });
  const { envelopes } = await connect(slack, () => false);

  await slack.as('maya').post('general', 'is anybody there?');
  await slack.waitFor(() => slack.journal.deliveries('message').length === 4);

  expect(new Set(envelopes.map(({ payload }) => payload.event_id)).size).toBe(1);
  expect(new Set(envelopes.map(({ envelope_id }) => envelope_id)).size).toBe(4);
  expect(envelopes.map(({ retry_attempt, retry_reason }) => [retry_attempt, retry_reason])).toEqual([
    [0, ''],
    [1, 'timeout'],
    [2, 'timeout'],
    [3, 'timeout'],
  ]);
});

it('what was said while no app was connected, or cut off before it was acknowledged, is delivered when the app is back', async () => {
  await using slack = await startLocalSlack({ retryDelaysMs: [0, 60_000, 300_000] });
  const early = await slack.as('maya').post('general', 'nobody is connected yet');
  const first = await connect(slack, () => false);
  await first.heard;
  slack.disconnect('cut');
  await slack.waitFor(() => slack.connections === 0);
  const second = await connect(slack, () => true);
  await slack.waitFor(() => slack.journal.deliveries('message').some(({ outcome }) => outcome === 'acknowledged'));

  const events = [...first.envelopes, ...second.envelopes].map(({ payload }) => payload);
  expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(1);
  expect(second.envelopes[0]?.payload.event.ts).toBe(early.ts);
  expect(second.envelopes[0]).toMatchObject({ retry_attempt: 1, retry_reason: 'connection_failed' });
});

it('Bolt comes back by itself after it was asked to reconnect', async () => {
  await using slack = await startLocalSlack();
  await using app = boltOn(slack);
  await app.start();

  slack.disconnect('refresh');
  await slack.waitFor(() => slack.connections === 0);
  await slack.as('maya').post('general', 'are you back?');
  await slack.waitFor(() => slack.journal.deliveries('message')[0]?.outcome === 'acknowledged');

  expect(slack.journal.calls('apps.connections.open')).toHaveLength(2);
});

it('a connection needs a fresh ticket', async () => {
  await using slack = await startLocalSlack();
  const socket = new WebSocket(`${slack.url.replace('http', 'ws')}/link/?ticket=guess`);
  const ended = await new Promise((resolve) => {
    socket.onerror = () => resolve('refused');
    socket.onopen = () => resolve('opened');
  });

  expect(ended).toBe('refused');
});

interface Envelope {
  envelope_id: string;
  retry_attempt: number;
  retry_reason: string;
  payload: { event_id: string; event: { ts: string } };
}

/** A bare Socket Mode client that acknowledges what it is told to. */
async function connect(slack: LocalSlack, acknowledges: (envelope: Envelope) => boolean) {
  const headers = { authorization: `Bearer ${slack.appToken}` };
  const opened = await fetch(`${slack.apiUrl}apps.connections.open`, { method: 'POST', headers });
  const { url } = (await opened.json()) as { url: string };
  const socket = new WebSocket(url);
  const envelopes: Envelope[] = [];
  const { promise: heard, resolve: hear } = Promise.withResolvers<void>();
  await new Promise<void>((resolve) => {
    socket.onmessage = ({ data }) => {
      const said = JSON.parse(String(data));
      if (said.type === 'hello') return resolve();
      envelopes.push(said);
      hear();
      if (acknowledges(said)) socket.send(JSON.stringify({ envelope_id: said.envelope_id }));
    };
  });
  return { envelopes, heard };
}
