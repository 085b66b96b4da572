import { Failure } from '../../errors.ts';
import type { Sandbox } from './conversation.ts';
import type { Order, Word } from './protocol.ts';
import { orderText, type StartUps, type Turn, textOf } from './start-ups.ts';

/** A sandbox whose start-up may be known already. */
export interface Starting extends Sandbox {
  /** Whether a process had to be there for more than what was known. */
  readonly isNeeded: boolean;
  /** The world has started: what this service did until here is kept for the next one. */
  hasStarted(): void;
}

/** Gives a process that has started up away, to be copied; its copy comes back in its place. */
export type Exchange = (started: Sandbox) => Sandbox;

/** Runs the process at once and writes down what it does until the world has started. */
export function recording(
  process: Sandbox,
  keep: (turns: Turn[]) => void,
  exchange: Exchange = (same) => same,
): Starting {
  const turns: Turn[] = [];
  let sandbox = process;
  let over: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    over = resolve;
  });
  const follow = (): void => {
    const followed = sandbox;
    void followed.gone.then(() => {
      if (followed === sandbox) over();
    });
  };
  let isStarting = true;
  let isNeeded = false;
  follow();
  return {
    service: process.service,
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
      if (!isStarting) return;
      isStarting = false;
      if (!sandbox.isAlive || turns.length === 0) return;
      keep(turns);
      sandbox = exchange(sandbox);
      follow();
    },
    kill: () => sandbox.kill(),
    gone,
  };
}

interface Known {
  service: string;
  turns: Turn[];
  startUps: StartUps;
  start: () => Sandbox;
  /** A copy of a process that is kept as it stood after all these turns, where there is one. */
  copy?: () => Sandbox | undefined;
  exchange?: Exchange;
  /** Whether a process is started at once, since it is likely to be needed; it catches up on its own. */
  isLikely: boolean;
  /** Whether a copy may be had, so that nothing has to catch up. */
  isKept?: boolean;
}

/**
 * Answers as the process is known to answer, as long as it is told what it was told before. With the first other order
 * there has to be a process: a copy of one that was told all of it, or one that is told everything from the beginning
 * and held to what was answered in its place.
 */
export function standingIn(known: Known): Starting {
  const { service, turns, startUps, start, copy, exchange = (same: Sandbox) => same, isLikely, isKept = false } = known;
  let at = 0;
  let sandbox: Sandbox | undefined;
  let isCopy = false;
  let isNeeded = false;
  let isKilled = false;
  let caughtUp: Promise<void> = Promise.resolve();
  let over: () => void = () => undefined;
  const gone = new Promise<void>((resolve) => {
    over = resolve;
  });
  const take = (made: Sandbox): void => {
    sandbox = made;
    void made.gone.then(() => {
      if (made === sandbox) over();
    });
  };
  const after = (work: () => Promise<void>): void => {
    const done = caughtUp.then(work);
    done.catch(() => undefined);
    caughtUp = done;
  };
  const repeat = (of: Sandbox, { order, words }: Turn): void =>
    after(async () => {
      const again = await of.turn(JSON.parse(order) as Order | null);
      if (isKilled || textOf(again) === textOf(words)) return;
      startUps.distrust();
      throw new Failure('SANDBOX_FAILED', { service, problem: 'it does not start the same way twice' });
    });
  const awaken = (): void => {
    if (sandbox) return;
    const made = at === turns.length ? copy?.() : undefined;
    isCopy = made !== undefined;
    const real = made ?? start();
    take(real);
    if (!isCopy) for (const turn of turns.slice(0, at)) repeat(real, turn);
  };
  const hasStarted = (): void => {
    if (isNeeded || at < turns.length) return;
    if (isLikely) awaken();
    if (!sandbox || isCopy) return;
    after(async () => {
      if (sandbox?.isAlive && !isKilled) take(exchange(sandbox));
    });
  };
  if (isLikely && !isKept) awaken();
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
      const next = turns[at];
      if (!isNeeded && next?.order === orderText(order)) {
        at += 1;
        if (sandbox) repeat(sandbox, next);
        return next.words;
      }
      // Nothing happened since the start, so there is nothing that was not told.
      if (!isNeeded && order?.t === 'finish' && at === turns.length) return [];
      awaken();
      isNeeded = true;
      await caughtUp;
      return sandbox ? sandbox.turn(order) : [];
    },
    hasStarted,
    kill() {
      isKilled = true;
      if (sandbox) sandbox.kill();
      else over();
    },
    gone,
  };
}
