import type { Message } from './message.ts';
import type { View } from './view.ts';

/** Something that has just become different in a workspace. */
export type Change = { team: string } & (
  | { kind: 'posted'; message: Message; past?: boolean }
  | { kind: 'edited'; message: Message; before: Message; silent?: boolean }
  | { kind: 'removed'; message: Message }
  | { kind: 'reacted'; message: Message; reaction: string; user: string; added: boolean }
  | { kind: 'views'; user: string; view?: View }
  | { kind: 'status'; channel: string; thread: string; status: string }
  | { kind: 'prompts'; channel: string; thread: string }
  | { kind: 'joined'; channel: string }
  | { kind: 'notice'; user: string; sentence: string }
  | { kind: 'connection' }
  | { kind: 'journal' }
);

/** Tells everybody who listens what has changed, in order. */
export class Changes {
  readonly #listeners = new Set<(change: Change) => void>();

  /** Hears every change from now on; the answer stops it. */
  listen(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(change: Change): void {
    for (const listener of [...this.#listeners]) listener(change);
  }
}
