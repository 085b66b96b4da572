import type { Surroundings } from '../model.ts';
import { headersOf, type Message } from './message.ts';

/** Somebody who takes messages from a queue as they come. */
export interface Consumer {
  tag: string;
  noAck: boolean;
  exclusive: boolean;
  /** Whether one more message fits into its window. */
  hasRoom(): boolean;
  deliver(message: Message, queue: string): void;
  /** The queue is gone. */
  cancelled(): void;
}

/** What a queue was declared with. */
export interface QueueTerms {
  name: string;
  durable: boolean;
  exclusive: boolean;
  autoDelete: boolean;
  arguments: Record<string, unknown>;
}

/** Messages in order, and those who wait for them. */
export interface Queue {
  terms: QueueTerms;
  /** The connection that an exclusive queue belongs to. */
  owner: number | undefined;
  readonly count: number;
  readonly consumers: readonly Consumer[];
  push(message: Message): void;
  /** Puts a message back where it came from. */
  putBack(message: Message): void;
  shift(): Message | undefined;
  /** A message that was handed out is not wanted. */
  reject(message: Message): void;
  purge(): number;
  join(consumer: Consumer): void;
  leave(consumer: Consumer): void;
  /** Hands out what can be handed out. */
  pump(): void;
}

/** Why a message leaves a queue without having been taken. */
export type Death = 'rejected' | 'expired' | 'maxlen';

const mostMessages = 200_000;

/** An empty queue; what dies in it is told, so that it can go where its terms say. */
export function openQueue(
  terms: QueueTerms,
  owner: number | undefined,
  { clock, died }: Pick<Surroundings, 'clock'> & { died: (message: Message, why: Death) => void },
): Queue {
  let messages: Message[] = [];
  let consumers: Consumer[] = [];
  const most = Number(terms.arguments['x-max-length'] ?? mostMessages);
  const ttl = terms.arguments['x-message-ttl'];
  const prioritised = Number(terms.arguments['x-max-priority'] ?? 0) > 0;
  const expire = (): void => {
    const now = clock.now();
    const gone = messages.filter(({ expiresAt }) => expiresAt !== undefined && expiresAt <= now);
    if (gone.length === 0) return;
    messages = messages.filter((one) => !gone.includes(one));
    for (const one of gone) died(one, 'expired');
  };
  const insert = (message: Message, isFirst: boolean): void => {
    if (!prioritised) return void (isFirst ? messages.unshift(message) : messages.push(message));
    const priority = Number(message.properties.priority ?? 0);
    const isBehind = (one: Message) => {
      const other = Number(one.properties.priority ?? 0);
      return isFirst ? other <= priority : other < priority;
    };
    const at = messages.findIndex(isBehind);
    messages.splice(at < 0 ? messages.length : at, 0, message);
  };
  const queue: Queue = {
    terms,
    owner,
    get count() {
      return messages.length;
    },
    get consumers() {
      return consumers;
    },
    push(message) {
      const lives = [ttl, message.properties.expiration].filter((one) => one !== undefined).map(Number);
      const shortest = Math.min(...lives.filter((one) => Number.isFinite(one)));
      const kept = Number.isFinite(shortest) ? { ...message, expiresAt: clock.now() + shortest } : message;
      if (messages.length >= most) {
        if (terms.arguments['x-overflow'] === 'reject-publish') return died(kept, 'maxlen');
        const oldest = messages.shift();
        if (oldest) died(oldest, 'maxlen');
      }
      insert(kept, false);
      queue.pump();
      if (kept.expiresAt !== undefined) clock.at(kept.expiresAt, expire);
    },
    putBack(message) {
      insert({ ...message, redelivered: true }, true);
    },
    shift() {
      expire();
      return messages.shift();
    },
    reject: (message) => died(message, 'rejected'),
    purge() {
      const count = messages.length;
      messages = [];
      return count;
    },
    join(consumer) {
      consumers.push(consumer);
      queue.pump();
    },
    leave(consumer) {
      consumers = consumers.filter((one) => one !== consumer);
    },
    pump() {
      expire();
      while (messages.length > 0) {
        const taker = consumers.find((one) => one.hasRoom());
        if (!taker) return;
        consumers = [...consumers.filter((one) => one !== taker), taker];
        const message = messages.shift();
        if (message) taker.deliver(message, terms.name);
      }
    },
  };
  return queue;
}

/** A message as it is published again after it died, with the note of how that came about. */
export function buried(message: Message, why: Death, terms: QueueTerms, now: number): Message {
  const headers = headersOf(message);
  const before = Array.isArray(headers['x-death']) ? (headers['x-death'] as Record<string, unknown>[]) : [];
  const known = before.find((one) => one.queue === terms.name && one.reason === why);
  const death = {
    count: Number(known?.count ?? 0) + 1,
    reason: why,
    queue: terms.name,
    exchange: message.exchange,
    time: { '!': 'timestamp', value: Math.floor(now / 1000) },
    'routing-keys': [message.routingKey],
  };
  const deaths = [death, ...before.filter((one) => one !== known)];
  const first = {
    'x-first-death-reason': why,
    'x-first-death-queue': terms.name,
    'x-first-death-exchange': message.exchange,
  };
  const { expiration: _spent, ...properties } = message.properties;
  const { expiresAt: _over, ...rest } = message;
  return {
    ...rest,
    redelivered: false,
    exchange: String(terms.arguments['x-dead-letter-exchange']),
    routingKey: String(terms.arguments['x-dead-letter-routing-key'] ?? message.routingKey),
    properties: { ...properties, headers: { ...first, ...headers, 'x-death': deaths } },
  };
}
