import type { Change, Changes } from './changes.ts';
import type { Message } from './message.ts';

/** Waits for things to happen, by events and never by sleeping. */
export interface Watch {
  /** Looks now and after every change, until there is something to see. */
  waitFor<T>(look: () => T | undefined | null | false, options?: { timeoutMs?: number; what?: string }): Promise<T>;
  /** The next message of the app that is posted or edited from now on and that matches. */
  nextMessage(matches?: (message: Message) => boolean, options?: { timeoutMs?: number }): Promise<Message>;
  /** Hears every change from now on; the answer stops it. */
  listen(listener: (change: Change) => void): () => void;
}

const patienceMs = 30_000;

/** The waits over a feed of changes. */
export function awaitable(changes: Changes): Watch {
  const until = <T>(look: (change?: Change) => T | undefined | null | false, timeoutMs: number, what: string) =>
    new Promise<T>((resolve, reject) => {
      const seen = look();
      if (seen) return resolve(seen);
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`Waited ${timeoutMs} ms in vain for ${what}.`));
      }, timeoutMs);
      const stop = changes.listen((change) => {
        try {
          const found = look(change);
          if (!found) return;
          resolve(found);
        } catch (thrown) {
          reject(thrown);
        }
        clearTimeout(timer);
        stop();
      });
    });
  return {
    waitFor: (look, { timeoutMs = patienceMs, what = 'something to see' } = {}) => until(() => look(), timeoutMs, what),
    nextMessage: (matches = () => true, { timeoutMs = patienceMs } = {}) =>
      until(
        (change) => {
          if (change?.kind !== 'posted' && change?.kind !== 'edited') return undefined;
          return change.message.botId && matches(change.message) ? change.message : undefined;
        },
        timeoutMs,
        'a message of the app',
      ),
    listen: (listener) => changes.listen(listener),
  };
}
