import { faults } from './fault-codes.ts';
import { openPartition, type Partition } from './partition.ts';

/** A topic and its partitions. */
export interface Topic {
  name: string;
  isInternal: boolean;
  partitions: Partition[];
}

/** The topics of a broker. */
export interface Topics {
  readonly all: ReadonlyMap<string, Topic>;
  /** Makes a topic; the number of a fault where it cannot be. */
  create(name: string, partitions: number): number;
  /** Gives a topic more partitions. */
  widen(name: string, partitions: number): number;
  remove(name: string): number;
  partition(name: string, index: number): Partition | undefined;
}

const mostPartitions = 10_000;
const internal = new Set(['__consumer_offsets', '__transaction_state']);
const legalName = /^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/;

/** No topics yet. */
export function openTopics(): Topics {
  const all = new Map<string, Topic>();
  let count = 0;
  const fits = (more: number): boolean => Number.isInteger(more) && more > 0 && count + more <= mostPartitions;
  const opened = (length: number): Partition[] => Array.from({ length }, openPartition);
  return {
    all,
    create(name, partitions) {
      if (!legalName.test(name)) return faults.invalidTopic;
      if (all.has(name)) return faults.topicAlreadyExists;
      if (!fits(partitions)) return faults.invalidPartitions;
      count += partitions;
      all.set(name, { name, isInternal: internal.has(name), partitions: opened(partitions) });
      return faults.none;
    },
    widen(name, partitions) {
      const topic = all.get(name);
      if (!topic) return faults.unknownTopicOrPartition;
      const more = partitions - topic.partitions.length;
      if (!fits(more)) return faults.invalidPartitions;
      count += more;
      topic.partitions.push(...opened(more));
      return faults.none;
    },
    remove(name) {
      const topic = all.get(name);
      if (!topic) return faults.unknownTopicOrPartition;
      count -= topic.partitions.length;
      all.delete(name);
      return faults.none;
    },
    partition: (name, index) => all.get(name)?.partitions[index],
  };
}
