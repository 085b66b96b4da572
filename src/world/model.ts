import type { TraceEvent } from '../simulation/trace.ts';

/** Time as the world keeps it; it moves only when everything is idle. */
export interface Clock {
  /** Virtual milliseconds since the Unix epoch. */
  now(): number;
  /** Calls back at a virtual time; returns what cancels it. */
  at(time: number, due: () => void): () => void;
}

/** Chance as the world keeps it: seeded, the same in every run. */
export interface Chance {
  /** At least 0, below 1. */
  next(): number;
}

/** What every modelled thing is given. */
export interface Surroundings {
  clock: Clock;
  chance: Chance;
  record(event: Omit<TraceEvent, 'seq' | 'at'>): void;
}

/** The other end of a connection to a modelled server. */
export interface Peer {
  /** The service that connected. */
  service: string;
  host: string;
  port: number;
  send(bytes: Uint8Array): void;
  end(): void;
}

/** A modelled server's side of one connection. */
export interface Connection {
  receive(bytes: Uint8Array): void;
  ended(): void;
}

/** A server that exists only in the world and speaks its real wire protocol. */
export interface Model extends AsyncDisposable {
  /** Whether it speaks HTTP/2 as well. */
  speaksHttp2?: boolean;
  connected(peer: Peer): Connection;
  /** Resolves when no real work is under way in it (a query that runs, say); virtual time waits for that. */
  settled(): Promise<void>;
}
