import type { Surroundings } from '../model.ts';
import { preview } from '../preview.ts';
import type { KafkaTerms } from '../world.ts';
import { type Batch, type Entry, entriesOf } from './batch.ts';
import { faults } from './fault-codes.ts';
import { type Groups, openGroups } from './groups.ts';
import { openTopics, type Topics } from './topics.ts';
import { openTransactions, type Transactions } from './transactions.ts';
import { openWaitingFetches, type WaitingFetches } from './waiting-fetches.ts';

/** The one broker of a Kafka: what it keeps, and who waits for something. */
export interface Broker {
  terms: Required<Omit<KafkaTerms, 'topics' | 'cluster'>>;
  surroundings: Surroundings;
  topics: Topics;
  groups: Groups;
  transactions: Transactions;
  waiting: WaitingFetches;
  /** A topic by its name; made where the broker makes topics that are asked for. Else the number of a fault. */
  topic(name: string, mayBeMade: boolean): number;
  /** Takes a batch into a partition, tells the trace, and hands it to whoever waits. */
  append(service: string, name: string, index: number, batch: Batch): { base: number } | { fault: number };
  unmodelled(service: string, what: string): void;
}

const mostKeptBytes = 256 << 20;

/** A broker with the topics that its terms name. */
export function openBroker(terms: KafkaTerms, surroundings: Surroundings): Broker {
  const topics = openTopics();
  const groups = openGroups(surroundings, terms.rebalanceDelayMs ?? 0);
  const waiting = openWaitingFetches(surroundings.clock);
  let keptBytes = 0;
  for (const { name, partitions } of terms.topics ?? []) topics.create(name, partitions);
  const broker: Broker = {
    terms: {
      partitions: terms.partitions ?? 1,
      makesTopics: terms.makesTopics ?? true,
      rebalanceDelayMs: terms.rebalanceDelayMs ?? 0,
      brokers: terms.brokers ?? 1,
      largestMessage: terms.largestMessage ?? 1_048_588,
    },
    surroundings,
    topics,
    groups,
    transactions: openTransactions({ surroundings, topics, groups, ended: () => waiting.serve() }),
    waiting,
    topic(name, mayBeMade) {
      if (topics.all.has(name)) return faults.none;
      const isMade = broker.terms.makesTopics && mayBeMade;
      return isMade ? topics.create(name, broker.terms.partitions) : faults.unknownTopicOrPartition;
    },
    append(service, name, index, batch) {
      const partition = topics.partition(name, index);
      if (!partition) return { fault: faults.unknownTopicOrPartition };
      if (keptBytes + batch.bytes.length > mostKeptBytes) {
        broker.unmodelled(service, `more than ${mostKeptBytes >> 20} MiB of messages`);
        return { fault: faults.storage };
      }
      const texts = batch.isControl ? [] : [...told(name, batch)];
      const done = partition.append(batch);
      if ('fault' in done) return done;
      if (!done.isNew) return { base: done.base };
      keptBytes += batch.bytes.length;
      for (const { what, value } of texts) surroundings.record({ service, kind: 'publish', what, value });
      waiting.serve();
      return { base: done.base };
    },
    unmodelled: (service, what) =>
      surroundings.record({ service, kind: 'error', what: `WORLD_UNMODELLED kafka: ${what}` }),
  };
  return broker;
}

function* told(topic: string, batch: Batch): Generator<ReturnType<typeof seen>> {
  for (const entry of entriesOf(batch)) yield seen(topic, entry);
}

/** A record as the trace tells of it: `orders customer-7`, with its value. */
export function seen(topic: string, { key, value }: Entry): { what: string; value: ReturnType<typeof preview> } {
  const what = key ? `${topic} ${key.toString('utf8').slice(0, 200)}` : topic;
  return { what, value: preview(value?.toString('utf8') ?? '') };
}
