import { headersOf, type Message } from './message.ts';

/** How an exchange hands on what it gets. */
export type ExchangeType = 'direct' | 'fanout' | 'topic' | 'headers';

/** From an exchange to a queue or to another exchange. */
export interface Binding {
  exchange: string;
  to: { queue: string } | { exchange: string };
  routingKey: string;
  arguments: Record<string, unknown>;
}

/** A named place that messages are published to. */
export interface Exchange {
  name: string;
  type: ExchangeType;
  durable: boolean;
  autoDelete: boolean;
  internal: boolean;
  arguments: Record<string, unknown>;
}

/** The types that are known, by the names that clients use; a delayed exchange is one of its type that waits. */
export function exchangeType(name: string): ExchangeType | undefined {
  return (['direct', 'fanout', 'topic', 'headers'] as const).find((one) => one === name);
}

/** Whether a binding of an exchange is for a message. */
export function fits(type: ExchangeType, { routingKey, arguments: wanted }: Binding, message: Message): boolean {
  if (type === 'fanout') return true;
  if (type === 'direct') return routingKey === message.routingKey;
  if (type === 'topic') return matchesTopic(routingKey.split('.'), message.routingKey.split('.'));
  const headers = headersOf(message);
  const pairs = Object.entries(wanted).filter(
    ([key]) => !key.startsWith('x-') || String(wanted['x-match']).endsWith('-with-x'),
  );
  const same = ([key, value]: [string, unknown]) =>
    key in headers && (value === undefined || String(headers[key]) === String(value));
  return String(wanted['x-match'] ?? 'all').startsWith('any') ? pairs.some(same) : pairs.every(same);
}

/** `*` is one word, `#` any number of them. */
function matchesTopic(pattern: string[], words: string[]): boolean {
  let reached = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    for (const at of reached) {
      if (part === '#') for (let to = at; to <= words.length; to += 1) next.add(to);
      else if (at < words.length && (part === '*' || part === words[at])) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(words.length);
}
