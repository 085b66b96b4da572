import type { Surroundings } from '../model.ts';
import { copyReplies } from './copy.ts';
import type { Database } from './engines.ts';
import { channelIn, type Listeners } from './listeners.ts';
import type { Locks } from './locks.ts';
import type { PrivateNames } from './private-names.ts';
import type { Deeds } from './reading.ts';
import { databaseDropped, databaseMade, type Made } from './scripts.ts';
import type { Session } from './session.ts';
import type { Execution } from './statements.ts';
import { fieldsOf, type Message, message, query, split, text } from './wire.ts';
import { normalised, sawChange, sawQuery, sawUnmodelled } from './witness.ts';

/** Told when a client makes or drops another database of the server, or makes a role. */
export interface Neighbours {
  created(made: Made & { template: string | undefined }, service: string): void;
  dropped(name: string): void;
}

/** One turn of one client at the backend. */
export interface Turn {
  session: Session;
  messages: Message[];
  database: Database;
  surroundings: Surroundings;
  listeners: Listeners;
  locks: Locks;
  names: PrivateNames;
  /** It was tried before, and had to wait for a lock. */
  isRetry: boolean;
  changed: Neighbours;
  /** Virtual time has passed since it was asked for. */
  hasWaited: boolean;
  /** Another client has used the unnamed statement since. */
  again: boolean;
}

/** What a turn left behind. */
export interface Outcome {
  reply: Buffer;
  passed: number;
  /** One statement that only read. */
  isHarmless: boolean;
  /** The client keeps the backend: a transaction is open, or it has not synced. */
  holds: boolean;
  settingsChanged: boolean;
  unnamed: 'own' | 'gone' | 'kept';
  /** Channels to listen to again, since one client's UNLISTEN took them from all. */
  relisten: string[];
  deeds: Deeds;
  /** It took everything away that a backend has, from all clients. */
  discarded: 'nothing' | 'statements' | 'all';
  /** What became of advisory locks. */
  lock: 'none' | 'taken' | 'given back' | 'waits';
}

/** More than one statement, or one that reads and writes at once. */
const writes = /;\s*\S|\b(?:insert|update|delete|merge|into|nextval|setval)\b/i;

/** Hands a client's messages to Postgres, records what they do, and sorts what comes back. */
export async function perform(turn: Turn): Promise<Outcome> {
  const { session, database, surroundings } = turn;
  const service = session.peer.service;
  const executions: Execution[] = [];
  const renamed = turn.messages.map((asked) => {
    const sent = session.statements.rename(asked);
    if (asked.type === 'Q') executions.push({ sql: text(asked.body)[0], parameters: [] });
    if (asked.type === 'E') executions.push(session.statements.execution(asked));
    return sent;
  });
  if (!turn.isRetry) for (const execution of executions) sawQuery(surroundings, service, execution);
  for (const { sql } of executions) {
    const foreign = turn.names.ran(session, sql);
    if (foreign !== undefined) sawUnmodelled(surroundings, service, foreign);
    const [impatient] = turn.hasWaited ? (/\bskip\s+locked\b|\bnowait\b/i.exec(sql) ?? []) : [];
    if (impatient !== undefined)
      sawUnmodelled(surroundings, service, `"${impatient}", after a wait for a transaction of another client`);
  }
  const announced = turn.locks.announce(
    session,
    executions.map(({ sql }) => sql),
  );
  if (announced) await database.run([query(announced)], surroundings.clock.now());
  const first = turn.messages.find((asked) => session.statements.usesUnnamed(asked) || isUnnamedParse(asked));
  const repeat = turn.again && first !== undefined && !isUnnamedParse(first) ? session.statements.unnamed : undefined;
  const lost = turn.messages.flatMap((asked) => session.statements.revived(asked) ?? []);
  const isCopy = turn.messages.some(({ type }) => type === 'c' || type === 'f');
  // What is copied in is read by the backend while it carries out the statement, so it must be there by then.
  const sent = isCopy ? [Buffer.concat(renamed)] : renamed;
  const answered = await database.run([...lost, ...(repeat ? [repeat] : []), ...sent], surroundings.clock.now());
  const { bytes, passed, unmodelled = [] } = answered;
  for (const what of unmodelled) sawUnmodelled(surroundings, service, what);
  const simple = turn.messages.some((asked) => asked.type === 'Q');
  const sorted = sort(split(Buffer.from(bytes)).messages, executions, simple, turn);
  for (const _ of repeat ? [...lost, repeat] : lost) dropFirst(sorted.kept, '1');
  for (const type of isCopy ? copyReplies(turn.messages) : []) dropFirst(sorted.kept, type);
  const parsed = turn.messages.some(isUnnamedParse) || repeat !== undefined;
  return {
    reply: Buffer.concat(sorted.kept.map(({ type, body }) => message(type, body))),
    passed,
    isHarmless: sorted.onlyReads && executions.length === 1 && !writes.test(executions[0]?.sql ?? ''),
    holds: sorted.status !== 'I',
    settingsChanged: sorted.settingsChanged || executions.some(({ sql }) => /set_config\s*\(/i.test(sql)),
    unnamed: simple ? 'gone' : parsed ? 'own' : 'kept',
    relisten: sorted.relisten,
    discarded: sorted.discarded,
    lock: sorted.lock,
    deeds: {
      status: sorted.status,
      onlyReads: sorted.onlyReads && !executions.some(({ sql }) => /set_config\s*\(/i.test(sql)),
      began: sorted.began,
    },
  };
}

function sort(replies: Message[], executions: Execution[], simple: boolean, turn: Turn) {
  const { session, surroundings, listeners, locks } = turn;
  const kept: Message[] = [];
  const relisten: string[] = [];
  const seen = new Map<string, number>();
  let status = '';
  let at = 0;
  let settingsChanged = false;
  let lock: Outcome['lock'] = 'none';
  let onlyReads = true;
  let began: string | undefined;
  let discarded: Outcome['discarded'] = 'nothing';
  let isUndone = false;
  for (const reply of replies) {
    if (reply.type === 'N') {
      const heard = locks.heard(session, reply);
      if (heard === 'of another')
        sawUnmodelled(surroundings, session.peer.service, 'an advisory lock taken within a function');
      else if (heard !== 'no' && lock !== 'given back') lock = heard;
      if (heard !== 'no') continue;
    }
    if (reply.type === 's') onlyReads = false;
    if (reply.type === 'E' && fieldsOf(reply.body).C === 'RH002') lock = 'waits';
    if (reply.type === 'A') {
      listeners.notify(reply);
      continue;
    }
    kept.push(reply);
    if (reply.type === 'E') isUndone = true;
    if (reply.type === 'Z') status = reply.body.toString('latin1');
    // Going back to a savepoint is answered as the end of a transaction is, and leaves it open.
    if (reply.type === 'Z' && status === 'I') relisten.push(...listeners.settle(session, !isUndone));
    if (reply.type === 'C') {
      const [tag] = text(reply.body);
      const sql = executions[at]?.sql ?? '';
      const verb = tag.split(' ')[0] ?? '';
      if (/^(BEGIN|START)$/.test(verb)) began = /;\s*\S/.test(sql) ? undefined : sql;
      onlyReads &&= /^(BEGIN|START|SELECT|SHOW)$/.test(verb);
      const key = `${at} ${verb}`;
      sawChange(surroundings, session.peer.service, sql, tag, seen.get(key) ?? 0);
      seen.set(key, (seen.get(key) ?? 0) + 1);
      settingsChanged ||= verb === 'SET' || verb === 'RESET' || verb === 'DISCARD';
      if (tag === 'CREATE DATABASE') withMade(sql, turn);
      if (tag === 'DROP DATABASE') withDropped(sql, turn);
      const channel = channelIn(sql);
      if (verb === 'LISTEN' && channel) listeners.listen(session, channel);
      if (verb === 'UNLISTEN') listeners.unlisten(session, channel);
      if (tag === 'DISCARD ALL') listeners.unlisten(session);
      if (verb === 'ROLLBACK') isUndone = true;
      if (verb === 'COMMIT') relisten.push(...listeners.settle(session, true));
      if (tag === 'DEALLOCATE ALL') discarded = 'statements';
      if (tag === 'DISCARD ALL') discarded = 'all';
    }
    if (!simple && /[CsI]/.test(reply.type)) at += 1;
  }
  return { kept, relisten, discarded, status, settingsChanged, lock, onlyReads: onlyReads && lock === 'none', began };
}

function withMade(sql: string, { changed, session }: Turn): void {
  const made = databaseMade(normalised(sql));
  if (made) changed.created(made, session.peer.service);
}

function withDropped(sql: string, { changed }: Turn): void {
  const dropped = databaseDropped(normalised(sql));
  if (dropped !== undefined) changed.dropped(dropped);
}

function isUnnamedParse({ type, body }: Message): boolean {
  return type === 'P' && text(body)[0] === '';
}

function dropFirst(messages: Message[], type: string): void {
  const at = messages.findIndex((one) => one.type === type);
  if (at >= 0) messages.splice(at, 1);
}
