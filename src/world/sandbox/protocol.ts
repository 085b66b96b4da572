/** What a sandbox process is told when it starts. */
export interface Beginning {
  service: string;
  /** Whether the inner wall stands; only tests of the outer one take it down. */
  isWalled: boolean;
  /** Absolute folder of the tree. */
  tree: string;
  /** Absolute folder of our own scripts. */
  runtime: string;
  environment: Record<string, string>;
  /** Virtual milliseconds since the Unix epoch. */
  now: number;
  seed: number;
  /** The address that this service has in the world. */
  address: string;
  /** Path patterns of the tree's tsconfig: `["@app/*", ["/tree/src/*"], "/tree"]`; the deepest folders first. */
  paths: [pattern: string, targets: string[], folder: string][];
  /** What some files of the tree say in this world, by absolute path: flags that a plan sets. */
  files: Record<string, string>;
  /** Flags that a plan sets, for clients that have no server of the world to ask. */
  flags: Record<string, boolean | string | number>;
  /** Whether it runs a file of the target's own tests. */
  suite?: boolean;
  /** After so many, calls are counted but not written down. */
  mostEvents: number;
  /** How often the process may be doubled; each copy has a way to the coordinator that was laid when it started. */
  copies: number;
}

/** Makes a copy of the process, which goes on with what it is told on its own way; the process itself only waits. */
export interface Doubling {
  t: 'double';
  /** The number of the way, from 1. */
  place: number;
  mark: string;
}

/** A function of an object that is called, or a property read, after a `call`. */
export type Follow = { call: string; args: unknown[] } | { get: string };

/** How a file of tests is run: as a program of its own, or by the runner whose words it uses. */
export type TestRunner = 'program' | 'vitest' | 'jest' | 'mocha';

/** What a repository's configuration says of how its tests run. */
export interface SuiteSettings {
  /** Absolute files that are loaded first, in order. */
  setup: string[];
  globals: boolean;
  environment: string;
  /** Options of the runner itself, as its configuration names them. */
  options: Record<string, unknown>;
}

/** What the coordinator tells a sandbox process to do; each order starts one turn. */
export type Order = { now: number } & (
  | { t: 'tick' }
  | { t: 'finish' }
  | {
      t: 'call';
      id: number;
      file: string;
      export: string | null;
      args: unknown[];
      new: boolean;
      then: Follow[];
    }
  | { t: 'test'; id: number; file: string; runner: TestRunner; name: string | null; settings: SuiteSettings }
  /** A test program has nothing left to do; then it leaves. */
  | { t: 'drain' }
  | { t: 'leave' }
  | { t: 'accept'; c: number; port: number; from: [address: string, port: number]; secret?: Secret & { alpn: Alpn } }
  | {
      t: 'connected';
      c: number;
      to: [address: string, port: number];
      from: [address: string, port: number];
      alpn?: Alpn;
    }
  | { t: 'refused'; c: number; code: string; message: string }
  | { t: 'data'; c: number; b: string }
  | { t: 'datagram'; port: number; from: [address: string, port: number]; b: string }
  | { t: 'end'; c: number }
  | { t: 'reset'; c: number }
  /** The other side reads no more for now, or reads again. */
  | { t: 'hold'; c: number; on: boolean }
);

/** The protocol that two sides of an encrypted connection agreed on; false where none was spoken of. */
export type Alpn = string | false;

/** What the opening side of an encrypted connection says of itself: the name it wants, the protocols it speaks, its certificate. */
export interface Secret {
  name: string;
  offered: string[];
  certificate: string | null;
}

/** The answer to a request for the source of a file. */
export type SourceAnswer = { source: string; format: 'module' | 'commonjs' } | { error: string };

/** One call, return or throw of the target's own functions. */
export type Seen =
  | ['c', seq: number, file: string, fn: number, text: string, hash: string]
  | ['r' | 't', of: number, text: string, hash: string]
  | ['read' | 'log' | 'write', what: string, text: string, hash: string];

/** What a sandbox process says, in order; `idle` ends its turn. Nothing of it is trusted. */
export type Word =
  | { t: 'seen'; e: Seen[] }
  | { t: 'idle'; now: number; next: number | null }
  | { t: 'source'; file: string }
  /** The first word of a copy: the number that its operating system gave it. */
  | { t: 'born'; pid: number }
  /** `alpn` where the port is encrypted: the protocols it speaks, most wanted first. */
  | { t: 'listen'; port: number; alpn?: string[] }
  | { t: 'unlisten'; port: number }
  /** A port for datagrams is taken, or free again. */
  | { t: 'bind'; port: number; on: boolean }
  | { t: 'datagram'; from: number; host: string; port: number; b: string }
  | { t: 'connect'; c: number; host: string; port: number; secret: Secret | null }
  | { t: 'data'; c: number; b: string }
  | { t: 'end'; c: number }
  | { t: 'close'; c: number; broken?: boolean }
  | { t: 'hold'; c: number; on: boolean }
  | { t: 'result'; id: number; value?: unknown; error?: { name: string; message: string; code: string | null } }
  | { t: 'missing'; id: number; what: string }
  /** The module itself threw, or something it needs is not there. */
  | { t: 'unloaded'; id: number; why: string }
  | { t: 'error'; kind: 'exception' | 'rejection'; text: string; stack: string }
  | { t: 'unmodelled'; what: string }
  /** The target tried what the world does not have; `by` names the call. */
  | { t: 'refused'; what: string; by: string; decides: boolean }
  | { t: 'exit'; code: number }
  | { t: 'counts'; counts: [file: string, fn: number, calls: number][] };
