import { ErrorCode, type WebClient } from '@slack/web-api';
import type { Told } from '../../jobs/intake.ts';
import { type Address, gist } from '../../scenarios/report.ts';
import { codeOf } from './refused.ts';
import { type Message, reportView, sentenceView } from './views/report.ts';
import { worldsView } from './views/worlds.ts';

const metadataType = 'rehearse_reply';

/** Errors of Slack that no retry mends. */
const permanent = new Set([
  'channel_not_found',
  'not_in_channel',
  'is_archived',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'restricted_action',
  'cant_update_message',
  'message_not_found',
  'thread_not_found',
]);
const tooLong = new Set(['msg_blocks_too_long', 'msg_too_long', 'invalid_blocks']);

/** Brings replies into Slack threads: each carries its key, so that a post which was not noted down is found again. */
export function createCourier(client: WebClient) {
  const send = <Answer>(message: Message, call: (message: Message) => Promise<Answer>) =>
    call(message)
      .catch((thrown) =>
        tooLong.has(codeOf(thrown) ?? '')
          ? call({ text: message.text, blocks: message.blocks.slice(0, 1) })
          : Promise.reject(thrown),
      )
      .catch((thrown) => Promise.reject(undeliverable(thrown)));

  return {
    async find({ channel, thread }: Address, key: string): Promise<string | null> {
      const me = await client.auth.test();
      let cursor: string | undefined;
      do {
        const page = await client.conversations.replies({
          channel,
          ts: thread,
          include_all_metadata: true,
          limit: 200,
          ...(cursor ? { cursor } : {}),
        });
        const ours = page.messages?.find((message) => message.user === me.user_id && keyOf(message) === key);
        if (ours?.ts) return ours.ts;
        cursor = page.response_metadata?.next_cursor || undefined;
      } while (cursor);
      return null;
    },

    async post({ channel, thread }: Address, told: Told, key: string): Promise<string> {
      const metadata = metadataOf(told, key);
      const posted = await send(viewOf(told), (message) =>
        client.chat.postMessage({
          channel,
          thread_ts: thread,
          ...message,
          metadata,
          unfurl_links: false,
          unfurl_media: false,
        }),
      );
      return String(posted.ts);
    },

    async edit(address: Address, ref: string, told: Told, key: string): Promise<string> {
      const { channel } = address;
      const metadata = metadataOf(told, key);
      try {
        await send(viewOf(told), (message) => client.chat.update({ channel, ts: ref, ...message, metadata }));
        return ref;
      } catch (thrown) {
        // Somebody took the reply away; what there is to say now is said anew.
        if (codeOf(thrown) === 'message_not_found') return this.post(address, told, key);
        throw thrown;
      }
    },
  };
}

function keyOf(message: object): string | undefined {
  const { metadata } = message as { metadata?: { event_type?: string; event_payload?: { key?: string } } };
  return metadata?.event_type === metadataType ? metadata.event_payload?.key : undefined;
}

/** What a program may read of a reply: its key, and what it comes to. */
function metadataOf(told: Told, key: string) {
  const event_payload: Record<string, string> = { key };
  if ('report' in told) event_payload.gist = gist(told.report);
  return { event_type: metadataType, event_payload };
}

function viewOf(told: Told): Message {
  if ('report' in told) return reportView(told.report);
  return 'worlds' in told ? worldsView(told.worlds) : sentenceView(told.sentence);
}

/** The same error with what the outbox goes by: whether to try again, and when. */
function undeliverable(thrown: unknown): Error {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const { code, retryAfter } = error as { code?: string; retryAfter?: number };
  const retryAfterMs = code === ErrorCode.RateLimitedError && retryAfter ? retryAfter * 1_000 : undefined;
  return Object.assign(error, { permanent: permanent.has(codeOf(thrown) ?? ''), retryAfterMs });
}
