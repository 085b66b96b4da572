import type { Socket } from 'node:net';
import pg from 'pg';
import { Failure } from '../../../errors.ts';
import { type Message, message, split } from '../wire.ts';
import { unreachable } from './cluster.ts';

/** A connection to a server on which the protocol is spoken by hand. */
export interface Link {
  /** What the server said of itself when it was entered. */
  readonly parameters: ReadonlyMap<string, string>;
  /** Sends messages and gives what comes back, whole; throws SIMULATION_LIMIT where that is too much or too late. */
  ask(messages: Uint8Array[]): Promise<Message[]>;
  /** Whether the server, or we, ended it. */
  readonly isOver: boolean;
  close(): void;
}

const mostBytes = 256 << 20;

/** Enters a server. */
export async function openLink(config: pg.ClientConfig, replyTimeoutMs: number): Promise<Link> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: replyTimeoutMs });
  const { connection } = client as unknown as { connection: Entered };
  const parameters = new Map<string, string>();
  client.on('error', () => undefined);
  connection.on('parameterStatus', ({ parameterName, parameterValue }) =>
    parameters.set(parameterName, parameterValue),
  );
  await client.connect().catch(unreachable);
  const { stream } = connection;
  // From here on the client library hears nothing more: what the server says is passed on as it is.
  stream.removeAllListeners('data');
  let rest: Buffer = Buffer.alloc(0);
  let waiting: Reply | undefined;
  let over: unknown;
  const end = (reason: unknown) => {
    over ??= reason;
    stream.destroy();
    waiting?.reject(over);
    waiting = undefined;
  };
  stream.on('data', (bytes: Buffer) => {
    const read = split(rest.length === 0 ? bytes : Buffer.concat([rest, bytes]));
    rest = read.rest;
    if (!waiting) return;
    waiting.bytes += bytes.length;
    waiting.found.push(...read.messages);
    if (waiting.bytes > mostBytes) end(new Failure('SIMULATION_LIMIT', { what: 'the bytes that a query gives' }));
    else if (waiting.isWhole(read.messages)) {
      waiting.resolve(waiting.found);
      waiting = undefined;
    }
  });
  stream.on('error', (cause) => end(new Failure('SANDBOX_FAILED', { what: 'postgres' }, { cause })));
  stream.on('close', () =>
    end(new Failure('SANDBOX_FAILED', { what: 'postgres', why: 'its server ended the connection' })),
  );
  return {
    parameters,
    get isOver() {
      return over !== undefined;
    },
    ask: (messages) =>
      new Promise((resolve, reject) => {
        if (over) return reject(over);
        const limit = setTimeout(
          () => end(new Failure('SIMULATION_LIMIT', { what: 'a query', milliseconds: replyTimeoutMs })),
          replyTimeoutMs,
        );
        const settle =
          <T>(then: (value: T) => void) =>
          (value: T) => {
            clearTimeout(limit);
            then(value);
          };
        const refuse = () => stream.write(message('f', 'nothing more was sent\0'));
        const isWhole = whetherWhole(messages, refuse);
        waiting = { found: [], bytes: 0, isWhole, resolve: settle(resolve), reject: settle(reject) };
        stream.write(Buffer.concat(messages));
      }),
    close: () => {
      over ??= new Failure('SANDBOX_FAILED', { what: 'postgres', why: 'it was closed' });
      stream.end(message('X'));
    },
  };
}

interface Reply {
  found: Message[];
  bytes: number;
  isWhole(more: Message[]): boolean;
  resolve(found: Message[]): void;
  reject(reason: unknown): void;
}

/** The part of the client library that holds the socket. */
interface Entered {
  stream: Socket;
  on(event: 'parameterStatus', heard: (said: { parameterName: string; parameterValue: string }) => void): void;
}

/**
 * Tells when the last reply to some messages is there: as many ends as were asked for, or, where a client asks for
 * what there is without an end, as many replies as it sent messages; an error answers all that follows.
 */
function whetherWhole(asked: Uint8Array[], refuse: () => void): (more: Message[]) => boolean {
  const letters = split(Buffer.concat(asked)).messages.map(({ type }) => type);
  const isSynced = letters.at(-1) !== 'H';
  const ends = letters.filter((one) => /[QSF]/.test(one)).length;
  const tail = letters.slice(letters.findLastIndex((one) => /[QSF]/.test(one)) + 1);
  const replies = tail.filter((one) => /[PBCDE]/.test(one)).length;
  let given = letters.filter((one) => /[cf]/.test(one)).length;
  let seenEnds = 0;
  let seen = 0;
  return (more) => {
    for (const { type } of more) {
      if (type === 'Z') seenEnds += 1;
      // Whoever copies in twice in one text has said what there is to copy only once.
      if (type === 'G') given -= 1;
      if (type === 'G' && given < 0) refuse();
      if (seenEnds < ends) continue;
      if (/[123nTCIs]/.test(type)) seen += 1;
      if (type === 'E') seen = replies;
    }
    return isSynced ? seenEnds >= ends : seenEnds >= ends && seen >= replies;
  };
}
