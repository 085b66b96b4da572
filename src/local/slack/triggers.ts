import { freshId } from './identity.ts';

/** Slack lets a trigger live this long. */
export const triggerLifeMs = 3_000;
const responseLifeMs = 30 * 60_000;
const responseUses = 5;

/** Where an answer through a response_url goes. */
export interface ResponseTarget {
  team: string;
  channel: string;
  user: string;
  /** The message whose button was pressed, when there is one. */
  message?: string;
  thread?: string;
}

/** Hands out what an interaction allows for a while: one view per trigger within 3 s, five answers per response_url within 30 min. */
export class Triggers {
  readonly #clock: () => number;
  readonly #triggers = new Map<string, { user: string; until: number; view?: string }>();
  readonly #responses = new Map<string, { target: ResponseTarget; until: number; left: number }>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** A trigger for a person; `view` is the modal that it came from. */
  trigger(user: string, view?: string): string {
    const id = `${this.#clock()}.${freshId('')}`;
    this.#triggers.set(id, { user, until: this.#clock() + triggerLifeMs, view });
    return id;
  }

  /** Uses a trigger up. */
  pull(
    id: string,
  ): { user: string; view?: string } | 'invalid_trigger_id' | 'trigger_expired' | 'exchanged_trigger_id' {
    const found = this.#triggers.get(id);
    if (!found) return 'invalid_trigger_id';
    if (found.until === 0) return 'exchanged_trigger_id';
    if (this.#clock() > found.until) return 'trigger_expired';
    found.until = 0;
    return found;
  }

  /** The key of a new response_url. */
  response(target: ResponseTarget): string {
    const key = freshId('R').toLowerCase();
    this.#responses.set(key, { target, until: this.#clock() + responseLifeMs, left: responseUses });
    return key;
  }

  /** Uses a response_url once; undefined when it is unknown, used up or too old. */
  respond(key: string): ResponseTarget | 'used_url' | 'expired_url' {
    const found = this.#responses.get(key);
    if (!found || this.#clock() > found.until) return 'expired_url';
    if (found.left === 0) return 'used_url';
    found.left -= 1;
    return found.target;
  }
}
