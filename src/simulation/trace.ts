/**
 * One thing that happened in a simulation, in order. What is handed to a queue, a topic or a mailbox is a `publish`;
 * what a service takes from one is a `message`.
 */
export interface TraceEvent {
  seq: number;
  /** Virtual milliseconds since the plan's first step. */
  at: number;
  /** The service that did it; "plan" for a step, a `call` runs in service "call". */
  service: string;
  kind:
    | 'step'
    | 'call'
    | 'return'
    | 'throw'
    | 'request'
    | 'response'
    | 'query'
    | 'command'
    | 'publish'
    | 'message'
    | 'write'
    | 'read'
    | 'log'
    | 'clock'
    | 'fault'
    | 'error';
  /** What it concerns: a function's name, `POST /x`, the SQL text, a key, a log line. */
  what: string;
  /** Where, in the original source, relative to the tree. */
  file?: string;
  line?: number;
  /** The `seq` of the call this return or throw ends, or of the request that this response answers. */
  of?: number;
  /** Arguments, result, body …: a readable preview cut at a length, and the hash of the whole. */
  value?: Preview;
}

/** A value as the trace keeps it. */
export interface Preview {
  text: string;
  hash: string;
}

/** A function of the target that ran in a simulation. */
export interface FunctionRun {
  service: string;
  name: string;
  file: string;
  line: number;
  endLine: number;
  calls: number;
}

/** How much happened. */
export interface TraceCounts {
  events: number;
  /** Requests, responses and messages that went from one service to another or to an API; the plan's own are not. */
  boundaries: number;
  /** Writes to a store, messages published, jumps of the clock, settings and flags read. */
  transitions: number;
}

/** The ordered record of a simulation. The hash covers every event: equal hashes are equal runs. */
export interface Trace {
  hash: string;
  counts: TraceCounts;
  /** The first events; all of them are in the trace's file, where one is kept. */
  events: TraceEvent[];
  functions: FunctionRun[];
}
