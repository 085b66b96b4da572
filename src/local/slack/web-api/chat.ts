import { type BlockOnWire, type Message, messageOnWire } from '../message.ts';
import type { Channel } from '../team.ts';
import { checkedBlocks, checkedText } from './block-limits.ts';
import { type Call, channelOf, type Method, messageOf, ownChannelOf, threadOf } from './call.ts';
import { Refusal } from './refusal.ts';

/** chat.postMessage: the app says something in a channel, a thread or a direct conversation. */
export const postMessage: Method = (call) => {
  const { state, workspace } = call;
  const channel = ownChannelOf(call);
  const message = workspace.archive.add({
    ...authorship(call),
    channel: channel.id,
    threadTs: threadOf(call, channel),
    ...contents(call),
  });
  clearStatus(call, channel, message);
  state.changes.tell({ kind: 'posted', team: workspace.team.id, message });
  return { channel: channel.id, ts: message.ts, message: wire(call, message) };
};

/** chat.update: the app edits what it has said. */
export const update: Method = (call) => {
  const { state, workspace, args } = call;
  const channel = channelOf(call);
  const message = messageOf(call, channel);
  if (message.user !== workspace.team.botUserId) throw new Refusal('cant_update_message');
  if (message.stream === 'open') throw new Refusal('streaming_state_conflict');
  const before = { ...message };
  const { text, blocks, metadata } = contents(call);
  message.text = text;
  if (blocks || args.text('text') !== '') message.blocks = blocks;
  if (metadata) message.metadata = metadata;
  message.edited = { user: message.user, ts: workspace.archive.stamp() };
  state.changes.tell({ kind: 'edited', team: workspace.team.id, message, before });
  return { channel: channel.id, ts: message.ts, text, message: wire(call, message) };
};

/** chat.delete: the app takes back what it has said. */
export const remove: Method = (call) => {
  const { state, workspace } = call;
  const channel = channelOf(call);
  const message = messageOf(call, channel);
  if (message.user !== workspace.team.botUserId) throw new Refusal('cant_delete_message');
  workspace.archive.remove(message.ts);
  state.changes.tell({ kind: 'removed', team: workspace.team.id, message });
  return { channel: channel.id, ts: message.ts };
};

/** chat.postEphemeral: the app says something that one person alone sees, until they reload. */
export const postEphemeral: Method = (call) => {
  const { state, workspace, args } = call;
  const channel = ownChannelOf(call);
  const user = args.needed('user', 'user_not_found');
  if (!channel.members.includes(user)) throw new Refusal('user_not_in_channel');
  const message = workspace.archive.add({
    ...authorship(call),
    channel: channel.id,
    threadTs: threadOf(call, channel),
    ...contents(call),
    onlyFor: user,
  });
  state.changes.tell({ kind: 'posted', team: workspace.team.id, message });
  return { message_ts: message.ts };
};

/** chat.getPermalink: the address at which a message can be read. */
export const getPermalink: Method = (call) => {
  const channel = channelOf(call);
  const message = messageOf(call, channel, 'message_ts');
  return { channel: channel.id, permalink: permalinkOf(call, message) };
};

/** The address of a message on the local page. */
export function permalinkOf({ state }: Pick<Call, 'state'>, { channel, ts, threadTs }: Message): string {
  const thread = threadTs && threadTs !== ts ? `?thread_ts=${threadTs}&cid=${channel}` : '';
  return `${state.url}/archives/${channel}/p${ts.replace('.', '')}${thread}`;
}

/** What a call wants to say, if Slack would take it. */
export function contents({ args }: Call): Pick<Message, 'text' | 'blocks' | 'metadata'> {
  const markdown = args.text('markdown_text');
  const given = args.list<BlockOnWire>('blocks');
  if (markdown !== '' && (given || args.text('text') !== '')) throw new Refusal('markdown_text_conflict');
  const written = markdown === '' ? given : [{ type: 'markdown', text: markdown }];
  const blocks = written && checkedBlocks(written, 'message');
  const text = checkedText(args.text('text') || markdown);
  if (text === '' && (blocks ?? []).length === 0 && !args.list('attachments')) throw new Refusal('no_text');
  const metadata = args.object<NonNullable<Message['metadata']>>('metadata');
  if (metadata && (typeof metadata.event_type !== 'string' || typeof metadata.event_payload !== 'object'))
    throw new Refusal('invalid_metadata_schema');
  return { text, blocks, metadata };
}

/** The app as the author of a message. */
export function authorship({ workspace: { team } }: Call): Pick<Message, 'user' | 'botId'> {
  return { user: team.botUserId, botId: team.botId };
}

/** The message as the answer to a call shows it. */
export function wire({ state, workspace }: Call, message: Message): Record<string, unknown> {
  return messageOnWire(message, workspace.team, { appId: state.app.id, metadata: true });
}

/** What the app said it was doing goes away once it answers. */
function clearStatus({ state, workspace }: Call, channel: Channel, message: Message): void {
  const thread = message.threadTs ?? '';
  if (workspace.statuses.delete(`${channel.id}:${thread}`))
    state.changes.tell({ kind: 'status', team: workspace.team.id, channel: channel.id, thread, status: '' });
}
