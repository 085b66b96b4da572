import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type KnownValues, knownValues } from '../../codebase/known-values.ts';
import { moduleName, readFiles, testName, writtenFiles } from '../../codebase/source-files.ts';
import type { Tree } from '../../codebase/tree.ts';
import { discover } from '../../world/discover.ts';
import { compare } from '../comparison/compare.ts';
import type { Comparison, Parting } from '../comparison/comparison.ts';
import type { Plan } from '../plan.ts';
import type { Simulation, Simulator } from '../simulation.ts';
import type { Traces } from '../traces.ts';
import type { Verdict } from '../verdict.ts';
import { combinations, type Knob, type Turned, withTurned } from './knob.ts';
import { knobsRead } from './knobs-read.ts';

/** One world on one revision: its verdict, and what is other there than in the world as it is. */
export interface Cell {
  revision: string;
  outcome: Verdict['outcome'];
  reason: string;
  /** The hash of its trace. */
  trace: string;
  /** Against the world as it is on the same revision; against the first revision in the row of the world as it is. */
  differs: Comparison['outcome'];
  first: Parting | null;
}

/** One world, with the verdict on each revision. */
export interface Row {
  turned: Turned[];
  cells: Cell[];
}

/** The verdicts of a plan over worlds and revisions; the first row is the world as it is. */
export interface Matrix {
  /** What was turned. */
  knobs: Knob[];
  /** What was read and has no other value that anybody names. */
  without: string[];
  rows: Row[];
  /** Combinations that the budget did not reach. */
  leftOut: number;
}

/** What is asked of the what-if. */
export interface WhatIf {
  plan: Plan;
  revisions: [{ revision: string; tree: Tree }, ...{ revision: string; tree: Tree }[]];
  /** The knobs to turn; those that the first simulation is seen to read when there are none. */
  knobs: Knob[];
  /** The most simulations. */
  budget: number;
  simulator: Pick<Simulator, 'simulate'>;
  traces?: Pick<Traces, 'open'>;
  onProgress?: (said: string) => void;
}

/** Where nothing is named, knobs are turned singly and in pairs. */
const deepestOffered = 2;

/**
 * Simulates a plan over worlds and revisions. A setting without a service stands for all services that are seen to
 * read it, or where none is, for every one.
 */
export async function whatIf({
  plan,
  revisions,
  knobs: named,
  budget,
  simulator,
  traces,
  onProgress,
}: WhatIf): Promise<Matrix> {
  const asIs = await Promise.all(revisions.map(({ tree }) => simulator.simulate(plan, tree)));
  const [{ tree }] = revisions;
  const world = await discover(tree);
  const [first] = asIs;
  // What the code names is read only where nobody named anything.
  const { knobs, without } =
    named.length > 0
      ? { knobs: named.map((knob) => placed(knob, first, world.services)), without: [] }
      : knobsRead(first?.trace.events ?? [], world, await valuesOf(tree));
  const most = Math.max(0, Math.floor(budget / revisions.length) - 1);
  const { chosen, leftOut } = combinations(knobs, most, named.length > 0 ? knobs.length : deepestOffered);
  const rows = chosen.map(async (turned) => {
    const turnedPlan = withTurned(plan, turned);
    const cells = revisions.map(async (at, index) => {
      const simulation = await simulator.simulate(turnedPlan, at.tree);
      return cell(at.revision, asIs[index], simulation, traces);
    });
    const done = { turned, cells: await Promise.all(cells) };
    onProgress?.(`${done.cells.map(({ outcome }) => outcome).join(', ')}`);
    return done;
  });
  const own = revisions.map(({ revision }, index) => cell(revision, first, asIs[index], traces));
  return {
    knobs,
    without,
    rows: [{ turned: [], cells: own }, ...(await Promise.all(rows))],
    leftOut,
  };
}

function cell(
  revision: string,
  base: Simulation | undefined,
  own: Simulation | undefined,
  traces: WhatIf['traces'],
): Cell {
  if (!base || !own) throw new TypeError('every revision was simulated');
  const comparison = compare(base, own, traces);
  const { verdict, trace } = own;
  return {
    revision,
    outcome: verdict.outcome,
    reason: verdict.reason,
    trace: trace.hash,
    differs: comparison.outcome,
    first: firstDeed(comparison),
  };
}

/** Where two worlds part in what was done: that a turned setting reads differently is no news. */
function firstDeed({ first, calls, differences }: Comparison): Parting | null {
  if (first?.kind !== 'effect' || first.row.group !== 'reads') return first;
  const row = differences.find(({ group }) => group !== 'reads' && group !== 'logs' && group !== 'calls');
  if (row) return { kind: 'effect', row };
  return calls[0] ? { kind: 'call', call: calls[0] } : null;
}

/** A setting that names no service is that of all services that read it. */
function placed(knob: Knob, seen: Simulation | undefined, services: { name: string }[]): Knob {
  if (knob.kind !== 'setting' || knob.services.length > 0) return knob;
  const reads = (seen?.trace.events ?? []).filter(({ kind, what }) => kind === 'read' && what === knob.name);
  const readers = new Set(reads.map(({ service }) => service));
  const names = services.length > 0 ? services.map(({ name }) => name) : ['call', 'test'];
  return { ...knob, services: readers.size > 0 ? [...readers].sort() : names };
}

async function valuesOf(tree: Tree): Promise<KnownValues> {
  const files = (await writtenFiles(tree)).filter((file) => !testName.test(file));
  const folders = new Set([
    '.',
    ...files.filter((file) => file.endsWith('package.json')).map((file) => path.dirname(file)),
  ]);
  const settings: string[] = [];
  for (const folder of folders) {
    const entries = await readdir(path.join(tree.path, folder), { withFileTypes: true });
    const kept = entries.filter((entry) => entry.isFile() && /^\.env(\.|$)/.test(entry.name));
    settings.push(...kept.map(({ name }) => path.join(folder, name)));
  }
  return knownValues(await readFiles(tree, files, moduleName), await readFiles(tree, settings, /./));
}
