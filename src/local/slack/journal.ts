/** One call of the Web API, as it was answered. */
export interface CallEntry {
  kind: 'call';
  method: string;
  args: Record<string, unknown>;
  status: number;
  answer: Record<string, unknown>;
  at: number;
}

/** How an attempt to deliver something to the app ended. */
export type Outcome = 'acknowledged' | 'timeout' | 'connection_failed' | 'http_error' | 'dropped';

/** One attempt to deliver an event or an interaction to the app. */
export interface DeliveryEntry {
  kind: 'delivery';
  /** The event's or interaction's type, such as app_mention or block_actions. */
  what: string;
  /** The event_id, the same in every attempt; interactions have an id of ours. */
  id: string;
  attempt: number;
  payload: Record<string, unknown>;
  outcome: Outcome;
  answer?: unknown;
  ms: number;
  at: number;
}

/** Everything that passed between the app and the workspace, in order. */
export class Journal {
  readonly entries: (CallEntry | DeliveryEntry)[] = [];
  readonly #noted: () => void;

  constructor(noted: () => void) {
    this.#noted = noted;
  }

  note(entry: CallEntry | DeliveryEntry): void {
    this.entries.push(entry);
    this.#noted();
  }

  /** The calls of one method, or all. */
  calls(method?: string): CallEntry[] {
    return this.entries.filter((entry) => entry.kind === 'call' && (!method || entry.method === method)) as CallEntry[];
  }

  /** The attempts to deliver one type of event, or all. */
  deliveries(what?: string): DeliveryEntry[] {
    return this.entries.filter(
      (entry) => entry.kind === 'delivery' && (!what || entry.what === what),
    ) as DeliveryEntry[];
  }
}
