import type { Hunk } from '../../codebase/hunk.ts';
import type { Edited } from '../../codebase/mirror.ts';
import { functionsOf, type SourceFunction } from '../../codebase/symbols.ts';
import type { Tree } from '../../codebase/tree.ts';
import type { FunctionRun } from '../../simulation/trace.ts';
import type { Breakage, Limits } from '../breakage.ts';
import type { OwnTests, Proof, Types } from '../fix.ts';
import type { Trials } from '../trials.ts';
import { runOwnTests } from './own-tests.ts';
import { broken } from './parses.ts';
import { touchesProtected } from './protected.ts';
import type { Reach } from './reach.ts';
import { checkTypes } from './types/check-types.ts';

/** What every candidate of one search is held against. */
export interface Setting {
  breakage: Breakage;
  trials: Trials;
  limits: Limits;
  /** Head laid out. */
  tree: Tree;
  /** Who imports what at head; read when it is first asked for. */
  reach(): Promise<Reach>;
}

/** What the gate found out about a candidate that passed it. */
export interface Passed {
  proofs: Proof[];
  /** Neighbours beyond the limit, which were not simulated. */
  unproved: number;
  types: Types;
  tests: OwnTests;
}

/**
 * The one gate, the cheapest questions first: it edits no test, plan, check or snapshot; every file still parses; git
 * takes it on head; the scenario holds with it; no neighbour that holds stops doing so, and none comes to be violated;
 * no new error of types; and what passed of the repository's own tests still passes.
 */
export async function gate(setting: Setting, edited: Edited): Promise<Passed | { reason: string }> {
  const { breakage, trials, limits, tree } = setting;
  const refused = (await standing(setting, edited)) ?? (await proved(setting, edited));
  if ('reason' in refused) return refused;
  const files = [...new Set(edited.hunks.map(({ file }) => file))];
  const reach = await setting.reach();
  const near = reach.importersOf(files).filter(({ steps }) => steps === 1);
  const after = await edited.lay();
  const importers = near.map(({ file }) => file).slice(0, mostImporters);
  const types = await checkTypes({ before: tree, after, changed: files, importers });
  if ('reason' in types) return types;
  const ranChanged = await passing(breakage, edited.hunks);
  const tests = await runOwnTests({ breakage, trials, limits, edited, head: { path: tree.path, reach }, ranChanged });
  if ('reason' in tests) return tests;
  const unproved = Math.max(0, breakage.neighbours.length - limits.neighbours);
  return { proofs: refused.proofs, unproved, types, tests };
}

const mostImporters = 40;

/** Why a patch cannot even be tried, or nothing. */
export async function standing({ breakage }: Setting, edited: Edited): Promise<{ reason: string } | undefined> {
  const { mirror, head } = breakage;
  if (edited.hunks.length === 0) return { reason: 'the lines are gone from head already' };
  const taken = await mirror.edited(head, { patch: edited.patch });
  if (taken?.id !== edited.id) return { reason: 'git does not take the patch on head' };
  const hidden = await touchesProtected(breakage, edited.hunks, edited.read);
  if (hidden) return { reason: hidden };
  for (const file of new Set(edited.hunks.map((hunk) => hunk.file))) {
    const unread = broken(file, await mirror.read(head, file), await edited.read(file));
    if (unread) return { reason: unread };
  }
  return undefined;
}

async function proved(setting: Setting, edited: Edited): Promise<{ proofs: Proof[] } | { reason: string }> {
  const { breakage, trials, limits } = setting;
  let isUnpaid = false;
  const prove = async (scenario: string, plan: Breakage['plan']): Promise<Proof> => {
    const [before, after] = await Promise.all([trials.at(plan, breakage.head), trials.on(plan, edited)]);
    isUnpaid ||= before.isUnpaid === true || after.isUnpaid === true;
    return {
      scenario,
      before: before.outcome,
      after: after.outcome,
      traces: { before: before.hash, after: after.hash },
    };
  };
  const target = await prove('this scenario', breakage.plan);
  if (target.after !== 'holds') return { reason: `the scenario is ${target.after} with it` };
  const proofs = [target];
  for (const neighbour of breakage.neighbours.slice(0, limits.neighbours)) {
    const proof = await prove(neighbour.title, neighbour.plan);
    if (proof.before === 'holds' && proof.after !== 'holds')
      return { reason: `it would break "${neighbour.title}", which holds now` };
    if (proof.before === 'unknown' && proof.after === 'violated')
      return { reason: `"${neighbour.title}", which cannot be told now, would be violated with it` };
    if (!isUnpaid && proof.before === 'violated' && proof.after === 'unknown')
      return { reason: `"${neighbour.title}", which is violated now, could not be told with it` };
    if (isUnpaid) return { reason: `the simulations were used up before "${neighbour.title}" was tried` };
    proofs.push(proof);
  }
  return { proofs };
}

/** Whether functions that ran are those that hunks of head change; what stands outside of all runs on loading. */
async function passing({ mirror, head }: Breakage, hunks: Hunk[]): Promise<(ran: FunctionRun[]) => boolean> {
  const changed: (SourceFunction | undefined)[] = [];
  for (const hunk of hunks) {
    const source = await mirror.read(head, hunk.file);
    changed.push(...(source === undefined || hunk.whole ? [undefined] : functionsIn(hunk, source)));
  }
  return (ran) =>
    changed.some((own) => !own || ran.some(({ file, endLine }) => file === own.file && endLine === own.endLine));
}

/** The innermost functions whose lines a hunk takes out or puts lines into; undefined for what stands outside of all. */
function functionsIn({ file, oldStart, oldLines, removed }: Hunk, source: string): (SourceFunction | undefined)[] {
  const all = functionsOf(source, file).sort((a, b) => a.endLine - a.line - (b.endLine - b.line) || b.line - a.line);
  const around = (at: number) => all.find(({ line, endLine }) => line <= at && at <= endLine);
  if (oldLines > 0)
    return [...new Set(removed.flatMap((text, at) => (text.trim() === '' ? [] : [around(oldStart + at)])))];
  const before = around(oldStart);
  return [before === around(oldStart + 1) ? before : undefined];
}
