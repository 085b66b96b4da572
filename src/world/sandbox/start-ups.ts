import type { Order, Word } from './protocol.ts';

/** One turn of a service while the world starts: what it was told and what it said until it was idle. */
export interface Turn {
  /** As JSON; `null` for the first turn, which has no order. */
  order: string;
  words: Word[];
}

/**
 * What the services of one tree did while their worlds started. A sandbox is deterministic: told the same, it says the
 * same, so what is known need not be run again before the service is needed for something else.
 */
export interface StartUps {
  known(key: string): Turn[] | undefined;
  keep(key: string, turns: Turn[]): void;
  /** A service did not do the same twice: nothing is believed any more. */
  distrust(): void;
  readonly isTrusted: boolean;
  /** The services that plans of this kind were seen to need. */
  needed(kind: string): ReadonlySet<string>;
  need(kind: string, services: string[]): void;
}

const mostKept = 500;
/** Beyond its own limit a process counts what it saw and tells it at the end; nothing known here comes near. */
const mostSeen = 10_000;
const mostLetters = 2_000_000;
const mostLettersAtAll = 50_000_000;

/** Nothing known yet. */
export function openStartUps(): StartUps {
  const kept = new Map<string, { turns: Turn[]; size: number }>();
  const needs = new Map<string, ReadonlySet<string>>();
  let isTrusted = true;
  let size = 0;
  const drop = (key: string): void => {
    size -= kept.get(key)?.size ?? 0;
    kept.delete(key);
  };
  return {
    known(key) {
      const found = kept.get(key);
      if (!found) return undefined;
      kept.delete(key);
      kept.set(key, found);
      return found.turns;
    },
    keep(key, turns) {
      if (!isTrusted || kept.has(key) || seenIn(turns) > mostSeen) return;
      const own = turns.reduce((sum, turn) => sum + turn.order.length + textOf(turn.words).length, 0);
      if (own > mostLetters) return;
      kept.set(key, { turns, size: own });
      size += own;
      for (const old of kept.keys()) if (kept.size > mostKept || size > mostLettersAtAll) drop(old);
    },
    distrust() {
      isTrusted = false;
      kept.clear();
      size = 0;
    },
    get isTrusted() {
      return isTrusted;
    },
    needed: (kind) => needs.get(kind) ?? new Set(),
    need(kind, services) {
      needs.delete(kind);
      needs.set(kind, new Set(services));
      const [oldest] = needs.keys();
      if (needs.size > mostKept && oldest !== undefined) needs.delete(oldest);
    },
  };
}

/** An order as it is compared. */
export function orderText(order: Order | null): string {
  return JSON.stringify(order);
}

/** Words as they are compared. */
export function textOf(words: Word[]): string {
  return JSON.stringify(words);
}

function seenIn(turns: Turn[]): number {
  return turns.reduce(
    (sum, { words }) => sum + words.reduce((own, word) => own + (word.t === 'seen' ? word.e.length : 0), 0),
    0,
  );
}
