import type { Hunk } from '../codebase/hunk.ts';
import type { Mirror } from '../codebase/mirror.ts';
import type { Tree } from '../codebase/tree.ts';
import type { Simulation } from '../simulation/simulation.ts';
import { ddmin, type Tested } from './ddmin.ts';
import { type Judge, type Judgement, onlyDependencies } from './judge.ts';
import { isCode } from './kinds-of-files.ts';
import { carries, closed, type Piece, piecesOf, standsOn } from './pieces.ts';
import { type Readable, readableAt } from './readable.ts';
import type { Culprit } from './search.ts';

/** In a commit of more hunks, one that decides the verdict alone is the answer, whatever else it stands upon. */
const few = 8;
/** How many hunks are tried on their own. */
const mostAlone = 12;
/** How many simulations it may take: what is found by then flips the verdict, though less of it might. */
const mostSimulations = 400;

/** What the minimising stands on. */
interface Grounds {
  mirror: Mirror;
  judge: Judge;
  culprit: Culprit;
  /** The violated run at the culprit; candidates must fail like it. */
  violated: Simulation;
  /** How many simulations it may take; 400 when absent. */
  most?: number;
}

/** Hunks that flip the verdict, and whether the search for fewer was ended by its limit. */
interface Fewest {
  hunks: Hunk[];
  isCut: boolean;
}

/**
 * The fewest hunks of a commit, given likeliest first, that flip the verdict: put on the parent they violate the plan
 * for the same reason, and taken out of the commit they make it hold. Where the two differ, those that must be taken
 * out. Hunks that stand on each other are tried together, and candidates that do not parse are not simulated.
 */
export async function minimise(grounds: Grounds, all: Hunk[]): Promise<Fewest> {
  const { judge, most = mostSimulations } = grounds;
  const end = judge.simulations + most;
  let isCut = false;
  const hunks = await fewest(grounds, all, (test) => async (part) => {
    if (judge.simulations < end) return test(part);
    isCut = true;
    return 'unresolved';
  });
  return { hunks, isCut };
}

type Test = (part: Hunk[]) => Promise<Tested>;

async function fewest(grounds: Grounds, all: Hunk[], within: (test: Test) => Test): Promise<Hunk[]> {
  const code = all.filter(({ file }) => isCode(file));
  const readable = readableAt(grounds.mirror, grounds.culprit.commit.id);
  const apply = within((part) => applied(grounds, part, readable));
  const undo = within((part) => undone(grounds, part, readable));
  const suspects = code.length > 0 && code.length < all.length && (await apply(code)) === 'shows' ? code : all;
  const alone = await firstAlone(suspects, undo);
  if (alone && (suspects.length > few || (await apply(alone)) === 'shows')) return alone;
  const on = standsOn(suspects);
  const cause = await byFileThenHunk(suspects, apply, on);
  if ((await undo(cause)) === 'shows') return cause;
  if (alone) return alone;
  const whole = (await undo(suspects)) === 'shows' ? suspects : all;
  if (whole === all && (await undo(all)) !== 'shows') return cause;
  return byFileThenHunk(whole, undo, carries(standsOn(whole)));
}

/** The likeliest piece that needs no other to be taken out with it. */
async function firstAlone(hunks: Hunk[], undo: (part: Hunk[]) => Promise<Tested>): Promise<Piece | undefined> {
  for (const piece of piecesOf(hunks).slice(0, mostAlone)) if ((await undo(piece)) === 'shows') return piece;
  return undefined;
}

/**
 * The fewest hunks that show something: whole files first, since most can be left out together, then pieces. Where a
 * relation is given, each part is tried with what it stands on, and of that what is not needed is left out in the end.
 */
export async function byFileThenHunk(
  hunks: Hunk[],
  test: (part: Hunk[]) => Promise<Tested>,
  on?: Map<Hunk, Hunk[]>,
): Promise<Hunk[]> {
  const whole = (part: Piece[]) => (on ? closed(part.flat(), on) : part.flat());
  const tried = (part: Piece[]) => test(whole(part));
  const files = [...Map.groupBy(piecesOf(hunks), ([first]) => first?.file).values()].map((own) => own.flat());
  const kept = await ddmin(files, tried);
  const found = await ddmin(piecesOf(kept.flat()), tried);
  const more = whole(found).length > found.flat().length;
  const fewest = more ? (await ddmin(piecesOf(whole(found)), (part) => test(part.flat()))).flat() : found.flat();
  return fewest.sort((a, b) => (a.file === b.file ? a.newStart - b.newStart : a.file < b.file ? -1 : 1));
}

/** Whether hunks alone break the parent, for the same reason. */
async function applied(grounds: Grounds, part: Hunk[], readable: Readable): Promise<Tested> {
  const { mirror, judge, culprit, violated } = grounds;
  const tree = await mirror.applied(culprit.good, part).catch(onlyDependencies);
  if (typeof tree === 'string' || (tree && !(await readable(tree, part)))) return 'unresolved';
  return tested(await judge.against(violated, judge.on(tree), 'exact'), 'violated');
}

/** Whether taking hunks out of the commit makes the plan hold. */
async function undone(grounds: Grounds, part: Hunk[], readable: Readable): Promise<Tested> {
  const tree = await undoneTree(grounds, part);
  return tree && (await readable(tree, part)) ? tested(await grounds.judge.on(tree), 'holds') : 'unresolved';
}

/** The culprit commit without some of its hunks; undefined where they cannot be taken out, or its packages not installed. */
export async function undoneTree(
  { mirror, culprit }: Pick<Grounds, 'mirror' | 'culprit'>,
  part: Hunk[],
): Promise<Tree | undefined> {
  const { id } = culprit.commit;
  const reverted = await mirror.reverted(id, { commit: id, hunks: part }).catch(onlyDependencies);
  return typeof reverted === 'string' ? undefined : reverted?.tree;
}

function tested({ outcome }: Judgement, wanted: Judgement['outcome']): Tested {
  if (outcome === 'unknown') return 'unresolved';
  return outcome === wanted ? 'shows' : 'not';
}
