import type { WebClient } from '@slack/web-api';
import type { Address } from '../../scenarios/report.ts';

/** A message as Slack keeps it. */
export interface ThreadMessage {
  user: string;
  ts: string;
  text: string;
  permalink?: string;
}

/** A channel, and who may see what is said in it. */
export interface Channel {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'direct';
}

/** No further page is asked for beyond this many messages; evidence says what was cut. */
const messageLimit = 1_200;

/** The channel of a thread. */
export async function readChannel(client: WebClient, { channel }: Address): Promise<Channel> {
  const { channel: found } = await client.conversations.info({ channel });
  const kind = found?.is_im || found?.is_mpim ? 'direct' : found?.is_private ? 'private' : 'public';
  return { id: channel, name: found?.name ?? channel, kind };
}

/** Reads a whole thread, page by page, without our own replies and without what only asks us to remember. */
export async function readThread(
  client: WebClient,
  { channel, thread }: Address,
  bot: { userId?: string },
): Promise<ThreadMessage[]> {
  const permalink = await linkTo(client, channel, thread);
  const messages: ThreadMessage[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.conversations.replies({ channel, ts: thread, limit: 200, ...(cursor ? { cursor } : {}) });
    for (const { user, ts, text } of page.messages ?? []) {
      if (user === bot.userId || !ts || !text || isRequest(text, bot.userId)) continue;
      messages.push({
        user: user ?? 'unknown',
        ts,
        text,
        permalink: permalink?.replace(/\/p\d+/, `/p${ts.replace('.', '')}`),
      });
    }
    cursor = page.response_metadata?.next_cursor || undefined;
  } while (cursor && messages.length < messageLimit);
  return messages;
}

/** A message that only asks us to remember says nothing about what happened. */
function isRequest(text: string, bot: string | undefined): boolean {
  if (bot === undefined || !text.includes(`<@${bot}>`)) return false;
  const words = text.replaceAll(`<@${bot}>`, ' ').trim();
  return /^(please\s+)?(remember|capture|turn)?\s*(this|that|it)?\s*(thread|one)?\s*(into a scenario)?\s*(please)?[.!]*$/i.test(
    words,
  );
}

async function linkTo(client: WebClient, channel: string, message_ts: string): Promise<string | undefined> {
  const { permalink } = await client.chat.getPermalink({ channel, message_ts });
  return permalink;
}
