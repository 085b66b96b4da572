/** One thing that happened in a simulation, in order. */
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

/** The ordered record of a simulation. The hash covers every event: equal hashes are equal runs. */
export interface Trace {
  hash: string;
  events: TraceEvent[];
  functions: FunctionRun[];
}
