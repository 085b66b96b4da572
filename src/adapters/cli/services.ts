import type { Mirror } from '../../codebase/mirror.ts';
import type { Tree } from '../../codebase/tree.ts';
import type { BlastRadius } from '../../diagnosis/blast/blast-radius.ts';
import type { Blasted } from '../../diagnosis/blast/measure.ts';
import type { RootCause, Suspicion, Undiagnosed } from '../../diagnosis/root-cause.ts';
import type { Fix, Refused } from '../../repair/fix.ts';
import type { Report, ShownRun } from '../../scenarios/report.ts';
import type { Comparison } from '../../simulation/comparison/comparison.ts';
import type { Plan } from '../../simulation/plan.ts';
import type { Simulation } from '../../simulation/simulation.ts';
import type { KeptTrace } from '../../simulation/trace-file.ts';
import type { Matrix, WhatIf } from '../../simulation/whatif/what-if.ts';
import type { World } from '../../world/world.ts';

/** One line of the doctor: what was looked at, whether it is well, and what to do. */
export interface Finding {
  name: string;
  well: boolean;
  /** Whether the product cannot work without it. */
  needed: boolean;
  says: string;
}

/** What the commands may ask of the product; main.ts makes it. */
export interface CliServices {
  /** A repository; `world` is a file to read as its rehearse.yaml. */
  mirror(source: string, world?: string): Promise<Mirror>;
  simulate(plan: Plan, tree: Tree): Promise<Simulation>;
  /** Keeps what the page of a simulation shows. */
  keepPage(shown: { repository: string; plan: Plan; revision: string; simulation: Simulation }): Promise<ShownRun>;
  /** Serves one page on loopback until stopped; by the hash that a command printed, or how it begins. */
  showPage(asked: { id: string; port: number; onOpen: (address: string) => void }): Promise<void>;
  /** One plan on two revisions, side by side, and the page that shows them so. */
  compare(asked: {
    repository: string;
    plan: Plan;
    base: { revision: string; tree: Tree };
    head: { revision: string; tree: Tree };
  }): Promise<{ comparison: Comparison; page: ShownRun }>;
  /** A plan over worlds and revisions. */
  whatIf(asked: Omit<WhatIf, 'simulator' | 'traces'>): Promise<Matrix>;
  /** A trace of an earlier simulation, by its hash or how it begins. */
  openTrace(hash: string): Promise<KeptTrace>;
  diagnose(asked: {
    mirror: Mirror;
    plan: Plan;
    bad: string;
    good?: string;
    neighbours?: Plan[];
    onProgress?: (said: string) => void;
  }): Promise<RootCause | Undiagnosed>;
  blast(asked: Omit<Blasted, 'simulator' | 'traces'>): Promise<BlastRadius>;
  /** A patch that makes a plan hold, through the gate; without a cause small changes and earlier versions are tried. */
  repair(asked: {
    mirror: Mirror;
    plan: Plan;
    head: string;
    cause?: RootCause;
    suspicion?: Suspicion;
    neighbours: { title: string; plan: Plan }[];
  }): Promise<Fix | Refused>;
  discover(tree: Tree): Promise<World>;
  /** The server on which modelled Postgres databases are made, as host and port, where one is set. */
  postgresServer?: string | undefined;
  /** Captures a thread from a file: JSON as Slack exports it, or plain text. */
  capture(asked: {
    input: string;
    repository: string;
    revision?: string;
    keep: boolean;
    onProgress: (report: Report) => void;
  }): Promise<Report>;
  cases(asked: {
    folder: string;
    limit?: number;
    only?: string;
    onProgress: (said: string) => void;
  }): Promise<{ document: unknown; text: string; wrong: number }>;
  migrate(): Promise<string>;
  doctor(): Promise<Finding[]>;
  start(): Promise<void>;
  demo(asked: { script: boolean; port?: number }): Promise<{ text: string; well: boolean }>;
}
