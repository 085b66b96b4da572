import { Failure } from '../../errors.ts';
import { cleaned } from '../cleaned.ts';
import type { Surroundings } from '../model.ts';
import type { StoreModel } from '../store-model.ts';
import type { Store } from '../world.ts';
import { entriesOf, seal } from './batch.ts';
import { type Broker, openBroker } from './broker.ts';
import { murmur2 } from './murmur2.ts';
import { deedsOf, openSession } from './session.ts';

/** A Kafka inside the world: one broker, empty but for the topics it is set up with, its waits on the virtual clock. */
export function createKafka(store: Store, surroundings: Surroundings): StoreModel {
  const broker = openBroker(store.kafka ?? {}, surroundings);
  const deeds = deedsOf(broker, store);
  let connections = 0;
  let published = 0;
  return {
    connected(peer) {
      connections += 1;
      return openSession(connections, peer, { broker, deeds });
    },
    settled: async () => undefined,
    apply: async () => {
      throw new Failure('PLAN_INVALID', {
        store: store.name,
        problem: 'nothing can be given to a Kafka; publish to it',
      });
    },
    query: async (text) => asked(text.trim(), broker, store),
    channels: () => [...broker.topics.all.keys()],
    async publish(channel, message, key) {
      const topic = broker.topics.all.get(channel);
      if (!topic) return false;
      const bytes =
        message === null ? null : Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
      const sealed = seal({
        entries: [{ key: key === undefined ? null : Buffer.from(key), value: bytes }],
        timestamp: surroundings.clock.now(),
      });
      const place = key === undefined ? published : murmur2(Buffer.from(key)) & 0x7fffffff;
      published += 1;
      broker.append('plan', channel, place % topic.partitions.length, sealed);
      return true;
    },
    async [Symbol.asyncDispose]() {
      broker.waiting.close();
      broker.groups.close();
      broker.transactions.close();
    },
  };
}

/** The messages of a topic by its name, or how far a group has come: `group billing`. */
function asked(text: string, broker: Broker, { name: store }: Store): unknown[] {
  const topic = broker.topics.all.get(text);
  if (topic) return topic.partitions.flatMap((_, index) => messagesOf(text, index, broker));
  const [, group] = /^group\s+(.+)$/i.exec(text) ?? [];
  if (group === undefined || !broker.groups.all.has(group))
    throw new Failure('PLAN_INVALID', {
      store,
      problem: `there is no topic or group "${text}"; ask for a topic by its name, or for "group <name>"`,
      topics: [...broker.topics.all.keys()],
      groups: [...broker.groups.all.keys()],
    });
  return broker.groups.everything(group).map(({ topic: name, index, offset }) => ({
    topic: name,
    partition: index,
    offset,
    lag: Math.max(0, (broker.topics.partition(name, index)?.end ?? offset) - offset),
  }));
}

function messagesOf(topic: string, index: number, { topics }: Broker): unknown[] {
  const partition = topics.partition(topic, index);
  if (!partition) return [];
  const { start, end, stable } = partition;
  const aborted = partition.aborted(start, end);
  const isUndone = (base: number, producerId: number) =>
    aborted.some((one) => one.producerId === producerId && base >= one.firstOffset && base <= one.lastOffset);
  return partition
    .from(start, { before: stable, maxBytes: Number.POSITIVE_INFINITY, atLeastOne: true })
    .filter(({ batch, base }) => !batch.isControl && !(batch.isTransactional && isUndone(base, batch.producerId)))
    .flatMap(({ batch, base }) =>
      [...entriesOf(batch)].map(({ offsetDelta, timestamp, key, value, headers }) => ({
        partition: index,
        offset: base + offsetDelta,
        time: timeOf(timestamp),
        key: key?.toString('utf8') ?? null,
        value: contentOf(value),
        headers: cleaned(Object.fromEntries(headers.map(([name, text]) => [name, text?.toString('utf8') ?? null]))),
      })),
    )
    .filter(({ offset }) => offset >= start);
}

/** When a message was sent, as its producer says it; nothing where that is no time. */
function timeOf(timestamp: number): string | null {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}

/** What a message says: JSON where it is JSON, else its text. */
function contentOf(bytes: Buffer | null): unknown {
  const text = bytes?.toString('utf8') ?? null;
  try {
    return text === null ? null : cleaned(JSON.parse(text));
  } catch {
    return text;
  }
}
