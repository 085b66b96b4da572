/** What the thread with Postgres in it can be asked. */
export type Work =
  | {
      do: 'prepare';
      key: string;
      scripts: { file: string; message: Uint8Array }[];
      replay: { messages: Uint8Array[]; now: number }[];
    }
  | { do: 'open'; key: string; seed: number }
  | { do: 'run'; messages: Uint8Array[]; now: number }
  | { do: 'files' };

/** One question, numbered. */
export interface Asked {
  id: number;
  work: Work;
}

/** What it answers, by question: the fields of the others are absent. */
export interface Answer {
  /** `prepare`: the script that Postgres refused, and its reply. */
  refused?: { file: string; reply: Uint8Array } | null;
  /** `open`: it cannot go back to the template any more, and must be replaced. */
  worn?: boolean;
  /** `run`: what Postgres replied. */
  bytes?: Uint8Array;
  /** `run`: virtual milliseconds that Postgres waited (`pg_sleep`). */
  passed?: number;
  /** `run`: why it can no longer be trusted. */
  broken?: string;
  /** `files`: an archive of a fresh data folder, from which another engine starts quickly. */
  files?: Uint8Array;
}
