import { type Message, messageOnWire } from '../message.ts';
import { type Channel, directChannel } from '../team.ts';
import { type Call, channelOf, type Method, messageOf, ownChannelOf } from './call.ts';
import { pageOf } from './page-of.ts';
import { Refusal } from './refusal.ts';

/** conversations.list: the channels that the app may know of. */
export const list: Method = (call) => {
  const { team } = call.workspace;
  const wanted = (call.args.text('types') || 'public_channel').split(',').map((word) => word.trim());
  const visible = team.channels.filter(
    (channel) => wanted.includes(typeOf(channel)) && (channel.kind === 'public' || isMember(call, channel)),
  );
  const { page, next_cursor } = pageOf(visible, call.args);
  return { channels: page.map((channel) => onWire(call, channel)), response_metadata: { next_cursor } };
};

/** conversations.info: one channel. */
export const info: Method = (call) => ({ channel: onWire(call, channelOf(call)) });

/** conversations.members: who is in a channel. */
export const members: Method = (call) => {
  const { page, next_cursor } = pageOf(channelOf(call).members, call.args);
  return { members: page, response_metadata: { next_cursor } };
};

/** conversations.join: the app joins a public channel. */
export const join: Method = (call) => {
  const channel = channelOf(call);
  if (channel.kind !== 'public') throw new Refusal('method_not_supported_for_channel_type');
  const already = isMember(call, channel);
  if (!already) channel.members.push(call.workspace.team.botUserId);
  if (!already) call.state.changes.tell({ kind: 'joined', team: call.workspace.team.id, channel: channel.id });
  return { channel: onWire(call, channel), ...(already && { warning: 'already_in_channel' }) };
};

/** conversations.open: the direct conversation with a person. */
export const open: Method = (call) => {
  const { team } = call.workspace;
  const user = call.args.needed('users', 'users_list_not_supplied').split(',')[0] ?? '';
  if (!team.people.some(({ id }) => id === user)) throw new Refusal('user_not_found');
  const channel = directChannel(team, user);
  return { channel: call.args.flag('return_im') ? onWire(call, channel) : { id: channel.id } };
};

/** conversations.history: the messages of a channel outside of threads, newest first. */
export const history: Method = (call) => {
  const channel = ownChannelOf(call);
  const roots = call.workspace.archive
    .in(channel.id)
    .filter(({ ts, threadTs, onlyFor }) => !onlyFor && (!threadTs || threadTs === ts))
    .filter((message) => between(call, message));
  const { page, next_cursor } = pageOf(roots.reverse(), call.args);
  return told(call, page, next_cursor, { pin_count: 0 });
};

/** conversations.replies: a thread, its root first, oldest first. */
export const replies: Method = (call) => {
  const channel = ownChannelOf(call);
  const named = messageOf(call, channel, 'ts');
  const thread = call.workspace.archive
    .thread(channel.id, named.threadTs ?? named.ts)
    .filter((message) => !message.onlyFor)
    .filter((message) => message.ts === (named.threadTs ?? named.ts) || between(call, message));
  const { page, next_cursor } = pageOf(thread, call.args);
  return told(call, page, next_cursor);
};

function told(call: Call, page: Message[], next_cursor: string, more: Record<string, unknown> = {}) {
  const { workspace, state, args } = call;
  const metadata = args.flag('include_all_metadata');
  const messages = page.map((message) => {
    const thread = message.threadTs && message.threadTs !== message.ts ? undefined : workspace.archive.summary(message);
    return messageOnWire(message, workspace.team, { appId: state.app.id, metadata, thread });
  });
  return { messages, has_more: next_cursor !== '', response_metadata: { next_cursor }, ...more };
}

function between({ args }: Call, { ts }: Message): boolean {
  const [oldest, latest, inclusive] = [args.text('oldest'), args.text('latest'), args.flag('inclusive')];
  const after = oldest === '' || Number(ts) > Number(oldest) || (inclusive && ts === oldest);
  const before = latest === '' || Number(ts) < Number(latest) || (inclusive && ts === latest);
  return after && before;
}

function typeOf({ kind, members }: Channel): string {
  if (kind === 'direct') return members.length > 2 ? 'mpim' : 'im';
  return kind === 'public' ? 'public_channel' : 'private_channel';
}

function isMember({ workspace: { team } }: Call, { members }: Channel): boolean {
  return members.includes(team.botUserId);
}

function onWire(call: Call, channel: Channel): Record<string, unknown> {
  const { id, name, kind, topic } = channel;
  const { team } = call.workspace;
  const common = {
    id,
    created: 1_700_000_000,
    is_archived: false,
    is_mpim: channel.members.length > 2 && kind === 'direct',
  };
  if (kind === 'direct') {
    const user = channel.members.find((member) => member !== team.botUserId);
    return { ...common, is_im: channel.members.length <= 2, user, is_open: true };
  }
  return {
    ...common,
    name,
    name_normalized: name,
    is_channel: true,
    is_group: false,
    is_im: false,
    is_private: kind === 'private',
    is_general: name === 'general',
    is_member: isMember(call, channel),
    context_team_id: team.id,
    num_members: channel.members.length,
    topic: { value: topic, creator: '', last_set: 0 },
    purpose: { value: topic, creator: '', last_set: 0 },
  };
}
