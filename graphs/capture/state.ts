import { Annotation } from '@langchain/langgraph';
import type { RootCause, Undiagnosed } from '../../src/diagnosis/root-cause.ts';
import type { Draft } from '../../src/reasoning/draft.ts';
import type { Fix, Refused } from '../../src/repair/fix.ts';
import type { Address, Known, ToldVerdict } from '../../src/scenarios/report.ts';
import type { ScenarioStatus } from '../../src/scenarios/scenario.ts';
import type { Plan } from '../../src/simulation/plan.ts';

/** Something a person did in the thread while the workflow waited. */
export type Happening =
  /** Remember this, once more: the thread is read again. */
  | { job: string; by: string; kind: 'again' }
  /** They answered the question; the answer stands in the thread. */
  | { job: string; by: string; kind: 'answer' }
  /** None of the known scenarios is meant. */
  | { job: string; by: string; kind: 'new' }
  | { job: string; by: string; kind: 'edit'; title: string; narrative: string; plan: Plan }
  | { job: string; by: string; kind: 'keep' | 'discard' | 'not-a-bug' };

/** What the workflow knows of one thread; small, since it is written down after every step. */
export const Capture = Annotation.Root({
  address: Annotation<Address>,
  /** The person who asked. */
  by: Annotation<string>,
  /** Jobs that have been taken in, so that a job which comes twice is done once. */
  jobs: Annotation<string[]>({ reducer: (had, more) => [...had, ...more].slice(-50), default: () => [] }),
  repository: Annotation<string>,
  codeUrl: Annotation<string | null>,
  /** The commit at the tip of the default branch when the thread was read. */
  revision: Annotation<string>,
  drafted: Annotation<Draft | null>,
  status: Annotation<ScenarioStatus>,
  known: Annotation<Known[]>,
  verdict: Annotation<ToldVerdict | null>,
  cause: Annotation<RootCause | Undiagnosed | null>,
  fix: Annotation<Fix | Refused | null>,
  failed: Annotation<string | null>,
  happened: Annotation<Happening | null>,
});

/** The state of a capture. */
export type CaptureState = typeof Capture.State;

/** What one step adds to it. */
export type Added = typeof Capture.Update;
