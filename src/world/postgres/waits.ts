import type { Surroundings } from '../model.ts';
import type { Session } from './session.ts';
import type { Message } from './wire.ts';
import { errorMessage, message } from './wire.ts';
import { sawUnmodelled } from './witness.ts';

/** A client's turn that is not done yet. */
export interface Waiting {
  session: Session;
  messages: Message[];
  stopWaiting(): void;
  /** It was tried before, and had to wait for a lock. */
  isRetry: boolean;
  /** When it was asked for. */
  asked: number;
  /** When it began to wait for a lock. */
  since?: number;
}

/** Why a statement is given up. */
export type Reason = 'statement timeout' | 'lock timeout' | 'user request';

/** How long, in virtual time, one client may wait for another's transaction to end before it is told. */
const patienceMs = 10_000;

/** What a client is told of a statement that was given up; `status` is that of its session. */
export function cancelled(reason: Reason, status: 'I' | 'E', because = ''): Buffer {
  const code = reason === 'lock timeout' ? '55P03' : '57014';
  const words = `canceling statement due to ${reason}${because && `: ${because}`}`;
  return Buffer.concat([errorMessage('ERROR', code, words), message('Z', status)]);
}

/** Which limit of a session ends a wait for a lock first, and when; nothing when none does. */
export function limitOf({ timeouts }: Session): { ms: number; reason: Reason } | undefined {
  const { statement, lock } = timeouts;
  if (lock > 0 && (statement === 0 || lock < statement)) return { ms: lock, reason: 'lock timeout' };
  return statement > 0 ? { ms: statement, reason: 'statement timeout' } : undefined;
}

/** What a wait needs to know of the others. */
interface Queue {
  surroundings: Surroundings;
  holder(): Session | undefined;
  /** Takes the turn away from wherever it waits. */
  withdraw(turn: Waiting): void;
}

/** Lets turns wait no longer than their sessions, or our patience, allow. */
export function keepWaits({ surroundings, holder, withdraw }: Queue) {
  const { clock } = surroundings;
  const giveUp = (turn: Waiting, reason: Reason, because = '') => {
    turn.stopWaiting();
    withdraw(turn);
    turn.session.peer.send(cancelled(reason, 'I', because));
  };
  /** A server makes wait only those who want the same rows: whether it would have here is not known. */
  const guessed = (turn: Waiting, reason: Reason) => {
    const service = turn.session.peer.service;
    const who = holder()?.peer.service ?? 'another client';
    const words = `${service} waited for a transaction that ${who} holds open; only one at a time is modelled`;
    sawUnmodelled(surroundings, service, words);
    giveUp(turn, reason, words);
  };
  return {
    /** Waits for another's transaction. */
    forTurn: (turn: Waiting): void => {
      const limit = limitOf(turn.session);
      const isOwn = limit !== undefined && limit.ms < patienceMs;
      const [ms, reason] = isOwn ? [limit.ms, limit.reason] : [patienceMs, 'lock timeout' as const];
      turn.stopWaiting = clock.at(clock.now() + ms, () => guessed(turn, reason));
    },
    /** Waits for an advisory lock, as on a server. */
    forLock: (turn: Waiting): void => {
      const limit = limitOf(turn.session);
      if (limit) turn.stopWaiting = clock.at((turn.since ?? clock.now()) + limit.ms, () => giveUp(turn, limit.reason));
    },
    /** Another connection asks to give it up. */
    cancel: (turn: Waiting, isParked: boolean): void =>
      isParked ? giveUp(turn, 'user request') : guessed(turn, 'user request'),
  };
}
