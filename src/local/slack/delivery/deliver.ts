import type { Faults } from '../faults.ts';
import type { Journal } from '../journal.ts';
import type { Attempt, Carrier, Handed, Parcel } from './carrier.ts';

/** What the delivery goes by. */
export interface DeliveryOptions {
  /** The way to the app, as it is now. */
  carrier: () => Carrier;
  journal: Journal;
  faults: Faults;
  clock: () => number;
  /** How long the app has to acknowledge. */
  ackTimeoutMs: number;
  /** Waits before the retries of an event; their number is the number of retries. */
  retryDelaysMs: number[];
}

/** Brings events to the app until it acknowledges, and interactions once, through whatever weather is set. */
export class Delivery {
  readonly #options: DeliveryOptions;
  /** Waits that go on, and whether the app's arrival ends them. */
  readonly #waiting = new Map<() => void, boolean>();
  #overtaken: (() => void)[] = [];
  #closed = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Delivers an event; the app gets it again, with the same event_id, until it acknowledges or the retries are used up. */
  async event(parcel: Parcel): Promise<void> {
    const { carrier, retryDelaysMs } = this.#options;
    let reason = '';
    for (const [number, delayMs] of [0, ...retryDelaysMs].entries()) {
      if (delayMs > 0) await this.#pause(delayMs);
      while (!carrier().ready() && !this.#closed) await this.#pause();
      if (this.#closed) return;
      const { outcome } = await this.#attempt(parcel, { number, reason });
      if (outcome === 'acknowledged') return;
      reason = outcome === 'http_error' ? 'http_error' : outcome === 'connection_failed' ? outcome : 'timeout';
    }
  }

  /** Delivers an interaction once, as Slack does: the person sees whether it was taken. */
  async interaction(parcel: Parcel): Promise<Handed> {
    if (!this.#options.carrier().ready()) return this.#note(parcel, 0, { outcome: 'connection_failed' }, 0);
    return this.#attempt(parcel, { number: 0, reason: '' });
  }

  /** The app is there (again): what waits for it goes out now. */
  wake(): void {
    for (const [go, wakes] of [...this.#waiting]) if (wakes) go();
  }

  /** Ends every wait; nothing is delivered any more. */
  close(): void {
    this.#closed = true;
    for (const go of [...this.#waiting.keys()]) go();
    this.#release();
  }

  async #attempt(parcel: Parcel, attempt: Attempt): Promise<Handed> {
    const { faults, ackTimeoutMs } = this.#options;
    const fault = faults.strikesDelivery(parcel.what);
    if (fault?.delivery === 'drop') return this.#note(parcel, attempt.number, { outcome: 'dropped' }, 0);
    if (fault?.delivery === 'delay') await this.#pause(fault.delayMs ?? ackTimeoutMs, false);
    if (fault?.delivery === 'reorder') await this.#untilOvertaken(ackTimeoutMs);
    const carried = this.#carry(parcel, attempt);
    if (fault?.delivery === 'duplicate') await this.#carry(parcel, attempt);
    if (fault?.delivery !== 'reorder') this.#release();
    return carried;
  }

  async #carry(parcel: Parcel, attempt: Attempt): Promise<Handed> {
    const { carrier, clock } = this.#options;
    const started = clock();
    const handed = await carrier().carry(parcel, attempt);
    return this.#note(parcel, attempt.number, handed, clock() - started);
  }

  #note(parcel: Parcel, attempt: number, handed: Handed, ms: number): Handed {
    const { what, id, payload } = parcel;
    this.#options.journal.note({
      kind: 'delivery',
      what,
      id,
      attempt,
      payload,
      ...handed,
      ms,
      at: this.#options.clock(),
    });
    return handed;
  }

  /** Waits for a time, or for ever when none is given; the app's arrival ends it early. */
  #pause(ms?: number, wakes = true): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        clearTimeout(timer);
        this.#waiting.delete(go);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(go, ms);
      this.#waiting.set(go, wakes);
    });
  }

  #untilOvertaken(longestMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, longestMs);
      this.#overtaken.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #release(): void {
    const overtaken = this.#overtaken;
    this.#overtaken = [];
    for (const go of overtaken) go();
  }
}
