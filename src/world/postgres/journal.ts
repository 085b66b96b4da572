/** Messages that a database was once given together, and when. */
export interface Batch {
  messages: Uint8Array[];
  /** Virtual milliseconds since the Unix epoch. */
  now: number;
}

/** What migrations said to each database of a server, in order: saying it again makes the same database. */
export type Journal = ReadonlyMap<string, Batch[]>;
