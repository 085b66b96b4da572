import type { Message } from '../message.ts';
import type { State, Workspace } from '../state.ts';
import { type Channel, directChannel, findChannel } from '../team.ts';
import type { Arguments } from './arguments.ts';
import { Refusal } from './refusal.ts';

/** One call of the Web API: who calls, with what. */
export interface Call {
  state: State;
  workspace: Workspace;
  args: Arguments;
}

/** A method of the Web API; what it returns is answered together with ok: true. */
export type Method = (call: Call) => Record<string, unknown>;

/** The channel of a call, which the app must be able to see. A user's id means the direct conversation with them. */
export function channelOf({ workspace: { team }, args }: Call, name = 'channel'): Channel {
  const where = args.needed(name, 'channel_not_found');
  const person = team.people.find(({ id }) => id === where && id !== team.botUserId);
  const channel = person ? directChannel(team, person.id) : findChannel(team, where);
  if (!channel) throw new Refusal('channel_not_found');
  if (channel.kind !== 'public' && !channel.members.includes(team.botUserId)) throw new Refusal('channel_not_found');
  return channel;
}

/** The channel of a call, in which the app must be a member. */
export function ownChannelOf(call: Call, name = 'channel'): Channel {
  const channel = channelOf(call, name);
  if (!channel.members.includes(call.workspace.team.botUserId)) throw new Refusal('not_in_channel');
  return channel;
}

/** The message of a call, in the given channel. */
export function messageOf({ workspace, args }: Call, channel: Channel, name = 'ts'): Message {
  const message = workspace.archive.find(args.needed(name, 'message_not_found'));
  if (!message || message.channel !== channel.id || message.onlyFor) throw new Refusal('message_not_found');
  return message;
}

/** The root of the thread to post in, if a thread was named. */
export function threadOf({ workspace, args }: Call, channel: Channel): string | undefined {
  const ts = args.text('thread_ts');
  if (ts === '') return undefined;
  if (!/^\d{9,}\.\d{6}$/.test(ts)) throw new Refusal('invalid_thread_ts');
  const root = workspace.archive.find(ts);
  if (!root || root.channel !== channel.id) throw new Refusal('thread_not_found');
  return root.threadTs ?? root.ts;
}
