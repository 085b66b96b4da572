import { type Breakage, defaultLimits } from './breakage.ts';
import { candidateOf, materialOf } from './candidates/by-model.ts';
import { byTemplate } from './candidates/by-template.ts';
import type { Candidate } from './candidates/candidate.ts';
import { earlierSettings } from './candidates/configuration.ts';
import { earlierExpressions } from './candidates/earlier-expressions.ts';
import { earlierVersions } from './candidates/earlier-versions.ts';
import { type Place, placesOf } from './candidates/places.ts';
import { reverts } from './candidates/reverts.ts';
import type { Fix, Refused, Turned } from './fix.ts';
import { type Reach, readReach } from './gate/reach.ts';
import type { PatchMaterial } from './patcher.ts';
import { isOver, type Search, tryOut, tryTogether, whetherBroken } from './search.ts';
import { createTrials } from './trials.ts';

const mostTold = 12;
/** How much of the candidates is left for the guilty functions' earlier versions when small changes are tried. */
const forHistory = 0.2;

/**
 * A patch on head that passed the gate, the smallest kind first: the revert of the hunks that flip the verdict, one
 * small change, a guilty function as it was, a model's patch. Where the first that passes makes tests fail that came
 * with the change, one that does not is looked for. Otherwise nothing, with the reason.
 */
export async function repair(breakage: Breakage): Promise<Fix | Refused> {
  const search = await begin(breakage);
  const sound = await whetherBroken(breakage, search);
  if (sound !== undefined) return { reason: sound, spent: spent(search) };
  const found = (await byRevert(search)) ?? (await inPlaces(search)) ?? search.lesser;
  const refused = told(search);
  if (found) return { ...found, refused, spent: spent(search) };
  const reasons = refused.map(({ what, reason }) => `${what}: ${reason}`);
  const stopped = spent(search).stopped;
  return {
    reason: [...reasons, ...(stopped ? [stopped] : [])].join('; ') || 'the commit changed nothing that can be undone',
    refused,
    spent: spent(search),
  };
}

async function begin(breakage: Breakage): Promise<Search> {
  const { mirror, simulator, signal, head } = breakage;
  const limits = { ...defaultLimits, ...breakage.limits };
  const tree = await mirror.tree(head);
  let reach: Promise<Reach> | undefined;
  return {
    breakage,
    limits,
    trials: createTrials({ mirror, simulator, most: limits.simulations, ...(signal && { signal }) }),
    tree,
    reach: () => {
      reach ??= readReach(tree);
      return reach;
    },
    seen: new Set(),
    candidates: 0,
    turned: [],
    idle: 0,
    isCut: false,
  };
}

async function byRevert(search: Search): Promise<Fix | undefined> {
  for await (const candidate of reverts(search.breakage, search.trials)) {
    const judged = await tryOut(search, candidate);
    if (judged !== 'seen' && 'fix' in judged) return judged.fix;
    if (search.lesser) return undefined;
  }
  return undefined;
}

async function inPlaces(search: Search): Promise<Fix | undefined> {
  const { breakage, trials, limits } = search;
  const violated = await trials.at(breakage.plan, breakage.head);
  const places = await placesOf(breakage, violated.functions);
  const small = [...(await earlierSettings(breakage)), ...earlierExpressions(places), ...byTemplate(places)];
  const found =
    (await oneOf(search, small, Math.ceil(limits.candidates * (1 - forHistory)))) ??
    (await oneOf(search, await earlierVersions(breakage, places), limits.candidates));
  return found ?? byModel(search, places);
}

async function oneOf(search: Search, candidates: Candidate[], most: number): Promise<Fix | undefined> {
  const { width } = search.limits;
  for (let at = 0; at < candidates.length; at += width) {
    if (isOver(search, most)) {
      search.isCut = true;
      return undefined;
    }
    const found = await tryTogether(search, candidates.slice(at, at + width));
    if (found) return found;
  }
  return undefined;
}

/** Asks the model, and tells it what the gate said, for a few rounds. */
async function byModel(search: Search, places: Place[]): Promise<Fix | undefined> {
  const { breakage, trials, limits } = search;
  const { patcher } = breakage;
  if (!patcher || places.length === 0) return undefined;
  const material = await materialOf(breakage, places, await trials.at(breakage.plan, breakage.head));
  const refused: PatchMaterial['refused'] = [];
  for (let round = 0; round < limits.rounds && !trials.isSpent; round++) {
    const proposal = await patcher.propose({ ...material, refused });
    const what = `what ${patcher.name} proposed`;
    if ('unusable' in proposal) {
      search.turned.push({ kind: 'model', what, reason: proposal.unusable });
      if (!proposal.mayAsk) return undefined;
      refused.push({ proposal: 'no patch', reason: proposal.unusable });
      continue;
    }
    const candidate = await candidateOf(breakage, proposal, patcher.name);
    if ('reason' in candidate) search.turned.push({ kind: 'model', what, reason: candidate.reason });
    const judged = 'reason' in candidate ? candidate : await tryOut(search, candidate);
    if (judged !== 'seen' && 'fix' in judged) return judged.fix;
    const reason = judged === 'seen' ? 'the same was tried already' : judged.reason;
    refused.push({ proposal: JSON.stringify(proposal.edits).slice(0, 8_000), reason });
  }
  return undefined;
}

/** What was refused and why, as many as a person reads; small changes without an effect in one line. */
function told({ turned, idle }: Search): Turned[] {
  const shown = turned.slice(0, mostTold);
  const rest = turned.length - shown.length;
  const more: Turned[] = [];
  if (rest > 0) more.push({ kind: 'template', what: `${rest} more candidates`, reason: 'refused as well' });
  if (idle > 0) {
    const what = idle === 1 ? 'one small change' : `${idle} small changes, one at a time`;
    more.push({ kind: 'template', what, reason: 'the scenario does not hold with it' });
  }
  return [...shown, ...more];
}

function spent(search: Search): NonNullable<Fix['spent']> {
  const { trials, limits, candidates, isCut } = search;
  const stopped = trials.isSpent
    ? `the limit of ${limits.simulations} simulations was reached`
    : isCut
      ? `the limit of ${limits.candidates} candidates was reached`
      : undefined;
  return { simulations: trials.simulations, candidates, ...(stopped && { stopped }) };
}
