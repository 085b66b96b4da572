import type { Message, ThreadSummary } from './message.ts';

/** What a new message brings along; the archive adds its timestamp. */
export type Draft = Omit<Message, 'ts' | 'reactions' | 'files'> & Partial<Pick<Message, 'files'>>;

/** The messages of one workspace, in order of time. Timestamps are unique in the whole workspace. */
export class Archive {
  readonly #clock: () => number;
  readonly #messages = new Map<string, Message>();
  #last = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** A fresh timestamp, later than all before it. */
  stamp(): string {
    this.#last = Math.max(this.#last + 1, Math.round(this.#clock() * 1_000));
    return asTs(this.#last);
  }

  /** Keeps a message that is written now. */
  add(draft: Draft): Message {
    return this.#keep(draft, this.stamp());
  }

  /** Keeps a message that was written in the past; `at` is in milliseconds. */
  addPast(draft: Draft, at: number): Message {
    let micros = Math.round(at * 1_000);
    while (this.#messages.has(asTs(micros))) micros += 1;
    return this.#keep(draft, asTs(micros));
  }

  find(ts: string): Message | undefined {
    return this.#messages.get(ts);
  }

  remove(ts: string): void {
    this.#messages.delete(ts);
  }

  /** Every message of a channel, replies included, oldest first. */
  in(channel: string): Message[] {
    return [...this.#messages.values()]
      .filter((message) => message.channel === channel)
      .sort((a, b) => (a.ts < b.ts ? -1 : 1));
  }

  /** A thread: its root and the replies, oldest first. */
  thread(channel: string, root: string): Message[] {
    return this.in(channel).filter(({ ts, threadTs }) => ts === root || threadTs === root);
  }

  /** How many replies a message has, from whom, and when the last came. */
  summary({ channel, ts }: Message): ThreadSummary {
    const replies = this.thread(channel, ts).filter((message) => message.ts !== ts && !message.onlyFor);
    return {
      replies: replies.length,
      users: [...new Set(replies.map(({ user }) => user))],
      latest: replies.at(-1)?.ts,
    };
  }

  #keep(draft: Draft, ts: string): Message {
    const message: Message = { files: [], ...draft, ts, reactions: [] };
    this.#messages.set(ts, message);
    return message;
  }
}

function asTs(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}`;
}
