import type { Mirror } from '../codebase/mirror.ts';
import type { Tree } from '../codebase/tree.ts';
import type { RootCause } from '../diagnosis/root-cause.ts';
import type { Visibility } from '../evidence/evidence.ts';
import type { Comparison, Parting } from '../simulation/comparison/comparison.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Results, Simulation } from '../simulation/simulation.ts';
import type { Report } from './report.ts';
import type { SeenAt, Sheet, SheetRun } from './sheet.ts';
import { windowsOf } from './source-window.ts';

/** What every sheet of a plan has in common. */
interface About extends Pick<Sheet, 'scenario'> {
  repository: string;
  codeUrl?: string;
  plan: Plan;
  visibility: Visibility | null;
}

/** What a finding is written down from. */
export interface Found extends Omit<About, 'scenario'> {
  report: Report;
  mirror: Mirror;
  simulate(plan: Plan, tree: Tree): Promise<Simulation>;
}

const longestResult = 100_000;

/** The sheet of one simulation. */
export function simulationSheet(about: About, revision: string, simulation: Simulation): Sheet {
  return { sheet: 1, kind: 'simulation', ...about, head: runOf(revision, simulation) };
}

/** The sheet of two runs of a plan, with the point at which they part. */
export function comparisonSheet(about: About, comparison: Comparison, [base, head]: [SheetRun, SheetRun]): Sheet {
  const { outcome, first, calls } = comparison;
  const guilty = calls.find(({ did }) => !did);
  return {
    sheet: 1,
    kind: 'comparison',
    ...about,
    base,
    head,
    outcome,
    ...(first ? { parting: partingOf(first) } : {}),
    ...(guilty ? { guiltyCall: guilty.calls } : {}),
  };
}

function partingOf(first: Parting): SeenAt {
  if (first.kind === 'call') return first.call.calls;
  const { base, head } = first.row;
  return head ? { head: head.seq } : { base: base?.seq };
}

/**
 * The sheets of what a thread was told, that of the finding last: the run at the revision that was asked about, and the
 * run at the commit that broke it beside the one before. None when nothing was simulated.
 */
export async function sheetsOf(found: Found): Promise<Sheet[]> {
  const { report, plan, mirror, repository, codeUrl, visibility } = found;
  const { verdict, scenario, cause, fix } = report;
  if (!verdict) return [];
  const ran = async (revision: string) => found.simulate(plan, await mirror.tree(revision));
  const told = scenario && { id: scenario.id, title: scenario.title, narrative: scenario.narrative };
  const about = { repository, codeUrl, plan, visibility, scenario: told };
  const asked = simulationSheet(about, verdict.revision, await ran(verdict.revision));
  if (verdict.outcome !== 'violated') return [asked];
  if (!cause || !('commit' in cause)) return [{ ...asked, kind: 'finding', cause, fix }];
  const head = await ran(cause.commit.id);
  const finding: Sheet = {
    sheet: 1,
    ...about,
    kind: 'finding',
    base: runOf(cause.good, await ran(cause.good)),
    head: runOf(cause.commit.id, head),
    ...(verdict.revision === cause.commit.id
      ? {}
      : { asked: { revision: verdict.revision, verdict: asked.head.verdict } }),
    cause,
    // The numbers are those of the violated trace; what holds beside it may be the commit without the hunks.
    ...(cause.guilty ? { guiltyCall: { head: cause.guilty.calls.head } } : {}),
    guilty: await guiltyLines(mirror, cause),
    ...(report.blast ? { blast: report.blast } : {}),
    fix,
  };
  return [asked, finding];
}

/** One side of a page, with results cut to what can be shown. */
export function runOf(revision: string, { verdict, results, trace }: Simulation): SheetRun {
  return { revision, verdict, results: cut(results), trace: { hash: trace.hash, counts: trace.counts } };
}

async function guiltyLines(mirror: Mirror, cause: RootCause) {
  const files = [...new Set(cause.hunks.map(({ file }) => file))].slice(0, 6);
  const sources = await Promise.all(files.map((file) => mirror.read(cause.commit.id, file)));
  return files.flatMap((file, index) => windowsOf(cause, file, sources[index]));
}

function cut(results: Results): Results {
  const shown = Object.entries(results).map(([id, result]) => {
    const length = JSON.stringify(result)?.length ?? 0;
    return [id, length > longestResult ? `too long to show: ${length} characters` : result] as const;
  });
  return Object.fromEntries(shown);
}
