import type { Survey } from '../codebase/survey.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Simulation } from '../simulation/simulation.ts';

/** Who made an answer; every answer says so. */
export type Maker =
  | { kind: 'rules' /** Why no model did it, when one was configured. */; insteadOf?: string }
  | { kind: 'model'; name: string };

/** What a maker may look at to turn evidence into a scenario. */
export interface Material {
  evidence: Evidence;
  survey: Survey;
  /** A file of the tree that the survey describes. */
  read(file: string): Promise<string | undefined>;
  /** Runs a candidate plan on that tree, so that what the thread reports can be told from what it wishes. */
  attempt(plan: Plan): Promise<Simulation>;
}

/** A scenario as drafted: grounded in a plan, or with what is missing. */
export interface Draft {
  title: string;
  narrative: string;
  tags: string[];
  /** Null when it could not be grounded; then `missing` says why. */
  plan: Plan | null;
  /** One sentence that says what is missing, and the one question to ask. */
  missing?: { sentence: string; question: string };
  maker: Maker;
}

/** Turns evidence into a drafted scenario. */
export interface Drafter {
  draft(material: Material): Promise<Draft>;
}
