import { z } from 'zod';
import { Failure } from '../../errors.ts';

const Message = z.object({ user: z.string().default('unknown'), ts: z.string().optional(), text: z.string() });
const Thread = z.object({
  messages: z.array(Message),
  channel: z.object({ name: z.string(), private: z.boolean().default(false) }).optional(),
});

/** A thread that was given as a file. */
export interface ThreadFile {
  messages: { user: string; ts: string; text: string }[];
  channel: { name: string; kind: 'public' | 'private' };
}

/** Reads a thread from JSON, as Slack's API delivers it, or from plain text as one message. */
export function threadFrom(input: string): ThreadFile {
  const json = /^\s*\{/.test(input)
    ? jsonFrom(input)
    : (listFrom(input) ?? { messages: [{ text: asDelivered(input) }] });
  const parsed = Thread.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Failure('THREAD_INVALID', { problems });
  }
  const { messages, channel } = parsed.data;
  return {
    messages: messages.map(({ user, ts, text }, index) => ({ user, ts: ts ?? `${index}.000000`, text })),
    channel: { name: channel?.name ?? 'file', kind: channel?.private ? 'private' : 'public' },
  };
}

/** Plain text as Slack would deliver it, so that both are read by the same rules. */
function asDelivered(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A list of messages; a text that merely begins with a bracket, as many logs do, is none. */
function listFrom(input: string): unknown {
  if (!/^\s*\[\s*\{/.test(input)) return undefined;
  try {
    const messages: unknown = JSON.parse(input);
    return z.array(Message).safeParse(messages).success ? { messages } : undefined;
  } catch {
    return undefined;
  }
}

function jsonFrom(input: string): unknown {
  try {
    return JSON.parse(input);
  } catch (cause) {
    throw new Failure('THREAD_INVALID', { problems: ['it begins like JSON but does not parse'] }, { cause });
  }
}
