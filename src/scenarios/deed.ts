import type { Plan } from '../simulation/plan.ts';

/** What a person does about a thread or its scenario. */
export type Deed =
  /** Remember this: the thread is read, or read again. */
  | { kind: 'again' }
  /** They answered the question; the answer stands in the thread. */
  | { kind: 'answer' }
  /** None of the known scenarios is meant. */
  | { kind: 'new' }
  | { kind: 'keep' | 'discard' | 'not-a-bug' }
  | { kind: 'edit'; title: string; narrative: string; plan: Plan };

/** A deed as it comes in: who did it, and the name under which it is done only once. */
export type Happening = Deed & { job: string; by: string };
