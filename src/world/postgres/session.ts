import type { Connection, Peer } from '../model.ts';
import type { Store } from '../world.ts';
import { type Copying, copyBegun, copyGreeting } from './copy.ts';
import type { Dialect } from './engines.ts';
import { keepStatements, type Statements } from './statements.ts';
import { type Timeouts, timeoutsOf } from './timeouts.ts';
import { errorMessage, type Message, message, split, text } from './wire.ts';

/** One client's side: its connection, what it has prepared and set. */
export interface Session {
  id: number;
  peer: Peer;
  user: string;
  statements: Statements;
  /** Settings that differ from the server's own, put in force whenever the client has its turn. */
  settings: Map<string, string>;
  timeouts: Timeouts;
  /** They were read within a transaction, and may end with it. */
  hasLocalTimeouts: boolean;
  gone: boolean;
}

/** What happens behind a session. */
export interface Desk {
  /** Messages up to one that asks for an answer (`Query`, `Sync`, `Flush`, …). */
  take(session: Session, messages: Message[]): void;
  left(session: Session): void;
  /** Another connection asks to give up what the session has under way. */
  cancel(session: Session): void;
}

/** Finds the database that a client asks for; an error when it may not enter. */
export type Reach = (session: Session, database: string) => Desk | Buffer;

/** Where a client enters. */
export interface Entrance {
  store: Store;
  reach: Reach;
  dialect: Pick<Dialect, 'version' | 'isSuperuser'>;
  /** Gives up what another session has under way, if the key is its own. */
  cancel(id: number): void;
}

const sslRequest = 80_877_103;
const gssRequest = 80_877_104;
const cancelRequest = 80_877_102;
const cosmetic = /^(user|database|application_name|client_encoding|extra_float_digits|replication|options|_pq_\..*)$/;

/** Speaks the first words of the protocol with a client, then hands over its messages in whole turns. */
export function openSession(id: number, peer: Peer, { store, reach, dialect, cancel }: Entrance): Connection {
  const session: Session = {
    id,
    peer,
    user: '',
    statements: keepStatements(id),
    settings: new Map(),
    timeouts: timeoutsOf(new Map()),
    hasLocalTimeouts: false,
    gone: false,
  };
  let buffered: Buffer = Buffer.alloc(0);
  let stage: 'startup' | 'password' | 'open' = 'startup';
  let database = '';
  let turn: Message[] = [];
  let desk: Desk | undefined;
  let copying: Copying | undefined;
  const leave = () => {
    if (session.gone) return;
    session.gone = true;
    desk?.left(session);
  };
  const fatal = (error: Buffer) => {
    peer.send(error);
    peer.end();
    leave();
  };
  const enter = () => {
    const found = reach(session, database);
    if (Buffer.isBuffer(found)) return fatal(found);
    desk = found;
    stage = 'open';
    peer.send(greeting(session, dialect));
  };
  const startup = (body: Buffer) => {
    const code = body.readInt32BE(0);
    if (code === sslRequest || code === gssRequest) return peer.send(Buffer.from('N'));
    if (code === cancelRequest) {
      // The key that a session was given is its number.
      if (body.length >= 12 && body.readInt32BE(4) === body.readInt32BE(8)) cancel(body.readInt32BE(4));
      return peer.end();
    }
    const parameters = parametersOf(body.subarray(4));
    session.user = parameters.get('user') ?? 'postgres';
    database = parameters.get('database') ?? session.user;
    for (const [name, value] of settingsOf(parameters)) session.settings.set(name, value);
    session.timeouts = timeoutsOf(session.settings);
    if (store.password === undefined) return enter();
    stage = 'password';
    peer.send(message('R', 3));
  };
  const open = (asked: Message) => {
    if (asked.type === 'X') {
      peer.end();
      return leave();
    }
    if (copying) {
      copying = copying.take(asked);
      if (copying?.isTooLong) return fatal(errorMessage('FATAL', '54000', 'more is copied in than the world takes'));
      if (copying) return;
    } else {
      turn.push(asked);
      if (!/[QSHF]/.test(asked.type)) return;
      copying = copyBegun(turn);
      if (copying) return peer.send(copyGreeting(turn));
    }
    desk?.take(session, turn);
    turn = [];
  };
  const password = (asked: Message) => {
    if (session.user !== store.user || text(asked.body)[0] === store.password) return enter();
    fatal(errorMessage('FATAL', '28P01', `password authentication failed for user "${session.user}"`));
  };
  const read = () => {
    while (stage === 'startup' && buffered.length >= 8 && !session.gone) {
      const length = buffered.readInt32BE(0);
      if (length < 8 || length > 10_000)
        return fatal(errorMessage('FATAL', '08P01', 'invalid length of startup packet'));
      if (buffered.length < length) return;
      const body = buffered.subarray(4, length);
      buffered = buffered.subarray(length);
      startup(body);
    }
    if (stage === 'startup') return;
    const { messages, rest } = split(buffered);
    buffered = rest;
    for (const asked of messages) if (!session.gone) (stage === 'password' ? password : open)(asked);
  };
  return {
    receive: (bytes) => {
      buffered = Buffer.concat([buffered, bytes]);
      read();
    },
    ended: leave,
  };
}

function greeting(session: Session, { version, isSuperuser }: Entrance['dialect']): Buffer {
  const status = {
    server_version: version(),
    server_encoding: 'UTF8',
    client_encoding: 'UTF8',
    DateStyle: 'ISO, MDY',
    IntervalStyle: 'postgres',
    TimeZone: session.settings.get('TimeZone') ?? 'UTC',
    integer_datetimes: 'on',
    standard_conforming_strings: 'on',
    is_superuser: isSuperuser ? 'on' : 'off',
    session_authorization: session.user,
    in_hot_standby: 'off',
    default_transaction_read_only: 'off',
  };
  const parameters = Object.entries(status).map(([name, value]) => message('S', `${name}\0${value}\0`));
  return Buffer.concat([message('R', 0), ...parameters, message('K', session.id, session.id), message('Z', 'I')]);
}

function parametersOf(body: Buffer): Map<string, string> {
  const found = new Map<string, string>();
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const [name, afterName] = text(body, at);
    const [value, next] = text(body, afterName);
    found.set(name, value);
    at = next;
  }
  return found;
}

function settingsOf(parameters: Map<string, string>): [string, string][] {
  const options = [...(parameters.get('options') ?? '').matchAll(/(?:-c\s*|--)([\w.]+)=((?:\\.|\S)*)/g)];
  const own = options.map(([, name = '', value = '']): [string, string] => [name, value.replace(/\\(.)/g, '$1')]);
  return [...own, ...[...parameters].filter(([name]) => !cosmetic.test(name))];
}
