import type { Change } from './changes.ts';
import type { Parcel } from './delivery/carrier.ts';
import { freshId } from './identity.ts';
import { type Message, messageOnWire } from './message.ts';
import type { State, Workspace } from './state.ts';
import type { Channel } from './team.ts';

type Event = Record<string, unknown> & { type: string };

/** The events that the app hears of a change: only from channels it is in, never of what one person alone sees. */
export function eventsOf(state: State, change: Change): Parcel[] {
  const workspace = state.workspaces.get(change.team);
  if (!workspace) return [];
  return eventsFrom(state, workspace, change).map((event) => parcelOf(state, workspace, event));
}

/** The event that a person has opened the conversation with the app. */
export function homeOpened(state: State, workspace: Workspace, user: string, tab: 'home' | 'messages'): Parcel {
  const channel = workspace.team.channels.find(({ kind, members }) => {
    return kind === 'direct' && members.includes(user) && members.includes(workspace.team.botUserId);
  });
  return parcelOf(state, workspace, {
    type: 'app_home_opened',
    user,
    channel: channel?.id,
    tab,
    event_ts: workspace.archive.stamp(),
  });
}

function eventsFrom(state: State, workspace: Workspace, change: Change): Event[] {
  if (change.kind === 'joined') return [joined(workspace, change.channel)];
  if (!('message' in change)) return [];
  const { message } = change;
  const channel = workspace.team.channels.find(({ id }) => id === message.channel);
  if (!channel?.members.includes(workspace.team.botUserId) || message.onlyFor) return [];
  const about = { channel: channel.id, channel_type: typeOf(channel) };
  if (change.kind === 'posted') return change.past ? [] : posted(state, workspace, message, about);
  const event_ts = workspace.archive.stamp();
  const wire = (one: Message) => messageOnWire(one, workspace.team, { appId: state.app.id });
  if (change.kind === 'edited') {
    if (change.silent) return [];
    const pair = { message: wire(message), previous_message: wire(change.before) };
    return [{ type: 'message', subtype: 'message_changed', hidden: true, ...pair, ...about, ts: event_ts, event_ts }];
  }
  if (change.kind === 'removed') {
    const gone = { deleted_ts: message.ts, previous_message: wire(message) };
    return [{ type: 'message', subtype: 'message_deleted', hidden: true, ...gone, ...about, ts: event_ts, event_ts }];
  }
  const item = { type: 'message', channel: channel.id, ts: message.ts };
  const type = change.added ? 'reaction_added' : 'reaction_removed';
  return [{ type, user: change.user, reaction: change.reaction, item, item_user: message.user, event_ts }];
}

function joined({ team, archive }: Workspace, channel: string): Event {
  const common = { user: team.botUserId, channel, team: team.id, event_ts: archive.stamp() };
  return { type: 'member_joined_channel', channel_type: 'C', ...common };
}

/** A mention comes twice: as a message and as a mention, with different ids. Not so in a direct conversation. */
function posted(state: State, { team }: Workspace, message: Message, about: { channel: string; channel_type: string }) {
  const wire = messageOnWire(message, team, { appId: state.app.id });
  const event: Event = { type: 'message', ...wire, ...about, event_ts: message.ts };
  const mentions = message.text.includes(`<@${team.botUserId}>`) && !message.botId && about.channel_type !== 'im';
  if (!mentions) return [event];
  return [event, { ...event, type: 'app_mention', channel_type: undefined }];
}

function typeOf({ kind, members }: Channel): 'channel' | 'group' | 'im' | 'mpim' {
  if (kind === 'direct') return members.length > 2 ? 'mpim' : 'im';
  return kind === 'public' ? 'channel' : 'group';
}

function parcelOf({ app, clock }: State, { team }: Workspace, event: Event): Parcel {
  const id = freshId('Ev');
  const payload = {
    token: app.verificationToken,
    team_id: team.id,
    api_app_id: app.id,
    event,
    type: 'event_callback',
    event_id: id,
    event_time: Math.floor(clock() / 1_000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: team.botUserId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: false,
    event_context: freshId('4-'),
  };
  return { kind: 'events_api', what: event.type, id, payload };
}
