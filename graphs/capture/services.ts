import type { Mirror } from '../../src/codebase/mirror.ts';
import type { Survey } from '../../src/codebase/survey.ts';
import type { Tree } from '../../src/codebase/tree.ts';
import type { BlastRadius } from '../../src/diagnosis/blast/blast-radius.ts';
import type { Blasted } from '../../src/diagnosis/blast/measure.ts';
import type { RootCause, Undiagnosed } from '../../src/diagnosis/root-cause.ts';
import type { Evidence, Visibility } from '../../src/evidence/evidence.ts';
import type { Drafter } from '../../src/reasoning/draft.ts';
import type { Fix, Refused } from '../../src/repair/fix.ts';
import type { Address, Known, Report, ToldVerdict } from '../../src/scenarios/report.ts';
import type { Scenario, ScenarioStatus } from '../../src/scenarios/scenario.ts';
import type { Together } from '../../src/scenarios/together.ts';
import type { Plan } from '../../src/simulation/plan.ts';
import type { Simulation } from '../../src/simulation/simulation.ts';

/** A repository that a thread speaks of. */
export interface Repository {
  /** As configured: a folder, bundle or URL. */
  name: string;
  codeUrl?: string;
  mirror: Mirror;
}

/** What is remembered. */
export interface Memory {
  save(scenario: Scenario): Promise<void>;
  find(id: string): Promise<Scenario | null>;
  /** Kept scenarios that say the same as this one, as far as its readers may know of them. */
  alike(scenario: {
    id: string;
    repository: string;
    title: string;
    narrative: string;
    visibility: Visibility;
  }): Promise<Known[]>;
  /** Every kept scenario of the repository. */
  kept(repository: string): Promise<Scenario[]>;
  settle(id: string, status: ScenarioStatus, by: string): Promise<void>;
  judged(id: string, verdict: ToldVerdict): Promise<void>;
  /** What was violated at the same commits as a scenario. */
  together(id: string): Promise<Together[]>;
}

/** Everything a capture touches outside itself. */
export interface Services {
  /** The thread as evidence: whole, redacted, quoted. */
  thread(address: Address): Promise<Evidence>;
  /** The repository of the address's channel, freshly fetched. */
  repository(address: Address): Promise<Repository>;
  survey(tree: Tree): Promise<Survey>;
  drafter: Drafter;
  simulate(plan: Plan, tree: Tree): Promise<Simulation>;
  diagnose(asked: { mirror: Mirror; plan: Plan; bad: string; neighbours?: Plan[] }): Promise<RootCause | Undiagnosed>;
  blast(asked: Omit<Blasted, 'simulator' | 'traces'>): Promise<BlastRadius>;
  repair(asked: {
    mirror: Mirror;
    plan: Plan;
    head: string;
    cause?: RootCause;
    neighbours: { title: string; plan: Plan }[];
  }): Promise<Fix | Refused>;
  memory: Memory;
  /** Tells the thread; told twice is read once. */
  reply(address: Address, report: Report): Promise<void>;
}
