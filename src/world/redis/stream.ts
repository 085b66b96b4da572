import { Refusal } from './refusal.ts';
import type { Bytes, Reply } from './resp.ts';

/** The place of an entry in a stream. */
export type Id = [milliseconds: number, sequence: number];

/** One entry of a stream. */
export interface StreamEntry {
  id: Id;
  fields: Bytes[];
}

/** An entry that was given to a consumer and is not acknowledged. */
export interface Pending {
  id: Id;
  consumer: Bytes;
  /** When it was last given. */
  at: number;
  count: number;
}

/** Consumers that share the entries of a stream. */
export interface Group {
  last: Id;
  read: number | null;
  /** By the text of the id, in order of ids. */
  pending: Map<string, Pending>;
  consumers: Map<Bytes, { seen: number; active: number | null }>;
}

/** A stream with its groups. */
export interface Stream {
  entries: StreamEntry[];
  last: Id;
  /** The greatest id that was deleted. */
  deleted: Id;
  /** How many entries were ever added. */
  added: number;
  groups: Map<Bytes, Group>;
}

/** A stream without entries. */
export function emptyStream(): Stream {
  return { entries: [], last: [0, 0], deleted: [0, 0], added: 0, groups: new Map() };
}

/** The greatest number that a part of an id can have here. */
export const greatest = Number.MAX_SAFE_INTEGER;
const words = 'ERR Invalid stream ID specified as stream command argument';

/** An id as it is written; `sequence` stands in where only milliseconds are given. */
export function parseId(text: Bytes, sequence: number): Id {
  const [, milliseconds, own] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  if (milliseconds === undefined || Number(milliseconds) > 2 ** 64 || Number(own ?? 0) > 2 ** 64)
    throw new Refusal(words);
  return [Math.min(Number(milliseconds), greatest), own === undefined ? sequence : Math.min(Number(own), greatest)];
}

/** Both ends of a range: `-`, `+`, an id, or `(id` that is not part of it. */
export function rangeOf(first = '-', last = '+'): [from: Id, to: Id] {
  return [boundOf(first, 0, 1), boundOf(last, greatest, -1)];
}

function boundOf(text: Bytes, sequence: number, step: 1 | -1): Id {
  if (text === '-') return [0, 0];
  if (text === '+') return [greatest, greatest];
  if (!text.startsWith('(')) return parseId(text, sequence);
  const [milliseconds, own] = parseId(text.slice(1), sequence);
  if (step === 1) {
    if (own < greatest) return [milliseconds, own + 1];
    if (milliseconds === greatest) throw new Refusal('ERR invalid start ID for the interval');
    return [milliseconds + 1, 0];
  }
  if (own > 0) return [milliseconds, own - 1];
  if (milliseconds === 0) throw new Refusal('ERR invalid end ID for the interval');
  return [milliseconds - 1, greatest];
}

/** Below 0 when `a` comes before `b`. */
export function compareIds(a: Id, b: Id): number {
  return a[0] - b[0] || a[1] - b[1];
}

/** An id as clients read it. */
export function idText(id: Id): string {
  return id.join('-');
}

/** The entries within a range. */
export function within(stream: Stream | undefined, [from, to]: [Id, Id]): StreamEntry[] {
  return (stream?.entries ?? []).filter(({ id }) => compareIds(id, from) >= 0 && compareIds(id, to) <= 0);
}

/** An entry as clients read it. */
export function tellEntry({ id, fields }: StreamEntry): Reply {
  return [idText(id), fields];
}

/** The entry with an id, if it is still there. */
export function entryAt(stream: Stream, id: Id): StreamEntry | undefined {
  return stream.entries.find((entry) => compareIds(entry.id, id) === 0);
}

/** Takes entries out of a stream; says how many there were. */
export function removeEntries(stream: Stream, gone: readonly StreamEntry[]): number {
  const all = new Set(gone);
  stream.entries = stream.entries.filter((entry) => !all.has(entry));
  for (const { id } of all) if (compareIds(id, stream.deleted) > 0) stream.deleted = id;
  return all.size;
}
