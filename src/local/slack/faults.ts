/** Bad weather on the way from the workspace to the app. */
export interface DeliveryFault {
  /** drop: this attempt never arrives; duplicate: it arrives twice; reorder: the next one overtakes it; delay: it waits. */
  delivery: 'drop' | 'duplicate' | 'delay' | 'reorder';
  /** Only for this type of event or interaction. */
  of?: string;
  delayMs?: number;
}

/** Bad weather on the way from the app to the workspace. */
export interface CallFault {
  /** The method, or * for every one. */
  call: string;
  /** answer-lost: the deed is done, but the connection breaks before the answer; disconnect: it breaks before the deed. */
  answer: 'rate-limited' | 'server-error' | 'disconnect' | 'answer-lost' | 'delay' | 'error';
  retryAfterS?: number;
  status?: number;
  delayMs?: number;
  /** The code for answer: error. */
  error?: string;
}

/** How often a fault strikes: `times` times (for ever when left out), after `skip` that pass. */
export interface Often {
  times?: number;
  skip?: number;
}

type Armed<F> = { fault: F; left: number; skip: number };

/** The weather: faults that are set strike until they are used up or cleared. */
export class Faults {
  #deliveries: Armed<DeliveryFault>[] = [];
  #calls: Armed<CallFault>[] = [];

  /** Sets a fault; the answer takes it back. */
  set(fault: (DeliveryFault | CallFault) & Often): () => void {
    const often = { left: fault.times ?? Number.POSITIVE_INFINITY, skip: fault.skip ?? 0 };
    if ('delivery' in fault) {
      const armed = { fault, ...often };
      this.#deliveries.push(armed);
      return () => {
        this.#deliveries = this.#deliveries.filter((other) => other !== armed);
      };
    }
    const armed = { fault, ...often };
    this.#calls.push(armed);
    return () => {
      this.#calls = this.#calls.filter((other) => other !== armed);
    };
  }

  /** Good weather again. */
  clear(): void {
    this.#deliveries = [];
    this.#calls = [];
  }

  /** What is set now. */
  get active(): (DeliveryFault | CallFault)[] {
    return [...this.#deliveries, ...this.#calls].filter(({ left }) => left > 0).map(({ fault }) => fault);
  }

  /** The fault that strikes this delivery, if any. */
  strikesDelivery(what: string): DeliveryFault | undefined {
    return strike(this.#deliveries, ({ of }) => of === undefined || of === what);
  }

  /** The fault that strikes this call, if any. */
  strikesCall(method: string): CallFault | undefined {
    return strike(this.#calls, ({ call }) => call === '*' || call === method);
  }
}

function strike<F>(armed: Armed<F>[], concerns: (fault: F) => boolean): F | undefined {
  for (const one of armed) {
    if (one.left <= 0 || !concerns(one.fault)) continue;
    if (one.skip > 0) {
      one.skip -= 1;
      continue;
    }
    one.left -= 1;
    return one.fault;
  }
  return undefined;
}
