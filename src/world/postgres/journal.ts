/** Messages that a database was once given together, and when. */
export interface Batch {
  messages: Uint8Array[];
  /** Virtual milliseconds since the Unix epoch. */
  now: number;
}

/** What migrations said to each database of a server, in order: saying it again makes the same database. */
export type Journal = ReadonlyMap<string, Batch[]>;

/** The journals of the stores of a world, by name. */
export type Journals = ReadonlyMap<string, Journal>;

/** What migrations said, kept between simulations, so that their tools run once for all that decides it. */
export interface KeptJournals {
  byTree: Map<string, Promise<Journals>>;
  made: {
    shape: string;
    /** Modules of the tree that the tools loaded, with the hash of each. */
    loaded: ReadonlyMap<string, string>;
    journals: Journals;
  }[];
}
