import type { Edited } from '../codebase/mirror.ts';
import type { Breakage } from './breakage.ts';
import type { Candidate } from './candidates/candidate.ts';
import type { Fix, Turned } from './fix.ts';
import { gate, type Setting, standing } from './gate/gate.ts';
import { minimal } from './minimal.ts';
import { summaryOf, undoneBy } from './undone.ts';

/** One search for a fix: what was tried, what was refused, and the best that passed. */
export interface Search extends Setting {
  /** Trees that were tried, by id. */
  seen: Set<string>;
  candidates: number;
  /** Candidates that were refused, but for small changes without an effect on the scenario. */
  turned: Turned[];
  /** Small changes that did not make the scenario hold. */
  idle: number;
  /** Whether candidates were left untried for the limit. */
  isCut: boolean;
  /** The first fix that passed, though tests that came with the change would fail with it. */
  lesser?: Fix;
}

/** Why a candidate was refused, that it was tried before, or what it is as a fix. */
export type Judged = { fix: Fix } | { reason: string } | 'seen';

/** Whether nothing more may be tried. */
export function isOver({ trials, limits, candidates }: Search, most = limits.candidates): boolean {
  return trials.isSpent || candidates >= most;
}

/** Holds one candidate against the gate, without what can be left out of it. */
export async function tryOut(search: Search, candidate: Candidate): Promise<Judged> {
  const { breakage, trials } = search;
  const edited = await breakage.mirror.edited(breakage.head, candidate.edit);
  search.candidates++;
  if (!edited) return turn(search, candidate, unfitting(candidate));
  if (search.seen.has(edited.id)) return 'seen';
  search.seen.add(edited.id);
  const refused = await standing(search, edited);
  if (refused) return turn(search, candidate, refused.reason);
  const { outcome, reason } = await trials.on(breakage.plan, edited);
  if (outcome !== 'holds')
    return turn(
      search,
      candidate,
      `the scenario is ${outcome} with it${outcome === 'unknown' ? `: ${reason.slice(0, 200)}` : ''}`,
    );
  return passing(search, candidate, edited);
}

/** Tries some candidates side by side for their effect on the scenario alone; those that have it, in order, go to the gate. */
export async function tryTogether(search: Search, together: Candidate[]): Promise<Fix | undefined> {
  const { breakage, trials } = search;
  const mending = await Promise.all(
    together.map(async (candidate) => {
      const edited = await breakage.mirror.edited(breakage.head, candidate.edit);
      if (!edited || search.seen.has(edited.id)) return undefined;
      search.seen.add(edited.id);
      search.candidates++;
      const { outcome } = await trials.on(breakage.plan, edited);
      if (outcome === 'holds') return { candidate, edited };
      search.idle++;
      return undefined;
    }),
  );
  for (const found of mending) {
    if (!found) continue;
    const judged = await passing(search, found.candidate, found.edited);
    if (judged !== 'seen' && 'fix' in judged) return judged.fix;
  }
  return undefined;
}

/** The gate, for as little of the candidate as does; for the whole where less does not pass. */
async function passing(search: Search, candidate: Candidate, whole: Edited): Promise<Judged> {
  const { breakage, trials } = search;
  const least = await minimal(breakage, whole, trials);
  for (const edited of least.id === whole.id ? [whole] : [least, whole]) {
    const passed = await gate(search, edited);
    if ('reason' in passed) {
      turn(search, candidate, passed.reason);
      continue;
    }
    const { proofs, unproved, tests, types } = passed;
    const undoes = await undoneBy(breakage, edited.hunks, tests);
    const { kind, maker } = candidate;
    const fix: Fix = {
      kind,
      patch: edited.patch,
      summary: summaryOf(kind, leastOf(candidate.what, whole, edited), undoes, maker),
      proofs,
      ...(unproved > 0 && { unproved }),
      tests,
      types,
      ...(maker !== undefined && { maker }),
      ...(undoes && { undoes }),
    };
    if (tests.undone.length === 0) return { fix };
    search.lesser ??= fix;
    return { reason: 'tests that came with the change would fail with it' };
  }
  return { reason: search.turned.at(-1)?.reason ?? '' };
}

function leastOf(what: string, whole: Edited, edited: Edited): string {
  if (edited.id === whole.id) return what;
  return `${what}, of which ${edited.hunks.length} of ${whole.hunks.length} places are enough,`;
}

function turn({ turned }: Search, { kind, what }: Candidate, reason: string): { reason: string } {
  turned.push({ kind, what, reason });
  return { reason };
}

function unfitting({ kind }: Candidate): string {
  return kind === 'revert' ? 'later changes touch the same lines' : 'it does not fit this revision';
}

/** Whether a search was asked for on grounds that let it begin. */
export async function whetherBroken({ plan, head }: Breakage, { trials }: Setting): Promise<string | undefined> {
  const { outcome, reason } = await trials.at(plan, head);
  if (outcome === 'violated') return undefined;
  return outcome === 'holds'
    ? 'the scenario holds at this revision'
    : `the scenario is unknown at this revision: ${reason}`;
}
