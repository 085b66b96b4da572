import type { Evidence, Visibility } from './evidence.ts';
import { plainText } from './mrkdwn.ts';
import { redact } from './redact.ts';

/** A message as it was written: text in Slack's mrkdwn, `ts` in Slack's seconds. */
export interface Message {
  user: string;
  ts: string;
  text: string;
  permalink?: string;
}

/** Where the messages come from, and who may see them there. */
export interface Source {
  channel: { id?: string; name: string; kind: Visibility['kind'] };
  source?: Evidence['source'];
}

/** More than this is not read: characters of one message, of the whole thread, and messages. */
const limits = { message: 60_000, thread: 400_000, messages: 1_000 };

/** Makes evidence of a thread: plain text, redacted, as much as can be read with care; says what was cut. */
export async function gather(messages: Message[], { channel, source = 'slack' }: Source): Promise<Evidence> {
  const written = messages.slice(0, limits.messages).filter(({ text }) => text.trim() !== '');
  let left = limits.thread;
  const cuts = written.map(({ text }) => {
    const { kept, cut } = shortened(text, Math.min(limits.message, left));
    left -= kept.length;
    return { kept, cut };
  });
  const { texts, redactions } = await redact(cuts.map(({ kept }) => plainText(kept)));
  const characters = cuts.reduce((sum, { cut }) => sum + cut, 0);
  const authors = authorsOf(written);
  const quotes = written.map(({ user, ts, permalink }, index) => ({
    author: authors.get(user) ?? 'unknown',
    at: instant(ts),
    text: texts[index] ?? '',
    ...(permalink ? { permalink } : {}),
  }));
  const cut = whatWasCut(characters, messages.length - Math.min(messages.length, limits.messages));
  return {
    source,
    quotes: quotes.filter(({ text }) => text.trim() !== ''),
    visibility: { kind: channel.kind, channel: channel.id ?? channel.name, name: channel.name },
    redactions,
    ...(cut ? { cut } : {}),
  };
}

/** The beginning and the end of a long text, where errors and their causes stand. */
function shortened(text: string, limit: number): { kept: string; cut: number } {
  if (text.length <= limit) return { kept: text, cut: 0 };
  // A token that the cut divides would no longer be known as a secret: both edges move to a space.
  const head = text.slice(0, Math.floor(limit * 0.7)).replace(/\S+$/, '');
  const tail = limit < 1_000 ? '' : text.slice(-Math.floor(limit * 0.3)).replace(/^\S+/, '');
  const cut = text.length - head.length - tail.length;
  return { kept: `${head}\n[… ${cut} characters left out …]\n${tail}`, cut };
}

function whatWasCut(characters: number, messages: number): string | undefined {
  const parts = [
    ...(characters > 0 ? [`${characters} characters of long messages`] : []),
    ...(messages > 0 ? [`${messages} messages beyond the first ${limits.messages}`] : []),
  ];
  return parts.length > 0 ? `Not read: ${parts.join(' and ')}.` : undefined;
}

/** Ids stay; a name, which a file may hold, becomes a number. */
function authorsOf(messages: Message[]): Map<string, string> {
  const authors = new Map<string, string>();
  for (const { user } of messages) {
    if (authors.has(user)) continue;
    authors.set(user, /^([UWB][A-Z0-9]{1,20}|unknown)$/.test(user) ? user : `author${authors.size + 1}`);
  }
  return authors;
}

function instant(ts: string): string {
  const milliseconds = Math.floor(Number(ts) * 1000);
  return new Date(Math.abs(milliseconds) < 8.64e15 ? milliseconds : 0).toISOString();
}
