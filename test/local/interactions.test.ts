import type { App } from '@slack/bolt';
import { expect, it } from 'vitest';
import { type LocalSlack, startLocalSlack } from '../../src/local/slack/local-slack.ts';
import { boltOn } from '../support/bolt.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });
const input = (id: string, element: object, optional = false) =>
  ({ type: 'input', block_id: id, label: plain(id), optional, element: { action_id: id, ...element } }) as never;
const choices = ['low', 'high'].map((value) => ({ text: plain(value), value }));
const modal = {
  type: 'modal' as const,
  callback_id: 'edited',
  private_metadata: 'C1',
  title: plain('Edit'),
  submit: plain('Simulate'),
  blocks: [
    input('title', { type: 'plain_text_input', initial_value: 'as it was' }),
    input('level', { type: 'static_select', options: choices }),
    input('when', { type: 'checkboxes', options: choices }, true),
  ],
};

async function reported(slack: LocalSlack, app: App): Promise<string> {
  const { ts } = await app.client.chat.postMessage({
    channel: 'C0GENERAL',
    text: 'report',
    blocks: [
      { type: 'actions', elements: [{ type: 'button', action_id: 'edit', text: plain('Edit'), value: 'v1' }] },
      { type: 'context_actions', elements: [feedback] },
    ],
  });
  expect(slack.connections).toBe(1);
  return String(ts);
}

const feedback = {
  type: 'feedback_buttons' as const,
  action_id: 'useful',
  positive_button: { text: plain('Good'), value: 'good' },
  negative_button: { text: plain('Bad'), value: 'bad' },
};

it('a button is acknowledged and tells who pressed what in which message', async () => {
  await using slack = await startLocalSlack();
  await using app = boltOn(slack);
  app.action('edit', ({ ack }) => ack());
  app.action('useful', ({ ack }) => ack());
  await app.start();
  const ts = await reported(slack, app);

  expect(await slack.as('maya').pressButton(ts, 'edit')).toMatchObject({ acknowledged: true });
  expect(await slack.as('maya').pressButton(ts, 'useful', 'good')).toMatchObject({ acknowledged: true });

  const [pressed, rated] = slack.journal.deliveries('block_actions').map(({ payload }) => payload);
  expect(pressed).toMatchObject({
    user: { id: 'U0MAYA' },
    channel: { id: 'C0GENERAL', name: 'general' },
    container: { message_ts: ts },
    message: { ts, text: 'report' },
    actions: [{ type: 'button', action_id: 'edit', value: 'v1' }],
  });
  expect(rated).toMatchObject({ actions: [{ type: 'feedback_buttons', action_id: 'useful', value: 'good' }] });
});

it('a button that the app does not acknowledge tells the person so, once', async () => {
  await using slack = await startLocalSlack({ ackTimeoutMs: 50 });
  await using app = boltOn(slack);
  app.action('edit', async () => undefined);
  await app.start();
  const ts = await reported(slack, app);
  const notices: string[] = [];
  slack.listen((change) => change.kind === 'notice' && notices.push(change.sentence));

  expect(await slack.as('maya').pressButton(ts, 'edit')).toMatchObject({ acknowledged: false, outcome: 'timeout' });

  expect(notices).toEqual(['rehearse did not answer in time, so nothing was done. Try again.']);
  expect(slack.journal.deliveries('block_actions')).toHaveLength(1);
});

it('a modal opens on the trigger of a button, refuses empty fields, shows the app’s errors, and closes when it is taken', async () => {
  await using slack = await startLocalSlack();
  await using app = boltOn(slack);
  const submitted: unknown[] = [];
  app.action('edit', async ({ ack, body, client }) => {
    await ack();
    await client.views.open({ trigger_id: 'trigger_id' in body ? body.trigger_id : '', view: modal });
  });
  app.view('edited', async ({ ack, view }) => {
    submitted.push(view.state.values);
    if (submitted.length === 1) return ack({ response_action: 'errors', errors: { title: 'too short' } });
    await ack();
  });
  await app.start();
  const maya = slack.as('maya');
  await maya.pressButton(await reported(slack, app), 'edit');
  const view = await slack.waitFor(() => maya.modal);

  expect((await maya.submitView(view.id, {})).errors).toEqual({ level: 'Please complete this required field.' });
  expect((await maya.submitView(view.id, { level: 'high' })).errors).toEqual({ title: 'too short' });
  expect(maya.modal).toBeDefined();
  await maya.submitView(view.id, { title: 'new', level: 'high', when: ['low'] });

  expect(maya.modal).toBeUndefined();
  expect(submitted).toMatchObject([
    { title: { title: { value: 'as it was' } }, level: { level: { selected_option: { value: 'high' } } } },
    { title: { title: { value: 'new' } }, when: { when: { selected_options: [{ value: 'low' }] } } },
  ]);
});

it('a trigger opens one view and expires after three seconds', async () => {
  const time = { now: 1_800_000_000_000 };
  await using slack = await startLocalSlack({ clock: () => time.now });
  await using app = boltOn(slack);
  const triggers: string[] = [];
  app.shortcut('turn_into_scenario', async ({ ack, shortcut }) => {
    triggers.push(shortcut.trigger_id);
    await ack();
  });
  await app.start();
  const { ts } = await slack.as('maya').post('general', 'hm');
  await slack.as('maya').shortcut('turn_into_scenario', ts);
  await slack.as('maya').shortcut('turn_into_scenario', ts);
  const open = (trigger_id = '') =>
    app.client.views.open({ trigger_id, view: modal }).then(
      () => 'opened',
      (thrown) => thrown.data.error,
    );

  expect(await open(triggers[0])).toBe('opened');
  expect(await open(triggers[0])).toBe('exchanged_trigger_id');
  time.now += 3_001;
  expect(await open(triggers[1])).toBe('trigger_expired');
  expect(await open('made.up')).toBe('invalid_trigger_id');
});

it('a message shortcut carries the message and its thread', async () => {
  await using slack = await startLocalSlack();
  await using app = boltOn(slack);
  app.shortcut('turn_into_scenario', ({ ack }) => ack());
  await app.start();
  const [root, reply] = slack.seed('incidents', [
    { user: 'lena', text: 'it broke', minutesAgo: 60 },
    { user: 'Omar (on call)', text: 'looking', minutesAgo: 50 },
  ]);

  await slack.as('lena').shortcut('turn_into_scenario', String(reply?.ts));

  expect(slack.journal.deliveries('message')).toEqual([]);
  expect(slack.journal.deliveries('message_action')[0]?.payload).toMatchObject({
    callback_id: 'turn_into_scenario',
    channel: { id: 'C0INCIDENTS' },
    message: { ts: reply?.ts, thread_ts: root?.ts, text: 'looking', user: 'U0OMAR' },
  });
});

it('a response_url answers to the person alone, replaces the message, and is used up after five times', async () => {
  await using slack = await startLocalSlack();
  await using app = boltOn(slack);
  app.action('edit', async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'for you', replace_original: false });
    await respond({ text: 'replaced', replace_original: true });
  });
  app.command('/rehearse', async ({ ack, respond }) => {
    await ack();
    await respond('heard');
  });
  await app.start();
  const ts = await reported(slack, app);

  const replaced = slack.nextMessage(({ text }) => text === 'replaced');
  await slack.as('maya').pressButton(ts, 'edit');
  expect((await replaced).ts).toBe(ts);
  expect(slack.messages('general').find(({ text }) => text === 'for you')?.onlyFor).toBe('U0MAYA');
  const url = String(slack.journal.deliveries('block_actions')[0]?.payload.response_url);
  const respond = () => fetch(url, { method: 'POST', body: JSON.stringify({ text: 'again' }) });
  expect((await Promise.all([respond(), respond(), respond(), respond()])).map(({ status }) => status).sort()).toEqual([
    200, 200, 200, 404,
  ]);

  const heard = slack.nextMessage(({ text }) => text === 'heard');
  await slack.as('maya').command('general', '/rehearse', 'help');
  expect((await heard).onlyFor).toBe('U0MAYA');
});
