import { type Message, message, text } from './wire.ts';

/** A client that copies in: it goes on sending before its turn is whole. */
export interface Copying {
  isTooLong: boolean;
  /** Takes the client's next message; nothing when the turn is whole. */
  take(asked: Message): Copying | undefined;
}

const mostBytes = 64 << 20;
const copyIn = /^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)*copy\b[\s\S]*\bfrom\s+stdin\b/i;

/** Whether a turn asks to copy in; its messages are added to until the client is done. */
export function copyBegun(turn: Message[]): Copying | undefined {
  const isSimple = turn.at(-1)?.type === 'Q';
  if (!turn.some((asked) => copyIn.test(sqlOf(asked)))) return undefined;
  // The Sync or Flush behind it is ignored while something is copied in; another one follows.
  if (!isSimple) turn.pop();
  let bytes = 0;
  let isDone = false;
  const copying: Copying = {
    get isTooLong() {
      return bytes > mostBytes;
    },
    take: (asked) => {
      const isEnd = asked.type === 'c' || asked.type === 'f';
      if (isDone ? asked.type === 'S' : isEnd || asked.type === 'd') turn.push(asked);
      bytes += asked.body.length;
      isDone ||= isEnd;
      return isDone && (isSimple || asked.type === 'S') ? undefined : copying;
    },
  };
  return copying;
}

/** What a client is told before it may copy in. */
export function copyGreeting(turn: Message[]): Buffer {
  const letters = copyReplies(turn);
  return Buffer.concat(letters.map((type) => message(type, type === 'G' ? Buffer.alloc(3) : '')));
}

/** The types of the replies that a client has had before it copied in. */
export function copyReplies(turn: Message[]): string[] {
  const replies: Record<string, string> = { P: '1', B: '2', D: 'n' };
  return [...turn.flatMap(({ type }) => replies[type] ?? []), 'G'];
}

function sqlOf({ type, body }: Message): string {
  if (type === 'Q') return text(body)[0];
  return type === 'P' ? text(body, text(body)[1])[0] : '';
}
