import { tell } from '../../errors.ts';
import type { Surroundings } from '../model.ts';
import type { Database } from './engines.ts';
import { keepListeners, type Listeners } from './listeners.ts';
import { literal, quoted } from './literal.ts';
import { keepLocks } from './locks.ts';
import { keepPrivateNames } from './private-names.ts';
import { keepReaders, whetherReading } from './reading.ts';
import { rowsOf } from './rows.ts';
import type { Session } from './session.ts';
import { type Neighbours, perform } from './turn.ts';
import { errorMessage, type Message, message, query, text } from './wire.ts';
import { sawUnmodelled } from './witness.ts';

/** How long, in virtual time, one client may wait for another's transaction to end before it is told. */
const patienceMs = 10_000;

interface Waiting {
  session: Session;
  messages: Message[];
  stopWaiting(): void;
  /** It was tried before, and had to wait for a lock. */
  isRetry: boolean;
}

/** The one Postgres session behind all clients: who has it, who waits, whose settings are in force. */
export interface Turns {
  take(session: Session, messages: Message[]): void;
  left(session: Session): void;
  /** Runs SQL of our own between turns, in the server's own name; an open transaction is rolled back first. */
  alone(sql: string): Promise<Buffer>;
  settled(): Promise<void>;
  stop(): void;
}

/** Which database it is, and who is told of the others that its clients make and drop. */
export interface Place {
  owner: string;
  /** SQL by which the backend becomes another user's. */
  become(user: string): string;
  changed: Neighbours;
}

/** Opens the queue for a database: one transaction at a time, since there is one backend, in order of asking. */
export function openTurns(database: Database, surroundings: Surroundings, { owner, become, changed }: Place): Turns {
  const { clock } = surroundings;
  const queue: Waiting[] = [];
  const asleep = new Set<Session>();
  const work = new Set<Promise<unknown>>();
  const listeners: Listeners = keepListeners();
  const locks = keepLocks();
  const names = keepPrivateNames();
  const readers = keepReaders();
  /** Those who wait for an advisory lock, in order of asking. */
  let parked: Waiting[] = [];
  let holder: Session | undefined;
  let inForce: { session: Session | undefined; changed: boolean } = { session: undefined, changed: false };
  let unnamed: Session | undefined;
  let active: Session | undefined;
  let failed: { cause: unknown } | undefined;
  let tail: Promise<unknown> = Promise.resolve();

  const during = <T>(promise: Promise<T>): Promise<T> => {
    work.add(promise);
    const done = () => work.delete(promise);
    promise.then(done, done);
    return promise;
  };
  const sql = async (words: string): Promise<Buffer> => {
    const { bytes, unmodelled = [] } = await database.run([query(words)], clock.now());
    for (const what of unmodelled) sawUnmodelled(surroundings, 'plan', what);
    return Buffer.from(bytes);
  };
  /** Everything that touches the backend goes through here, one after another. */
  const next = <T>(job: () => Promise<T>): Promise<T> => {
    const run = tail.then(job);
    tail = run.catch(() => undefined);
    return during(run);
  };
  const eligible = () => queue.findIndex(({ session }) => !asleep.has(session) && (!holder || holder === session));
  const pump = () => {
    const at = eligible();
    if (at >= 0) next(step).catch(fail);
    else if (queue.some(({ session }) => !asleep.has(session)) && holder && readers.mayStepAside(holder))
      next(stepAside).catch(fail);
  };
  /** Whoever has only read so far makes room for the others, and goes on later as if nothing had happened. */
  const stepAside = async () => {
    const reader = holder;
    if (!reader || eligible() >= 0 || asleep.has(reader) || !readers.mayStepAside(reader)) return;
    unnamed = undefined;
    if (rowsOf(await sql(whetherReading))[0]?.light !== true) return readers.forget(reader);
    await sql('commit');
    readers.steppedAside(reader);
    holder = undefined;
    pump();
  };
  /** What goes wrong behind the clients is ours, not theirs: they are cut off, and whoever asks next is told. */
  const fail = (cause: unknown) => {
    failed ??= { cause };
    active?.peer.end();
    for (const { session, stopWaiting } of queue.splice(0)) {
      stopWaiting();
      session.peer.end();
    }
    surroundings.record({ service: 'postgres', kind: 'error', what: `SANDBOX_FAILED postgres: ${tell(cause)}` });
  };
  const step = async () => {
    const [turn] = queue.splice(eligible() < 0 ? queue.length : eligible(), 1);
    if (!turn) return;
    turn.stopWaiting();
    active = turn.session;
    await giveTo(turn.session);
    const reopening = readers.reopening(turn.session);
    if (reopening) {
      await database.run([query(reopening.begin)], reopening.at);
      holder = turn.session;
      unnamed = undefined;
    }
    const result = await perform({
      ...turn,
      database,
      surroundings,
      listeners,
      locks,
      names,
      changed,
      again: unnamed !== turn.session,
    });
    if (result.lock === 'waits' && holder !== turn.session && !result.holds) {
      await forgetNamed(turn);
      parked.push({ ...turn, isRetry: true });
      return pump();
    }
    if (result.lock === 'waits')
      sawUnmodelled(
        surroundings,
        turn.session.peer.service,
        'an advisory lock of another client, waited for within a transaction',
      );
    unnamed = result.unnamed === 'kept' ? unnamed : result.unnamed === 'own' ? turn.session : undefined;
    if (result.settingsChanged) inForce.changed = true;
    readers.did(turn.session, result.deeds, clock.now());
    holder = result.holds && !turn.session.gone ? turn.session : undefined;
    for (const channel of result.relisten) await sql(`listen ${quoted(channel)}`);
    if (result.passed > 0) sleep(turn.session, result.reply, result.passed);
    else turn.session.peer.send(result.reply);
    if (result.lock === 'given back') unpark();
    pump();
  };
  const unpark = () => queue.unshift(...parked.splice(0));
  /** What a turn prepared under a name stays although the turn came to nothing. */
  const forgetNamed = async ({ session, messages }: Waiting) => {
    const named = messages.filter(({ type, body }) => type === 'P' && body[0] !== 0).map(({ body }) => text(body)[0]);
    const closing = named.map((name) => session.statements.rename({ type: 'C', body: Buffer.from(`S${name}\0`) }));
    if (closing.length > 0) await database.run([...closing, message('S')], clock.now());
  };
  const sleep = (session: Session, reply: Buffer, passed: number) => {
    asleep.add(session);
    clock.at(clock.now() + passed, () => {
      asleep.delete(session);
      if (!session.gone) session.peer.send(reply);
      pump();
    });
  };
  const giveTo = async (session: Session | undefined) => {
    const before = inForce.session;
    if (before === session) return;
    if (before && !before.gone && inForce.changed) {
      const kept = rowsOf(
        await sql(`select name, setting from pg_settings where source = 'session' and name not like 'rehearse.%'`),
      );
      before.settings = new Map(kept.map((row) => [String(row.name), String(row.setting)]));
    }
    const words: string[] = [];
    if (inForce.changed || (before && before.settings.size > 0)) words.push('reset all');
    if ((before?.user ?? owner) !== (session?.user ?? owner)) {
      words.push(become(session?.user ?? owner));
    }
    for (const [name, value] of session?.settings ?? []) {
      words.push(`select set_config(${literal(name)}, ${literal(value)}, false)`);
    }
    if (words.length > 0) await sql(words.join('; '));
    inForce = { session, changed: false };
  };
  const clear = async (session: Session) => {
    if (holder === session) await sql('rollback');
    if (holder === session) holder = undefined;
    readers.forget(session);
    names.forget(session);
    const closing = [...session.statements.names].map((name) => message('C', `S${name}\0`));
    if (closing.length > 0) await database.run([...closing, message('S')], clock.now());
    const silent = listeners.forget(session);
    for (const channel of silent) await sql(`unlisten ${quoted(channel)}`);
    parked = parked.filter((one) => one.session !== session);
    if (locks.forget(session)) unpark();
    if (inForce.session === session) await sql('discard temp');
    if (inForce.session === session && inForce.changed) await giveTo(undefined);
  };
  const giveUp = (turn: Waiting) => {
    queue.splice(queue.indexOf(turn), 1);
    const { session } = turn;
    const who = holder?.peer.service ?? 'another client';
    const words = `${session.peer.service} waited for a transaction that ${who} holds open; only one at a time is modelled`;
    surroundings.record({ service: session.peer.service, kind: 'error', what: `WORLD_UNMODELLED postgres: ${words}` });
    session.peer.send(
      Buffer.concat([
        errorMessage('ERROR', '55P03', `canceling statement due to lock timeout: ${words}`),
        message('Z', 'I'),
      ]),
    );
    pump();
  };

  return {
    take: (session, messages) => {
      const turn: Waiting = { session, messages, stopWaiting: () => undefined, isRetry: false };
      if (holder && holder !== session) turn.stopWaiting = clock.at(clock.now() + patienceMs, () => giveUp(turn));
      queue.push(turn);
      pump();
    },
    left: (session) => {
      for (const turn of queue.filter((one) => one.session === session)) {
        turn.stopWaiting();
        queue.splice(queue.indexOf(turn), 1);
      }
      next(() => clear(session)).then(pump, fail);
    },
    alone: (words) =>
      next(async () => {
        if (holder) await sql('rollback');
        holder = undefined;
        await giveTo(undefined);
        return sql(words);
      }),
    settled: async () => {
      while (work.size > 0) await Promise.allSettled(work);
      if (failed) throw failed.cause;
    },
    stop: () => {
      for (const turn of queue.splice(0)) turn.stopWaiting();
    },
  };
}
