import type { WebClient } from '@slack/web-api';
import type { Address } from '../../scenarios/report.ts';

/** A message as Slack keeps it. */
export interface ThreadMessage {
  user: string;
  ts: string;
  text: string;
  permalink?: string;
}

/** A thread as Slack keeps it, and who may see it. */
export interface Thread {
  messages: ThreadMessage[];
  channel: { id: string; name: string; kind: 'public' | 'private' | 'direct' };
}

/** More than this is not read of one thread. */
const messageLimit = 1_000;

/** Reads a whole thread, page by page, without our own replies. */
export async function readThread(
  client: WebClient,
  { channel, thread }: Address,
  bot: { userId?: string },
): Promise<Thread> {
  const { channel: found } = await client.conversations.info({ channel });
  const kind = found?.is_im || found?.is_mpim ? 'direct' : found?.is_private ? 'private' : 'public';
  const permalink = await linkTo(client, channel, thread);
  const messages: ThreadMessage[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.conversations.replies({ channel, ts: thread, limit: 200, ...(cursor ? { cursor } : {}) });
    for (const { user, bot_id, ts, text } of page.messages ?? []) {
      if (user === bot.userId || bot_id || !ts || !text || isRequest(text, bot.userId)) continue;
      messages.push({
        user: user ?? 'unknown',
        ts,
        text,
        permalink: permalink?.replace(/\/p\d+/, `/p${ts.replace('.', '')}`),
      });
    }
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor && messages.length < messageLimit);
  return { messages: messages.slice(0, messageLimit), channel: { id: channel, name: found?.name ?? channel, kind } };
}

/** A message that only asks us to remember says nothing about what happened. */
function isRequest(text: string, bot: string | undefined): boolean {
  return (
    bot !== undefined &&
    text.includes(`<@${bot}>`) &&
    text.replaceAll(`<@${bot}>`, '').trim().length < 40 &&
    !text.includes('`')
  );
}

async function linkTo(client: WebClient, channel: string, message_ts: string): Promise<string | undefined> {
  const { permalink } = await client.chat.getPermalink({ channel, message_ts });
  return permalink;
}
