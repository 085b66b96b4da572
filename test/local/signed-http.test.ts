import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { startLocalSlack } from '../../src/local/slack/local-slack.ts';
import { boltOverHttp } from '../support/bolt.ts';

it('Bolt takes signed events, buttons, modals and commands over HTTP', async () => {
  await using slack = await startLocalSlack();
  await using _app = await boltOverHttp(slack, (app) => {
    app.event('app_mention', async ({ event, say }) => {
      await say({
        text: 'report',
        thread_ts: event.ts,
        blocks: [
          {
            type: 'actions',
            elements: [{ type: 'button', action_id: 'edit', text: { type: 'plain_text', text: 'Edit' } }],
          },
        ],
      });
    });
    app.action('edit', async ({ ack, body, client }) => {
      await ack();
      const blocks = [{ type: 'divider' as const }];
      const view = {
        type: 'modal' as const,
        callback_id: 'm',
        title: { type: 'plain_text' as const, text: 'T' },
        blocks,
      };
      await client.views.open({ trigger_id: 'trigger_id' in body ? body.trigger_id : '', view });
    });
    app.view('m', ({ ack }) => ack({ response_action: 'errors', errors: { x: 'no' } }));
    app.command('/rehearse', ({ ack }) => ack());
  });
  const maya = slack.as('maya');
  const reply = slack.nextMessage();
  await maya.post('general', '@rehearse hello');
  expect(await maya.pressButton((await reply).ts, 'edit')).toMatchObject({ acknowledged: true });
  const view = await slack.waitFor(() => maya.modal);

  expect((await maya.submitView(view.id, {})).errors).toEqual({ x: 'no' });
  expect(await maya.command('general', '/rehearse')).toMatchObject({ acknowledged: true });
});

it('a wrong signing secret is refused by Bolt and counts as an HTTP error', async () => {
  await using slack = await startLocalSlack({ retryDelaysMs: [] });
  await using _app = await boltOverHttp({ ...slack, signingSecret: 'another' }, () => undefined);

  await slack.as('maya').post('general', 'hello');
  await slack.waitFor(() => slack.journal.deliveries('message').length > 0);

  expect(slack.journal.deliveries('message')[0]?.outcome).toBe('http_error');
});

it('an answer that is late or an error brings the event again, numbered and with its reason', async () => {
  await using slack = await startLocalSlack({ ackTimeoutMs: 50, retryDelaysMs: [0, 5, 10] });
  const seen: { id: string; num?: string; reason?: string }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const [num, reason] = [request.headers['x-slack-retry-num'], request.headers['x-slack-retry-reason']];
    seen.push({ id: JSON.parse(body).event_id, num: num?.toString(), reason: reason?.toString() });
    if (seen.length === 2) response.writeHead(500);
    if (seen.length > 1) response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  slack.deliverTo(`http://127.0.0.1:${port}/`);

  await slack.as('maya').post('general', 'hello');
  await slack.waitFor(() => slack.journal.deliveries('message').length === 3);
  server.close();

  expect(seen.map(({ num, reason }) => [num, reason])).toEqual([
    [undefined, undefined],
    ['1', 'http_timeout'],
    ['2', 'http_error'],
  ]);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(1);
  expect(slack.journal.deliveries('message').map(({ outcome }) => outcome)).toEqual([
    'timeout',
    'http_error',
    'acknowledged',
  ]);
});
