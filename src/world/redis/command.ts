import type { Chance, Clock } from '../model.ts';
import type { Keyspace } from './keyspace.ts';
import { Refusal } from './refusal.ts';
import type { Bytes, Reply } from './resp.ts';

/** What a command can ask of the client that sent it. */
export interface Caller {
  id: number;
  name: Bytes;
  version: 2 | 3;
  database: number;
  channels: Set<Bytes>;
  patterns: Set<Bytes>;
  /** Channels of SSUBSCRIBE. */
  shards: Set<Bytes>;
  send(reply: Reply): void;
}

/** What a command works on. */
export interface Context {
  keys: Keyspace;
  /** Another numbered database. */
  database(index: number): Keyspace;
  clock: Clock;
  chance: Chance;
  caller: Caller;
  callers(): Iterable<Caller>;
  /** Inside MULTI and inside a script nothing waits. */
  inTransaction: boolean;
  scripts: Scripts;
  /** The setting of what is told about keys. */
  notifications: { readonly setting: string; set(text: Bytes): void };
  /** Runs another command for the same client at once, as a script does. */
  nested(name: string, parameters: Bytes[]): Reply;
}

/** The scripts of a server: those it knows by hash, its libraries of functions, and what runs them. */
export interface Scripts {
  known: Map<string, Bytes>;
  libraries: Map<string, Library>;
  /** Runs a script; what goes beyond its bounds is told to the world by name. */
  run(script: Omit<ScriptRun, 'call'>, call: ScriptRun['call']): Reply;
}

/** A library of FUNCTION LOAD: its code and the names of its functions. */
export interface Library {
  name: string;
  code: Bytes;
  functions: { name: string; flags: string[] }[];
}

/** A script with what it is given. */
export interface ScriptRun {
  text: Bytes;
  sha: string;
  keys: Bytes[];
  args: Bytes[];
  call(words: Bytes[]): Reply;
}

/** An answer that comes when something is there to give, or when virtual time is up. */
export interface Wait {
  /** Tries again; undefined when there is still nothing. */
  attempt(): Reply | undefined;
  /** Virtual milliseconds; 0 waits for ever. */
  timeout: number;
  otherwise: Reply;
}

/** One command: how many arguments it takes, and what it does with them. */
export interface Command {
  least: number;
  most: number;
  run(context: Context, parameters: Bytes[]): Reply | { wait: Wait };
}

/** The commands of one family, by lower-case name. */
export type Family = Record<string, Command>;

/** A command with so many arguments, its own name not counted. */
export function command(least: number, most: number, run: Command['run']): Command {
  return { least, most, run };
}

/** No upper bound on arguments. */
export const any = Number.POSITIVE_INFINITY;

/** A whole number among the arguments; throws what Redis says when it is none. */
export function integer(text: Bytes | undefined, words = 'ERR value is not an integer or out of range'): number {
  if (text === undefined || !/^[+-]?\d{1,16}$/.test(text)) throw new Refusal(words);
  return Number(text);
}

/** A number among the arguments. */
export function decimal(text: Bytes | undefined, words = 'ERR value is not a valid float'): number {
  if (text !== undefined && /^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (text === undefined || text.trim() === '' || Number.isNaN(Number(text))) throw new Refusal(words);
  return Number(text);
}

/** The error for arguments that do not fit together. */
export function syntaxError(): Refusal {
  return new Refusal('ERR syntax error');
}

/** Positions from the front or, negative, from the back, as a slice of what is so long. */
export function sliceOf(length: number, first: number, last: number): [from: number, to: number] {
  const from = first < 0 ? Math.max(length + first, 0) : first;
  const to = last < 0 ? length + last : Math.min(last, length - 1);
  return [from, Math.max(to + 1, 0)];
}

/** Arguments two by two. */
export function pairs(parameters: Bytes[]): [Bytes, Bytes][] {
  if (parameters.length % 2 !== 0) throw syntaxError();
  return parameters.flatMap((item, index): [Bytes, Bytes][] =>
    index % 2 === 0 ? [[item, parameters[index + 1] ?? '']] : [],
  );
}
