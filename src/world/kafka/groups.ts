import type { Surroundings } from '../model.ts';
import { type Group, openGroup } from './group.ts';

/** How far a group has come in one partition. */
export interface Committed {
  topic: string;
  index: number;
  offset: number;
  metadata: string | null;
}

/** The groups of a broker and how far each has come. */
export interface Groups {
  readonly all: ReadonlyMap<string, Group>;
  /** A group by its name; made where there is none. Nothing where there are too many. */
  open(id: string): Group | undefined;
  remove(id: string): void;
  /** Writes down how far a group has come; false where there is no room. */
  commit(id: string, offset: Committed): boolean;
  committed(id: string, topic: string, index: number): Committed | undefined;
  everything(id: string): Committed[];
  /** A topic is gone, and with it how far anybody had come in it. */
  forgetTopic(name: string): void;
  close(): void;
}

const mostGroups = 10_000;
const mostCommitted = 200_000;

/** No groups yet. */
export function openGroups({ clock, chance }: Surroundings, rebalanceDelayMs: number): Groups {
  const all = new Map<string, Group>();
  const offsets = new Map<string, Map<string, Committed>>();
  let count = 0;
  const newMemberId = (clientId: string) => `${clientId.slice(0, 200)}-${uuid(chance)}`;
  const place = (topic: string, index: number) => `${topic}\0${index}`;
  return {
    all,
    open(id) {
      const known = all.get(id);
      if (known || all.size >= mostGroups) return known;
      const made = openGroup(id, { clock, rebalanceDelayMs, newMemberId });
      all.set(id, made);
      return made;
    },
    remove(id) {
      all.get(id)?.close();
      all.delete(id);
      offsets.delete(id);
    },
    commit(id, offset) {
      const own = offsets.get(id) ?? new Map<string, Committed>();
      offsets.set(id, own);
      const key = place(offset.topic, offset.index);
      if (!own.has(key)) count += 1;
      if (count > mostCommitted) return false;
      own.set(key, offset);
      return true;
    },
    committed: (id, topic, index) => offsets.get(id)?.get(place(topic, index)),
    everything: (id) => [...(offsets.get(id)?.values() ?? [])],
    forgetTopic(name) {
      for (const own of offsets.values()) {
        for (const [key, { topic }] of own) if (topic === name) own.delete(key);
      }
    },
    close() {
      for (const group of all.values()) group.close();
    },
  };
}

function uuid(chance: Surroundings['chance']): string {
  const digits = Array.from({ length: 32 }, () => Math.floor(chance.next() * 16).toString(16)).join('');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
