import type { Team } from './team.ts';

/** A block of Block Kit, as it stands on the wire. */
export interface BlockOnWire {
  type: string;
  block_id?: string;
  [field: string]: unknown;
}

/** A message as the workspace keeps it. */
export interface Message {
  ts: string;
  channel: string;
  user: string;
  /** As Slack's API delivers it: &amp; &lt; &gt; and <@U…>. */
  text: string;
  threadTs?: string;
  botId?: string;
  blocks?: BlockOnWire[];
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
  edited?: { user: string; ts: string };
  reactions: { name: string; users: string[] }[];
  files: { id: string; name: string; title: string; url_private: string }[];
  /** Only this person sees it. */
  onlyFor?: string;
  /** A streamed message is open until it is stopped or dies. */
  stream?: 'open' | 'closed';
}

/** What of the threads below a message is shown with it. */
export interface ThreadSummary {
  replies: number;
  users: string[];
  latest?: string;
}

/** The message in Slack's own shape. */
export function messageOnWire(
  message: Message,
  team: Team,
  extra: { thread?: ThreadSummary; metadata?: boolean; appId: string },
): Record<string, unknown> {
  const { ts, user, text, threadTs, botId, blocks, metadata, edited, reactions, files } = message;
  const { thread } = extra;
  return {
    type: 'message',
    user,
    ts,
    text,
    team: team.id,
    ...(botId && {
      bot_id: botId,
      app_id: extra.appId,
      bot_profile: { id: botId, app_id: extra.appId, name: nameOf(team, user), team_id: team.id, deleted: false },
    }),
    ...(blocks && { blocks }),
    ...(edited && { edited }),
    ...(threadTs && { thread_ts: threadTs }),
    ...(thread &&
      thread.replies > 0 && {
        thread_ts: ts,
        reply_count: thread.replies,
        reply_users: thread.users,
        reply_users_count: thread.users.length,
        latest_reply: thread.latest,
      }),
    ...(reactions.length > 0 && {
      reactions: reactions.map(({ name, users }) => ({ name, users, count: users.length })),
    }),
    ...(files.length > 0 && { files }),
    ...(extra.metadata && metadata && { metadata }),
  };
}

function nameOf(team: Team, user: string): string {
  return team.people.find(({ id }) => id === user)?.name ?? user;
}
