import type { Hunk } from '../codebase/hunk.ts';
import type { Mirror } from '../codebase/mirror.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { ddmin, type Tested } from './ddmin.ts';
import { type Judge, type Judgement, onlyDependencies } from './judge.ts';
import { isCode } from './kinds-of-files.ts';
import type { Culprit } from './search.ts';

/** What the minimising stands on. */
interface Grounds {
  mirror: Mirror;
  judge: Judge;
  culprit: Culprit;
  /** The violated run at the culprit; candidates must fail like it. */
  violated: Simulation;
}

/**
 * The fewest hunks of a commit that flip the verdict: put on the parent they violate the plan for the same reason,
 * and taken out of the commit they make it hold. Where the two differ, those that must be taken out.
 */
export async function minimise(grounds: Grounds, all: Hunk[]): Promise<Hunk[]> {
  const code = all.filter(({ file }) => isCode(file));
  const apply = (part: Hunk[]) => applied(grounds, part);
  const undo = (part: Hunk[]) => undone(grounds, part);
  const suspects = code.length > 0 && code.length < all.length && (await apply(code)) === 'shows' ? code : all;
  const cause = await byFileThenHunk(suspects, apply);
  if ((await undo(cause)) === 'shows') return cause;
  const whole = (await undo(suspects)) === 'shows' ? suspects : all;
  if (whole === all && (await undo(all)) !== 'shows') return cause;
  return byFileThenHunk(whole, undo);
}

/** Whole files first, since most can be left out together, then hunks. */
async function byFileThenHunk(hunks: Hunk[], test: (part: Hunk[]) => Promise<Tested>): Promise<Hunk[]> {
  const files = [...Map.groupBy(hunks, ({ file }) => file).values()];
  const kept = await ddmin(files, (part) => test(part.flat()));
  return ddmin(kept.flat(), test);
}

/** Whether hunks alone break the parent, for the same reason. */
async function applied({ mirror, judge, culprit, violated }: Grounds, part: Hunk[]): Promise<Tested> {
  const tree = await mirror.applied(culprit.good, part).catch(onlyDependencies);
  if (typeof tree === 'string') return 'unresolved';
  return tested(await judge.against(violated, judge.on(tree), 'exact'), 'violated');
}

/** Whether taking hunks out of the commit makes the plan hold. */
async function undone({ mirror, judge, culprit }: Grounds, part: Hunk[]): Promise<Tested> {
  const { id } = culprit.commit;
  const reverted = await mirror.reverted(id, { commit: id, hunks: part }).catch(onlyDependencies);
  if (typeof reverted === 'string') return 'unresolved';
  return tested(await judge.on(reverted?.tree ?? null), 'holds');
}

function tested({ outcome }: Judgement, wanted: Judgement['outcome']): Tested {
  if (outcome === 'unknown') return 'unresolved';
  return outcome === wanted ? 'shows' : 'not';
}
