import type { Hunk } from '../codebase/hunk.ts';
import type { Mirror } from '../codebase/mirror.ts';
import type { Tree } from '../codebase/tree.ts';
import { isCode, isTest } from '../diagnosis/kinds-of-files.ts';
import { byFileThenHunk } from '../diagnosis/minimise.ts';
import type { RootCause } from '../diagnosis/root-cause.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Simulator } from '../simulation/simulation.ts';
import type { Fix, Proof, Refused } from './fix.ts';

/** What a fix is asked for. */
export interface Breakage {
  mirror: Mirror;
  simulator: Simulator;
  plan: Plan;
  /** The revision to be mended. */
  head: string;
  cause: RootCause;
  /** Every other scenario that is remembered; none may change its verdict. */
  neighbours: { title: string; plan: Plan }[];
  signal?: AbortSignal;
}

interface Candidate {
  hunks: Hunk[];
  what: string;
}

/**
 * A patch on head that was itself simulated: the revert of the hunks that flip the verdict, or of the commit's code
 * where those alone cannot be undone. It is called a fix only when git takes it, the scenario holds with it, no
 * neighbour changes, and no test was edited; otherwise it is refused with the reason.
 */
export async function repair(breakage: Breakage): Promise<Fix | Refused> {
  const reasons: string[] = [];
  for await (const candidate of candidates(breakage)) {
    const tried = await gate(breakage, candidate);
    if ('patch' in tried) return tried;
    reasons.push(`${candidate.what}: ${tried.reason}`);
  }
  return { reason: reasons.join('; ') || 'the commit changed nothing that can be undone' };
}

/** The hunks of the cause; then as few as mend head of those that can still be undone there; then all code of the commit. */
async function* candidates(breakage: Breakage): AsyncGenerator<Candidate> {
  const { mirror, cause } = breakage;
  yield { hunks: cause.hunks, what: `undoing ${counted(cause.hunks)}` };
  const all = (await mirror.hunks(cause.good, cause.commit.id)).filter(({ file }) => isCode(file));
  const fewest = await fewestAtHead(breakage, all);
  if (fewest) yield { hunks: fewest, what: `undoing ${counted(fewest)}` };
  if (all.length > cause.hunks.length) yield { hunks: all, what: 'undoing all code' };
}

async function fewestAtHead(
  { mirror, simulator, plan, head, cause, signal }: Breakage,
  all: Hunk[],
): Promise<Hunk[] | undefined> {
  const commit = cause.commit.id;
  const undoable: Hunk[] = [];
  for (const hunk of all) if (await mirror.reverted(head, { commit, hunks: [hunk] })) undoable.push(hunk);
  const mends = async (hunks: Hunk[]) => {
    signal?.throwIfAborted();
    const undone = await mirror.reverted(head, { commit, hunks });
    if (!undone) return 'unresolved';
    const { outcome } = (await simulator.simulate(plan, undone.tree, signal ? { signal } : {})).verdict;
    return outcome === 'unknown' ? 'unresolved' : outcome === 'holds' ? 'shows' : 'not';
  };
  if (undoable.length === 0 || (await mends(undoable)) !== 'shows') return undefined;
  return byFileThenHunk(undoable, mends);
}

async function gate(breakage: Breakage, { hunks, what }: Candidate): Promise<Fix | Refused> {
  const { mirror, head, cause } = breakage;
  const named = breakage.plan.when.flatMap((step) => ('test' in step ? [step.test.file] : []));
  const tested = hunks.find(({ file }) => isTest(file) || named.includes(file));
  if (tested) return { reason: `it would edit the test ${tested.file}` };
  const undone = await mirror.reverted(head, { commit: cause.commit.id, hunks });
  if (!undone) return { reason: 'later changes touch the same lines' };
  if (undone.patch === '') return { reason: 'the lines are gone from head already' };
  const mended = await mirror.patched(head, undone.patch);
  if (!mended) return { reason: 'git does not take the patch' };
  const proofs = await prove(breakage, mended);
  const [target, ...others] = proofs;
  if (target?.after !== 'holds') return { reason: `the scenario is ${target?.after} with it` };
  const broken = others.find(({ before, after }) => before === 'holds' && after !== 'holds');
  if (broken) return { reason: `it would break "${broken.scenario}", which holds now` };
  return { kind: 'revert', patch: undone.patch, summary: summary(cause, what), proofs };
}

async function prove({ mirror, simulator, plan, head, neighbours, signal }: Breakage, mended: Tree): Promise<Proof[]> {
  const tree = await mirror.tree(head);
  const run = async (asked: Plan, on: Tree) => {
    signal?.throwIfAborted();
    return (await simulator.simulate(asked, on, signal ? { signal } : {})).verdict.outcome;
  };
  const target = { scenario: 'this scenario', before: await run(plan, tree), after: await run(plan, mended) };
  if (target.after !== 'holds') return [target];
  const proofs: Proof[] = [target];
  for (const neighbour of neighbours)
    proofs.push({
      scenario: neighbour.title,
      before: await run(neighbour.plan, tree),
      after: await run(neighbour.plan, mended),
    });
  return proofs;
}

function summary({ commit }: RootCause, what: string): string {
  const did = `${what[0]?.toUpperCase()}${what.slice(1)} of ${commit.id.slice(0, 7)}`;
  return `${did} brings the behaviour back. It takes back that much of “${commit.subject}”; whatever else the change was for has to be done another way.`;
}

function counted(hunks: Hunk[]): string {
  const files = new Set(hunks.map(({ file }) => file));
  const places = hunks.length === 1 ? 'one change' : `${hunks.length} changes`;
  return `${places} in ${[...files].join(' and ')}`;
}
