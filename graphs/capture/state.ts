import { Annotation } from '@langchain/langgraph';
import type { BlastRadius } from '../../src/diagnosis/blast/blast-radius.ts';
import type { RootCause, Undiagnosed } from '../../src/diagnosis/root-cause.ts';
import type { Draft } from '../../src/reasoning/draft.ts';
import type { Fix, Refused } from '../../src/repair/fix.ts';
import type { Happening } from '../../src/scenarios/deed.ts';
import type { Address, Known, ToldVerdict } from '../../src/scenarios/report.ts';
import type { ScenarioStatus } from '../../src/scenarios/scenario.ts';

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
  blast: Annotation<BlastRadius | null>,
  fix: Annotation<Fix | Refused | null>,
  failed: Annotation<string | null>,
  happened: Annotation<Happening | null>,
});

/** The state of a capture. */
export type CaptureState = typeof Capture.State;

/** What one step adds to it. */
export type Added = typeof Capture.Update;
