import type { Evidence } from '../evidence/evidence.ts';
import type { Maker } from '../reasoning/draft.ts';
import type { Plan } from '../simulation/plan.ts';

/** What became of a scenario. */
export type ScenarioStatus = 'drafted' | 'kept' | 'discarded' | 'not-a-bug';

/** The last verdict that was given on a scenario, and where. */
export interface LastVerdict {
  revision: string;
  outcome: 'holds' | 'violated' | 'unknown';
  reason: string;
}

/** What ought to hold, in plain language, grounded in a plan: a memory, not a test script. */
export interface Scenario {
  id: string;
  /** The repository it speaks of, as configured. */
  repository: string;
  title: string;
  narrative: string;
  tags: string[];
  plan: Plan;
  evidence: Evidence;
  maker: Maker;
  status: ScenarioStatus;
  verdict: LastVerdict;
}
