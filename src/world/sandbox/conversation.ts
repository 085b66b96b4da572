import type { Duplex } from 'node:stream';
import { Failure } from '../../errors.ts';
import { frame, reader } from './frames.ts';
import type { Order, SourceAnswer, Word } from './protocol.ts';
import { understood } from './words.ts';

/** A locked-down process with a part of the target in it; it does one turn for each order. */
export interface Sandbox {
  readonly service: string;
  /** Whether it is still there. */
  readonly isAlive: boolean;
  /** The last lines that Node itself printed, for the reason when it ends. */
  readonly complaint: string;
  /** Whether it was ended since it held more memory than it may. */
  readonly isStarved: boolean;
  /** Does one turn, the first without an order; resolves with what it said until it was idle, or until it ended. */
  turn(order: Order | null): Promise<Word[]>;
  kill(): void;
  /** Resolves when the process is gone. */
  gone: Promise<void>;
}

/** A process as the conversation needs to know it. */
export interface Body {
  service: string;
  channel: Duplex;
  mark: string;
  /** What Node itself printed last. */
  complaint(): string;
  isStarved(): boolean;
  kill(): void;
  /** Resolves when the process is gone. */
  gone: Promise<void>;
  /** The first word of a copy, with the number that its operating system gave it. */
  born?(pid: number): void;
}

/** What one turn may say: the coordinator keeps it until the turn ends. */
const mostHeard = 96 << 20;

/** Talks with a process that was started, turn by turn; what does not bear its mark ends it. */
export function converse(body: Body, serve: (file: string) => SourceAnswer): Sandbox {
  const { service, channel, mark } = body;
  let heard = 0;
  let isAlive = true;
  let said: Word[] = [];
  /** A turn that ended before anybody waited for it: the first one. */
  let early: Word[] | undefined;
  let finish: ((words: Word[]) => void) | undefined;
  let broken: Failure | undefined;
  let refuse: ((why: Failure) => void) | undefined;
  const distrust = (why: string): void => {
    if (broken) return;
    broken = new Failure('SANDBOX_DISTRUSTED', { service, problem: why });
    body.kill();
    refuse?.(broken);
  };
  const hear = (message: unknown): void => {
    const words = understood(message, mark);
    if ('wrong' in words) {
      distrust(words.wrong);
      return;
    }
    for (const word of words) {
      if (word.t === 'source') channel.write(frame(serve(word.file)));
      else if (word.t === 'born') body.born?.(word.pid);
      else said.push(word);
    }
    if (words.at(-1)?.t !== 'idle') return;
    const turn = said;
    said = [];
    heard = 0;
    if (finish) finish(turn);
    else early = turn;
  };
  const read = reader(hear, distrust);
  channel.on('data', (bytes: Buffer) => {
    heard += bytes.length;
    if (heard > mostHeard) distrust(`it said more than ${mostHeard >> 20} MB in one turn`);
    else read(bytes);
  });
  channel.on('error', () => body.kill());
  const gone = body.gone.then(() => {
    isAlive = false;
    finish?.(said);
  });
  return {
    service,
    get isAlive() {
      return isAlive;
    },
    get complaint() {
      return body.complaint();
    },
    get isStarved() {
      return body.isStarved();
    },
    turn: (order) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(broken);
        if (!order && early) return resolve(early);
        if (!isAlive) return resolve(said.splice(0));
        finish = (words) => {
          finish = undefined;
          refuse = undefined;
          resolve(words);
        };
        refuse = reject;
        if (order) channel.write(frame(order));
      }),
    kill: () => body.kill(),
    gone,
  };
}
