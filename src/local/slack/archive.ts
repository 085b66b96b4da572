import type { Message, ThreadSummary } from './message.ts';

/** What a new message brings along; the archive adds its timestamp. */
export type Draft = Omit<Message, 'ts' | 'reactions' | 'files'> & Partial<Pick<Message, 'files'>>;

/** The messages of one workspace, in order of time. Timestamps are unique in the whole workspace. */
export class Archive {
  readonly #clock: () => number;
  readonly #messages = new Map<string, Message>();
  readonly #channels = new Map<string, Message[]>();
  readonly #replies = new Map<string, Message[]>();
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
    const message = this.#messages.get(ts);
    if (!message) return;
    this.#messages.delete(ts);
    for (const list of [this.#in(message.channel), this.#below(message)]) {
      const at = list.indexOf(message);
      if (at >= 0) list.splice(at, 1);
    }
  }

  /** Every message of a channel, replies included, oldest first. */
  in(channel: string): Message[] {
    return [...this.#in(channel)];
  }

  /** A thread: its root and the replies, oldest first. */
  thread(channel: string, ts: string): Message[] {
    const root = this.#messages.get(ts);
    return [...(root?.channel === channel ? [root] : []), ...(this.#replies.get(`${channel}:${ts}`) ?? [])];
  }

  /** How many replies a message has, from whom, and when the last came. */
  summary({ channel, ts }: Message): ThreadSummary {
    const replies = (this.#replies.get(`${channel}:${ts}`) ?? []).filter(({ onlyFor }) => !onlyFor);
    return {
      replies: replies.length,
      users: [...new Set(replies.map(({ user }) => user))],
      latest: replies.at(-1)?.ts,
    };
  }

  #keep(draft: Draft, ts: string): Message {
    const message: Message = { files: [], ...draft, ts, reactions: [] };
    this.#messages.set(ts, message);
    insert(this.#in(message.channel), message);
    if (message.threadTs && message.threadTs !== ts) insert(this.#below(message), message);
    return message;
  }

  #in(channel: string): Message[] {
    return listOf(this.#channels, channel);
  }

  #below({ channel, threadTs, ts }: Message): Message[] {
    return threadTs && threadTs !== ts ? listOf(this.#replies, `${channel}:${threadTs}`) : [];
  }
}

/** Puts a message where it belongs in time; nearly always at the end. */
function insert(list: Message[], message: Message): void {
  let at = list.length;
  while (at > 0 && (list[at - 1]?.ts ?? '') > message.ts) at -= 1;
  list.splice(at, 0, message);
}

function listOf(lists: Map<string, Message[]>, key: string): Message[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function asTs(micros: number): string {
  const seconds = Math.floor(micros / 1_000_000);
  return `${seconds}.${String(micros % 1_000_000).padStart(6, '0')}`;
}
