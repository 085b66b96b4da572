import { AsyncResource } from 'node:async_hooks';
import { promisify } from 'node:util';

const longest = 2 ** 31 - 1;
/** A timer that is set for the past from its own kind so many times does nothing but spin: it comes later and later. */
const mostSpins = 10;
const slowestSpinMs = 1_000;

/** A timer of the world, in the shape that Node gives to its own. */
class Timeout extends AsyncResource {
  due = 0;
  order = 0;
  private kept = true;
  /** How many timers for the past led to this one, each set while the one before ran. */
  spins = 0;
  private readonly work: () => void;
  private readonly every: number;
  private readonly repeats: boolean;

  constructor(work: () => void, every: number, repeats: boolean) {
    super('Timeout');
    this.work = work;
    this.every = every;
    this.repeats = repeats;
    this.refresh();
  }
  refresh(): this {
    timers.waiting.delete(this.order);
    this.due = timers.now + this.every;
    this.order = ++timers.made;
    timers.waiting.set(this.order, this);
    return this;
  }
  run(): void {
    if (this.repeats) this.refresh();
    timers.spins = this.spins;
    try {
      this.runInAsyncScope(this.work);
    } finally {
      timers.spins = 0;
    }
  }
  close(): this {
    timers.drop(this);
    return this;
  }
  ref(): this {
    this.kept = true;
    return this;
  }
  unref(): this {
    this.kept = false;
    return this;
  }
  hasRef(): boolean {
    return this.kept;
  }
  [Symbol.toPrimitive](): number {
    return this.order;
  }
  [Symbol.dispose](): void {
    timers.drop(this);
  }
}

/** The service's view of the world's time, and its timers that have not come yet. */
export const timers = {
  now: 0,
  started: 0,
  made: 0,
  waiting: new Map<number, Timeout>(),
  /** Whether timers that keep no process alive are left out when the next is asked for. */
  onlyKept: false,
  /** The spins of the timer that runs. */
  spins: 0,
  drop(timer: unknown): void {
    const order = typeof timer === 'object' && timer !== null ? (timer as Timeout).order : Number(timer);
    timers.waiting.delete(order);
  },
  /** When the earliest timer is due. */
  next(): number | null {
    let next: number | null = null;
    for (const timer of timers.waiting.values()) {
      if (timers.onlyKept && !timer.hasRef()) continue;
      if (next === null || timer.due < next) next = timer.due;
    }
    return next;
  },
  /** Takes out the earliest timer that is due by now. */
  takeDue(): Timeout | undefined {
    let first: Timeout | undefined;
    for (const timer of timers.waiting.values()) {
      if (timer.due > timers.now) continue;
      if (!first || timer.due < first.due || (timer.due === first.due && timer.order < first.order)) first = timer;
    }
    if (first) timers.waiting.delete(first.order);
    return first;
  },
};

/** A callback after virtual milliseconds, for our own modelled things. */
export function after(ms: number, work: () => void): Timeout {
  return new Timeout(work, delayOf(ms), false);
}

/** Puts the world's time in the place of the machine's, for everything that tells time or waits. */
export function installClock(now: number): void {
  timers.now = now;
  timers.started = now;
  const later = timer(false);
  Object.assign(globalThis, { setTimeout: later, setInterval: timer(true), clearTimeout: drop, clearInterval: drop });
  const old = process.getBuiltinModule('node:timers');
  Object.assign(old, {
    setTimeout: later,
    setInterval: globalThis.setInterval,
    clearTimeout: drop,
    clearInterval: drop,
  });
  installPromises();
  installCounters();
  AbortSignal.timeout = (ms: number) => {
    const controller = new AbortController();
    after(ms, () => controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')));
    return controller.signal;
  };
}

function drop(timer: unknown): void {
  timers.drop(timer);
}

function delayOf(ms: unknown): number {
  const delay = Number(ms);
  return delay >= 1 && delay <= longest ? Math.trunc(delay) : 1;
}

/** As late as a timer may come on a busy machine: nothing is lost by it, and time need not go by in milliseconds. */
function slowed(spins: number): number {
  return Math.min(slowestSpinMs, 2 ** (spins - mostSpins));
}

function timer(repeats: boolean) {
  const set = (work: (...args: unknown[]) => void, ms?: number, ...args: unknown[]) => {
    if (typeof work !== 'function') {
      throw Object.assign(new TypeError(`The "callback" argument must be of type function. Received ${typeof work}`), {
        code: 'ERR_INVALID_ARG_TYPE',
      });
    }
    const spins = !repeats && Number(ms) < 0 ? timers.spins + 1 : 0;
    const made = new Timeout(() => work(...args), spins > mostSpins ? slowed(spins) : delayOf(ms), repeats);
    made.spins = spins;
    return made;
  };
  Object.defineProperty(set, 'name', { value: repeats ? 'setInterval' : 'setTimeout' });
  if (!repeats) Object.defineProperty(set, promisify.custom, { enumerable: true, value: wait });
  return set;
}

interface Waiting {
  signal?: AbortSignal;
}

function wait<T>(ms?: number, value?: T, { signal }: Waiting = {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const refuse = () => reject(new AbortError(signal?.reason));
    if (signal?.aborted) return refuse();
    const timer = after(ms ?? 1, () => {
      signal?.removeEventListener('abort', stop);
      resolve(value as T);
    });
    const stop = () => {
      timers.drop(timer);
      refuse();
    };
    signal?.addEventListener('abort', stop, { once: true });
  });
}

class AbortError extends Error {
  override name = 'AbortError';
  code = 'ABORT_ERR';
  constructor(cause: unknown) {
    super('The operation was aborted', { cause });
  }
}

async function* ticks<T>(ms?: number, value?: T, options: Waiting = {}): AsyncGenerator<T> {
  while (true) yield await wait(ms, value as T, options);
}

function installPromises(): void {
  const promises = process.getBuiltinModule('node:timers/promises');
  Object.assign(promises, { setTimeout: wait, setInterval: ticks });
  Object.assign(promises.scheduler, { wait: (ms: number, options: Waiting) => wait(ms, undefined, options) });
}

/** The counters that measure from the start of the process. */
function installCounters(): void {
  const { performance } = globalThis;
  const elapsed = () => timers.now - timers.started;
  Object.defineProperties(performance, {
    now: { configurable: true, writable: true, value: elapsed },
    timeOrigin: { configurable: true, value: timers.started },
  });
  const hrtime = (since: [number, number] = [0, 0]) => {
    const nanos = BigInt(elapsed()) * 1_000_000n - (BigInt(since[0]) * 1_000_000_000n + BigInt(since[1]));
    return [Number(nanos / 1_000_000_000n), Number(nanos % 1_000_000_000n)];
  };
  Object.assign(hrtime, { bigint: () => BigInt(elapsed()) * 1_000_000n });
  Object.assign(process, { hrtime, uptime: () => elapsed() / 1000 });
}
