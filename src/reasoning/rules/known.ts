import type { Value } from './values.ts';

/** One more step on what a call gave. */
export type Follow = { call: string; args: Value[] } | { get: string };

/** A call of the code, complete, as a plan can make it. */
export interface Invocation {
  module: string;
  export: string | null;
  args: Value[];
  new?: true;
  follows: Follow[];
}

/** What is known of an expression without running it. */
export type Known =
  | { kind: 'value'; value: Value }
  /** A module, or one of its exports, not yet called. */
  | { kind: 'export'; module: string; name: string | null }
  | { kind: 'result'; of: Invocation }
  /** A name or an expression whose value the thread does not give. */
  | { kind: 'unknown'; text: string };

/** What names stand for, and what can be required, at a place in the thread. */
export interface Scope {
  lookup(name: string): Known | undefined;
  /** The module of a specifier such as 'pkg/lib/x'. */
  module(specifier: string): string | undefined;
  /** The export that a module, or one of its names, is called by. */
  exported(module: string, name: string | null): Known | undefined;
}

/** What is known of a value that the thread gives. */
export const given = (value: Value): Known => ({ kind: 'value', value });
/** What is known of an expression, as written, whose value the thread does not give. */
export const unknown = (text: string): Known => ({ kind: 'unknown', text });

/** Two invocations with equal keys are the same call. */
export const keyOf = (invocation: Invocation): string => JSON.stringify(invocation);
