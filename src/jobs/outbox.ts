import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Sql } from '../db/sql.ts';
import { tell } from '../errors.ts';
import type { Log } from '../log.ts';
import { delivered, type Held, hold, pending, setBack, type Wish } from './replies.ts';

/**
 * Carries messages out. Every message bears its key over there, so that one whose post was cut off before its ref was
 * written down is found again. An error may say `retryAfterMs` (when to come back) or `permanent: true` (never).
 * Each call must end soon after its signal is aborted.
 */
export interface Courier<To extends object, Body extends object> {
  find(address: To, key: string, signal: AbortSignal): Promise<string | null>;
  /** Gives the message's own id over there. */
  post(address: To, body: Body, key: string, signal: AbortSignal): Promise<string>;
  /** Gives another id when the message was gone and had to be posted anew. */
  edit(address: To, ref: string, body: Body, key: string, signal: AbortSignal): Promise<string | undefined>;
}

/** Brings every message to what it should say: one message for each key, only its newest version, late but never lost. */
export interface Outbox extends AsyncDisposable {
  start(): void;
  /** Looks at once instead of at the next poll. */
  wake(): void;
  /** Resolves when all that was said has been delivered or given up, waiting for what is due later. */
  flush(): Promise<void>;
  stop(): Promise<void>;
}

/** What an outbox needs, and how patient it is. */
export interface OutboxOptions<To extends object, Body extends object> {
  sql: Sql;
  courier: Courier<To, Body>;
  log: Log;
  /** How many messages are carried at once. */
  concurrency?: number;
  pollMs?: number;
  /** How long a delivery may take; after twice this time another process may try it. */
  deliveryTimeoutMs?: number;
  /** The first wait after a failure; it doubles up to five minutes. */
  backoffMs?: number;
}

const longestBackoffMs = 5 * 60_000;

/** Says what the message of a key should now read; saying the same again changes nothing. */
export async function say(sql: Sql, { key, address, body }: Wish): Promise<void> {
  await sql`
    insert into replies (key, address, body)
    values (${key}, ${address}, ${body})
    on conflict (key) do update
    set address = excluded.address,
      body = excluded.body,
      version = replies.version + 1,
      due_at = case when replies.given_up is null then greatest(replies.due_at, now()) else now() end,
      failures = case when replies.given_up is null then replies.failures else 0 end,
      given_up = null,
      updated_at = now()
    where replies.body is distinct from excluded.body
      or replies.address is distinct from excluded.address
      or replies.given_up is not null`;
}

/** Makes an outbox; any number of processes may run one on the same database. */
export function createOutbox<To extends object, Body extends object>(options: OutboxOptions<To, Body>): Outbox {
  const { sql, log, concurrency = 4, pollMs = 200 } = options;
  let stopping = new AbortController();
  let bell = Promise.withResolvers<void>();
  let loops: Promise<void>[] = [];
  const wake = () => {
    bell.resolve();
    bell = Promise.withResolvers();
  };

  const loop = async () => {
    while (!stopping.signal.aborted) {
      const rung = bell.promise;
      const busy = await deliverOne(options).catch((error) => {
        log.error({ error: tell(error) }, 'outbox');
        return false;
      });
      if (!busy && !stopping.signal.aborted) await Promise.race([rung, pause(pollMs, stopping.signal)]);
    }
  };

  const outbox: Outbox = {
    start() {
      if (loops.length > 0) return;
      stopping = new AbortController();
      loops = Array.from({ length: concurrency }, loop);
    },
    wake,
    async flush() {
      for (;;) {
        while (await deliverOne(options));
        const left = await pending(sql);
        if (left.count === 0) return;
        await wait(Math.min(Math.max(left.dueInMs, 10), 1000));
      }
    },
    async stop() {
      stopping.abort();
      wake();
      await Promise.all(loops);
      loops = [];
    },
    [Symbol.asyncDispose]: () => outbox.stop(),
  };
  return outbox;
}

/** Delivers one message that is due; false when there is none. */
async function deliverOne<To extends object, Body extends object>(options: OutboxOptions<To, Body>): Promise<boolean> {
  const { sql, courier, log, deliveryTimeoutMs = 30_000, backoffMs = 1000 } = options;
  const holder = randomUUID();
  const wish = await hold<To, Body>(sql, holder, 2 * deliveryTimeoutMs);
  if (!wish) return false;
  const deadline = AbortSignal.timeout(deliveryTimeoutMs);
  let ref: string;
  try {
    ref = await Promise.race([carry(courier, wish, deadline), expiry(deadline, deliveryTimeoutMs)]);
  } catch (error) {
    const told = errand(error);
    const doubled = Math.min(backoffMs * 2 ** Math.min(wish.failures, 20), longestBackoffMs);
    const setback = { ...told, reason: tell(error), retryInMs: told.retryAfterMs ?? doubled };
    log.warn({ key: wish.key, failures: wish.failures + 1, ...setback }, 'a message was not delivered');
    await setBack(sql, holder, wish, setback);
    return true;
  }
  if (!(await delivered(sql, holder, wish, ref))) log.warn({ key: wish.key }, 'a message was delivered late');
  return true;
}

async function carry<To extends object, Body extends object>(
  courier: Courier<To, Body>,
  { key, address, body, ref }: Held<To, Body>,
  signal: AbortSignal,
): Promise<string> {
  const known = ref ?? (await courier.find(address, key, signal));
  // Between finding nothing and posting there must be no gap in which another may have taken over.
  signal.throwIfAborted();
  if (known === null) return await courier.post(address, body, key, signal);
  // A message that was found may say an older version than this one.
  return (await courier.edit(address, known, body, key, signal)) ?? known;
}

function expiry(signal: AbortSignal, timeoutMs: number): Promise<never> {
  // A post that was cut off may still land; looking for it too soon would miss it and post a second one.
  const late = Object.assign(new Error('the delivery took too long'), { retryAfterMs: timeoutMs });
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(late), { once: true });
  });
}

function errand(error: unknown): { permanent: boolean; retryAfterMs?: number } {
  if (typeof error !== 'object' || error === null) return { permanent: false };
  const retryAfterMs = 'retryAfterMs' in error ? Number(error.retryAfterMs) : Number.NaN;
  return {
    permanent: 'permanent' in error && error.permanent === true,
    ...(Number.isFinite(retryAfterMs) ? { retryAfterMs: Math.max(retryAfterMs, 0) } : {}),
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal }).catch(() => undefined); // Stopping cuts the pause short.
}
