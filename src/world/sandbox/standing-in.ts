import { Failure } from '../../errors.ts';
import type { Sandbox } from './process.ts';
import type { Order, Word } from './protocol.ts';
import { orderText, type StartUps, type Turn, textOf } from './start-ups.ts';

/** A sandbox whose start-up may be known already. */
export interface Starting extends Sandbox {
  /** Whether a process had to be there for more than what was known. */
  readonly isNeeded: boolean;
  /** The world has started: what this service did until here is kept for the next one. */
  hasStarted(): void;
}

/** Runs the process at once and writes down what it does until the world has started. */
export function recording(sandbox: Sandbox, keep: (turns: Turn[]) => void): Starting {
  const turns: Turn[] = [];
  let isStarting = true;
  let isNeeded = false;
  return {
    service: sandbox.service,
    get isAlive() {
      return sandbox.isAlive;
    },
    get complaint() {
      return sandbox.complaint;
    },
    get isStarved() {
      return sandbox.isStarved;
    },
    get isNeeded() {
      return isNeeded;
    },
    async turn(order) {
      const words = await sandbox.turn(order);
      if (isStarting) turns.push({ order: orderText(order), words });
      else if (order?.t !== 'finish') isNeeded = true;
      return words;
    },
    hasStarted() {
      isStarting = false;
      if (sandbox.isAlive && turns.length > 0) keep(turns);
    },
    kill: () => sandbox.kill(),
    gone: sandbox.gone,
  };
}

interface Known {
  service: string;
  turns: Turn[];
  startUps: StartUps;
  start: () => Sandbox;
  /** Whether a process is started at once, since it is likely to be needed; it catches up on its own. */
  isLikely: boolean;
}

/**
 * Answers as the process is known to answer, as long as it is told what it was told before. With the first other order
 * a process is started, told everything from the beginning, and held to what was answered in its place.
 */
export function standingIn({ service, turns, startUps, start, isLikely }: Known): Starting {
  let at = 0;
  let sandbox: Sandbox | undefined;
  let isNeeded = false;
  let isKilled = false;
  let caughtUp: Promise<void> = Promise.resolve();
  let over: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    over = resolve;
  });
  const repeat = (of: Sandbox, { order, words }: Turn): void => {
    const done = caughtUp.then(async () => {
      const again = await of.turn(JSON.parse(order) as Order | null);
      if (isKilled || textOf(again) === textOf(words)) return;
      startUps.distrust();
      throw new Failure('SANDBOX_FAILED', { service, problem: 'it does not start the same way twice' });
    });
    done.catch(() => undefined);
    caughtUp = done;
  };
  const awaken = (): Sandbox => {
    if (sandbox) return sandbox;
    const made = start();
    sandbox = made;
    void made.gone.then(over);
    for (const turn of turns.slice(0, at)) repeat(made, turn);
    return made;
  };
  if (isLikely) awaken();
  return {
    service,
    get complaint() {
      return sandbox?.complaint ?? '';
    },
    get isStarved() {
      return sandbox?.isStarved === true;
    },
    get isAlive() {
      return !isKilled && (!isNeeded || sandbox?.isAlive === true);
    },
    get isNeeded() {
      return isNeeded;
    },
    async turn(order): Promise<Word[]> {
      const known = turns[at];
      if (!isNeeded && known?.order === orderText(order)) {
        at += 1;
        if (sandbox) repeat(sandbox, known);
        return known.words;
      }
      // Nothing happened since the start, so there is nothing that was not told.
      if (!isNeeded && order?.t === 'finish' && at === turns.length) return [];
      const real = awaken();
      isNeeded = true;
      await caughtUp;
      return real.turn(order);
    },
    hasStarted: () => undefined,
    kill() {
      isKilled = true;
      if (sandbox) sandbox.kill();
      else over();
    },
    gone,
  };
}
