import { tell } from '../../errors.ts';
import type { Surroundings } from '../model.ts';
import type { Database } from './engines.ts';
import { keepIdling } from './idling.ts';
import { keepInForce } from './in-force.ts';
import { keepLeftovers } from './leftovers.ts';
import { keepListeners } from './listeners.ts';
import { quoted } from './literal.ts';
import { keepLocks } from './locks.ts';
import { keepPrivateNames } from './private-names.ts';
import { keepReaders, whetherReading } from './reading.ts';
import { rowsOf } from './rows.ts';
import { openSerial } from './serial.ts';
import type { Session } from './session.ts';
import { keepSleepers } from './sleepers.ts';
import { askTimeouts, timeoutsIn } from './timeouts.ts';
import { type Neighbours, perform } from './turn.ts';
import { cancelled, keepWaits, type Waiting } from './waits.ts';
import { type Message, message, query } from './wire.ts';
import { sawUnmodelled } from './witness.ts';

/** The one Postgres session behind all clients: who has it, who waits, whose settings are in force. */
export interface Turns {
  take(session: Session, messages: Message[]): void;
  left(session: Session): void;
  /** Another connection asks to give up what the session has under way. */
  cancel(session: Session): void;
  /** Runs SQL of our own between turns, in the server's own name; an open transaction is rolled back first. */
  alone(sql: string): Promise<Buffer>;
  settled(): Promise<void>;
  stop(): void;
}

/** As a statement that is given up makes a transaction fail. */
const failing = `do $$ begin raise exception using errcode = '57014', message = 'given up'; end $$`;

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
  const [listeners, locks, names] = [keepListeners(), keepLocks(), keepPrivateNames()];
  const sessions = new Set<Session>();
  const leftovers = keepLeftovers({ sql: (words) => sql(words), surroundings, sessions, names, locks, become });
  const readers = keepReaders();
  /** Those who wait for an advisory lock, in order of asking. */
  let parked: Waiting[] = [];
  let holder: Session | undefined;
  let unnamed: Session | undefined;
  let active: Session | undefined;
  let failed: { cause: unknown } | undefined;

  const sql = async (words: string): Promise<Buffer> => {
    const { bytes, unmodelled = [] } = await database.run([query(words)], clock.now());
    for (const what of unmodelled) sawUnmodelled(surroundings, 'plan', what);
    return Buffer.from(bytes);
  };
  /** Everything that touches the backend goes through here. */
  const { next, idle } = openSerial();
  const eligible = () => queue.findIndex(({ session }) => !sleepers.has(session) && (!holder || holder === session));
  const pump = () => {
    const at = eligible();
    if (at >= 0) next(step).catch(fail);
    else if (queue.some(({ session }) => !sleepers.has(session)) && holder && readers.mayStepAside(holder))
      next(stepAside).catch(fail);
  };
  /** Whoever has only read so far makes room for the others, and goes on later as if nothing had happened. */
  const stepAside = async () => {
    const reader = holder;
    if (!reader || eligible() >= 0 || sleepers.has(reader) || !readers.mayStepAside(reader)) return;
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
    if (inForce.session !== turn.session && (await leftovers.look(inForce.session))) unnamed = undefined;
    await inForce.giveTo(turn.session);
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
      hasWaited: clock.now() > turn.asked,
      again: unnamed !== turn.session,
    });
    if (result.lock === 'waits' && holder !== turn.session && !result.holds) {
      await close(turn.session.statements.closing(turn.messages));
      const again = { ...turn, isRetry: true, since: turn.since ?? clock.now() };
      parked.push(again);
      waits.forLock(again);
      return pump();
    }
    if (result.lock === 'waits')
      sawUnmodelled(
        surroundings,
        turn.session.peer.service,
        'an advisory lock of another client, waited for within a transaction',
      );
    unnamed = result.unnamed === 'kept' ? unnamed : result.unnamed === 'own' ? turn.session : undefined;
    if (result.settingsChanged) inForce.change();
    if (result.discarded !== 'nothing') {
      if (await leftovers.discard(turn.session, result.discarded === 'all')) unpark();
      unnamed = undefined;
    }
    readers.did(turn.session, result.deeds, clock.now());
    holder = result.holds && !turn.session.gone ? turn.session : undefined;
    for (const channel of result.relisten) await sql(`listen ${quoted(channel)}`);
    const { status } = result.deeds;
    if (result.settingsChanged || (turn.session.hasLocalTimeouts && status === 'I'))
      await readTimeouts(turn.session, status);
    const { reply, passed, isHarmless } = result;
    if (passed > 0) sleepers.sleep(turn.session, { reply, passed, isHarmless });
    else {
      turn.session.peer.send(reply);
      idling.rests(turn.session, result.holds);
    }
    if (result.lock === 'given back') unpark();
    pump();
  };
  const unpark = () => queue.unshift(...parked.splice(0));
  /** What a turn prepared under a name stays although the turn came to nothing. */
  const close = async (closing: Buffer[]) => {
    if (closing.length > 0) await database.run([...closing, message('S')], clock.now());
  };
  const inForce = keepInForce(sql, { owner, become });
  const waits = keepWaits({
    surroundings,
    holder: () => holder,
    withdraw: (turn) => {
      if (queue.includes(turn)) queue.splice(queue.indexOf(turn), 1);
      parked = parked.filter((one) => one !== turn);
      idling.rests(turn.session, false);
      pump();
    },
  });
  const sleepers = keepSleepers(clock, {
    woken: (session, reply) => {
      if (!session.gone) session.peer.send(reply);
      idling.rests(session, holder === session);
      pump();
    },
    interrupted: (session, { isHarmless }, reason) => {
      const isWithin = holder === session;
      if (!isWithin && !isHarmless)
        sawUnmodelled(
          surroundings,
          session.peer.service,
          `a statement that changed something and was given up (${reason})`,
        );
      const done = () => {
        session.peer.send(cancelled(reason, isWithin ? 'E' : 'I'));
        idling.rests(session, isWithin);
        pump();
      };
      if (isWithin) next(() => sql(failing)).then(done, fail);
      else done();
    },
  });
  const idling = keepIdling(clock, (session) => leave(session));
  /** Reads what a session allows; what is set for a transaction alone ends with it. */
  const readTimeouts = async (session: Session, status: string) => {
    if (!/[IT]/.test(status)) return;
    Object.assign(session, { timeouts: timeoutsIn(await sql(askTimeouts)), hasLocalTimeouts: status === 'T' });
    unnamed = undefined;
  };
  const clear = async (session: Session) => {
    if (holder === session) await sql('rollback');
    if (holder === session) holder = undefined;
    readers.forget(session);
    await leftovers.leave(session, inForce.session === session);
    await close([...session.statements.names].map((name) => message('C', `S${name}\0`)));
    for (const channel of listeners.forget(session)) await sql(`unlisten ${quoted(channel)}`);
    parked = parked.filter((one) => one.session !== session);
    if (locks.forget(session)) unpark();
    if (inForce.session === session && inForce.isChanged) await inForce.giveTo(undefined);
  };
  const leave = (session: Session) => {
    for (const turn of queue.filter((one) => one.session === session)) {
      turn.stopWaiting();
      queue.splice(queue.indexOf(turn), 1);
    }
    idling.forget(session);
    sessions.delete(session);
    next(() => clear(session)).then(pump, fail);
  };

  return {
    take: (session, messages) => {
      const turn: Waiting = { session, messages, stopWaiting: () => undefined, isRetry: false, asked: clock.now() };
      idling.acts(session);
      sessions.add(session);
      if (holder && holder !== session) waits.forTurn(turn);
      queue.push(turn);
      pump();
    },
    left: leave,
    cancel: (session) => {
      if (sleepers.interrupt(session, 'user request')) return;
      const isOf = (one: Waiting) => one.session === session;
      const turn = parked.find(isOf) ?? (holder === session ? undefined : queue.find(isOf));
      if (turn) waits.cancel(turn, parked.includes(turn));
    },
    alone: (words) =>
      next(async () => {
        if (holder) await sql('rollback');
        holder = undefined;
        await inForce.giveTo(undefined);
        return sql(words);
      }),
    settled: async () => {
      await idle();
      if (failed) throw failed.cause;
    },
    stop: () => queue.splice(0).forEach((turn) => void turn.stopWaiting()),
  };
}
