import { LogLevel, webApi } from '@slack/bolt';
import { expect, it } from 'vitest';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from '../../src/local/slack/local-slack.ts';
import { acme } from '../../src/local/slack/workspace.ts';

const nothing = () => undefined;
const quiet = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  setLevel: nothing,
  getLevel: () => LogLevel.ERROR,
  setName: nothing,
};

async function withClient(options: LocalSlackOptions = {}) {
  const slack = await startLocalSlack(options);
  return Object.assign(slack, { client: clientOf(slack) });
}

function clientOf(slack: LocalSlack, token: string | undefined = slack.botToken): webApi.WebClient {
  const options = {
    slackApiUrl: slack.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    logger: quiet,
  };
  return new webApi.WebClient(token, options);
}

const refusal = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'ok',
    (thrown) => thrown.data?.error ?? thrown.code,
  );

it('a token is asked for, and only the right one is taken', async () => {
  await using slack = await withClient();

  expect(await slack.client.auth.test()).toMatchObject({
    user_id: 'U0REHEARSE',
    bot_id: 'B0REHEARSE',
    team_id: 'T0ACME',
  });
  expect(await refusal(clientOf(slack, '').auth.test())).toBe('not_authed');
  expect(await refusal(clientOf(slack, 'xoxb-wrong').auth.test())).toBe('invalid_auth');
  expect(await refusal(clientOf(slack, slack.appToken).auth.test())).toBe('not_allowed_token_type');
  expect(await refusal(slack.client.apps.connections.open({}))).toBe('not_allowed_token_type');
  expect(await refusal(slack.client.apiCall('chat.invented'))).toBe('unknown_method');
});

it('a message goes only where the app is, into threads that exist', async () => {
  await using slack = await withClient();
  const post = (channel: string, more: object = {}) =>
    refusal(slack.client.chat.postMessage({ channel, text: 'x', ...more }));
  const general = slack.workspace.channels.find(({ name }) => name === 'general');
  general?.members.splice(general.members.indexOf(slack.botUserId), 1);

  expect(await post('C0NOWHERE')).toBe('channel_not_found');
  expect(await post('D0MAYA0OMAR')).toBe('channel_not_found');
  expect(await post('C0GENERAL')).toBe('not_in_channel');
  expect(await post('C0BILLING', { thread_ts: '1700000000.000001' })).toBe('thread_not_found');
  expect(await post('C0BILLING', { thread_ts: 'yesterday' })).toBe('invalid_thread_ts');
  expect(await post('C0BILLING', { text: '' })).toBe('no_text');
  await slack.client.conversations.join({ channel: 'C0GENERAL' });
  expect(await post('C0GENERAL')).toBe('ok');
  expect(await post('U0MAYA')).toBe('ok');
});

it('texts and blocks beyond Slack’s limits are refused with its own codes', async () => {
  await using slack = await withClient({ rates: 'off' });
  const post = (content: object) =>
    refusal(slack.client.chat.postMessage({ channel: 'C0BILLING', text: 'x', ...content } as never));
  const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });

  expect(await post({ text: 'x'.repeat(40_001) })).toBe('msg_too_long');
  expect(await post({ blocks: Array(51).fill({ type: 'divider' }) })).toBe('invalid_blocks');
  expect(await post({ blocks: [section('x'.repeat(3_001))] })).toBe('invalid_blocks');
  expect(await post({ blocks: [section('')] })).toBe('invalid_blocks');
  expect(await post({ blocks: [{ type: 'markdown', text: 'x'.repeat(12_001) }] })).toBe('invalid_blocks');
  expect(await post({ blocks: [{ type: 'sectoin' }] })).toBe('invalid_blocks');
  expect(await post({ blocks: 'not json' })).toBe('invalid_blocks_format');
  expect(await post({ blocks: Array(5).fill(section('x'.repeat(2_900))) })).toBe('msg_blocks_too_long');
  expect(await post({ blocks: [{ type: 'markdown', text: 'x'.repeat(12_000) }] })).toBe('ok');
  expect(await post({ blocks: Array(50).fill(section('x')) })).toBe('ok');
});

it('a message is edited and deleted by its author only', async () => {
  await using slack = await withClient();
  const theirs = await slack.as('maya').post('billing', 'mine');
  const { ts } = await slack.client.chat.postMessage({ channel: 'C0BILLING', text: 'first' });
  const update = (ts = '') => refusal(slack.client.chat.update({ channel: 'C0BILLING', ts, text: 'second' }));

  expect(await update(ts)).toBe('ok');
  expect(await update(theirs.ts)).toBe('cant_update_message');
  expect(await update('1700000000.000001')).toBe('message_not_found');
  expect(await refusal(slack.client.chat.delete({ channel: 'C0BILLING', ts: theirs.ts }))).toBe('cant_delete_message');
  expect(await refusal(slack.client.chat.delete({ channel: 'C0BILLING', ts: String(ts) }))).toBe('ok');
  expect(slack.messages('billing').map(({ text }) => text)).toEqual(['mine']);
});

it('a thread is read page by page, with metadata when it is asked for', async () => {
  await using slack = await withClient();
  const [root] = slack.seed(
    'incidents',
    [5, 4, 3, 2].map((minutesAgo) => ({ user: 'lena', text: `${minutesAgo}`, minutesAgo })),
  );
  const metadata = { event_type: 'reply', event_payload: { key: 'k1' } };
  await slack.client.chat.postMessage({
    channel: 'C0INCIDENTS',
    thread_ts: String(root?.ts),
    text: 'answer',
    metadata,
  });
  const read = { channel: 'C0INCIDENTS', ts: String(root?.ts) };

  const first = await slack.client.conversations.replies({ ...read, limit: 3 });
  const next = await slack.client.conversations.replies({
    ...read,
    limit: 3,
    cursor: first.response_metadata?.next_cursor,
  });
  const all = await slack.client.conversations.replies({ ...read, include_all_metadata: true });

  expect(first.messages?.map(({ text }) => text)).toEqual(['5', '4', '3']);
  expect(first.messages?.[0]).toMatchObject({ reply_count: 4, reply_users: ['U0LENA', 'U0REHEARSE'] });
  expect(next.messages?.map(({ text }) => text)).toEqual(['2', 'answer']);
  expect(next).toMatchObject({ has_more: false });
  expect(next.messages?.[1]).not.toHaveProperty('metadata');
  expect(all.messages?.at(-1)).toMatchObject({ metadata });
  const { messages } = await slack.client.conversations.history({ channel: 'C0INCIDENTS' });
  expect(messages?.map(({ text }) => text)).toEqual(['5']);
});

it('a stream grows while it is open and refuses everything once it is stopped', async () => {
  await using slack = await withClient();
  const asked = await slack.as('maya').post('billing', 'why?');
  const place = { channel: 'C0BILLING', thread_ts: asked.ts };
  expect(await refusal(slack.client.chat.startStream(place))).toBe('missing_recipient_user_id');
  const streamer = slack.client.chatStream({
    ...place,
    recipient_user_id: 'U0MAYA',
    recipient_team_id: 'T0ACME',
    buffer_size: 1,
  });
  await streamer.append({ markdown_text: '**Beca' });
  await streamer.append({
    markdown_text: 'use** of ',
    chunks: [{ type: 'task_update', id: '1', title: 'Reading', status: 'in_progress' }],
  });
  const growing = slack.messages('billing').at(-1);
  expect(growing).toMatchObject({ stream: 'open', text: '**Because** of ' });
  const ts = String(growing?.ts);
  expect(await refusal(slack.client.chat.update({ channel: 'C0BILLING', ts, text: 'x' }))).toBe(
    'streaming_state_conflict',
  );
  await streamer.stop({ markdown_text: 'rounding' });

  expect(growing).toMatchObject({ stream: 'closed', text: '**Because** of rounding' });
  expect(growing?.blocks?.map(({ type }) => type)).toEqual(['markdown', 'plan', 'markdown']);
  const late = slack.client.chat.appendStream({ channel: 'C0BILLING', ts, markdown_text: 'x' });
  expect(await refusal(late)).toBe('message_not_in_streaming_state');
});

it('posting faster than Slack allows is answered with 429 and when to come back, channel by channel', async () => {
  const time = { now: 1_800_000_000_000 };
  await using slack = await withClient({ clock: () => time.now });
  const post = (channel: string) => refusal(slack.client.chat.postMessage({ channel, text: 'x' }));
  for (let count = 0; count < 10; count += 1) expect(await post('C0BILLING')).toBe('ok');

  expect(await post('C0BILLING')).toBe('slack_webapi_rate_limited_error');
  expect(await post('C0GENERAL')).toBe('ok');
  expect(slack.journal.calls('chat.postMessage').filter(({ status }) => status === 429)).toHaveLength(1);
  time.now += 1_000;
  expect(await post('C0BILLING')).toBe('ok');
});

it('a file is uploaded, shared in a thread and can be fetched', async () => {
  await using slack = await withClient();
  const { ts } = await slack.as('maya').post('billing', 'send me the trace');
  await slack.client.files.uploadV2({
    channel_id: 'C0BILLING',
    thread_ts: ts,
    filename: 'trace.txt',
    content: 'hello trace',
  } as never);

  const shared = slack.messages('billing', ts).at(-1);
  expect(shared?.files[0]).toMatchObject({ name: 'trace.txt' });
  expect(await (await fetch(String(shared?.files[0]?.url_private))).text()).toBe('hello trace');
});

it('people, channels and the team are told as Slack tells them', async () => {
  await using slack = await withClient();

  const { channels } = await slack.client.conversations.list({ types: 'public_channel,private_channel' });
  expect(channels?.map(({ name, is_private }) => [name, is_private])).toEqual([
    ['general', false],
    ['incidents', false],
    ['billing', false],
    ['security', true],
  ]);
  expect((await slack.client.users.info({ user: 'U0MAYA' })).user?.real_name).toBe('Maya (billing)');
  expect((await slack.client.conversations.open({ users: 'U0MAYA' })).channel?.id).toBe('D0MAYA');
  expect((await slack.client.conversations.info({ channel: 'D0MAYA' })).channel).toMatchObject({
    is_im: true,
    user: 'U0MAYA',
  });
  expect((await slack.client.team.info()).team?.name).toBe('Acme');
  const said = await slack.as('maya').post('general', 'here');
  const { permalink } = await slack.client.chat.getPermalink({ channel: 'C0GENERAL', message_ts: said.ts });
  expect(permalink).toBe(`${slack.url}/archives/C0GENERAL/p${said.ts.replace('.', '')}`);
});

it('two teams have the same app and nothing else in common', async () => {
  const other = { ...acme(), id: 'T0OTHER', name: 'Other', botToken: 'xoxb-local-other' };
  await using slack = await withClient({ teams: [acme(), other] });
  await clientOf(slack, other.botToken).chat.postMessage({ channel: 'C0GENERAL', text: 'only there' });
  await slack.as('maya', 'T0OTHER').post('general', 'me too');

  expect(slack.messages('general')).toEqual([]);
  expect((await clientOf(slack, other.botToken).auth.test()).team_id).toBe('T0OTHER');
});
