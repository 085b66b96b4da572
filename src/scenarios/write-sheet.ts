import type { Mirror } from '../codebase/mirror.ts';
import type { Tree } from '../codebase/tree.ts';
import type { RootCause } from '../diagnosis/root-cause.ts';
import type { Visibility } from '../evidence/evidence.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Results, Simulation } from '../simulation/simulation.ts';
import { blastOf } from './blast.ts';
import type { Report } from './report.ts';
import type { Sheet, SheetRun } from './sheet.ts';
import { windowsOf } from './source-window.ts';

/** What every sheet of a plan has in common. */
interface About {
  repository: string;
  codeUrl?: string;
  plan: Plan;
  visibility: Visibility | null;
}

/** What a finding is written down from. */
export interface Found extends About {
  report: Report;
  mirror: Mirror;
  simulate(plan: Plan, tree: Tree): Promise<Simulation>;
}

const longestResult = 100_000;

/** The sheet of one simulation. */
export function simulationSheet(about: About, revision: string, simulation: Simulation): Sheet {
  return { sheet: 1, kind: 'simulation', ...about, head: runOf(revision, simulation) };
}

/**
 * The sheet of what a thread was told: the run at the commit that broke it beside the one before, else the run at the
 * revision that was asked about. Null when nothing was simulated.
 */
export async function findingSheet(found: Found): Promise<Sheet | null> {
  const { report, plan, mirror, repository, codeUrl, visibility } = found;
  const { verdict, scenario, cause, fix } = report;
  if (!verdict) return null;
  const ran = async (revision: string) => {
    const simulation = await found.simulate(plan, await mirror.tree(revision));
    return { run: runOf(revision, simulation), simulation };
  };
  const told = scenario && { id: scenario.id, title: scenario.title, narrative: scenario.narrative };
  const common = { sheet: 1 as const, repository, codeUrl, plan, visibility, scenario: told };
  if (!cause || !('commit' in cause)) {
    const { run } = await ran(verdict.revision);
    return { ...common, kind: verdict.outcome === 'violated' ? 'finding' : 'simulation', head: run, cause, fix };
  }
  const base = await ran(cause.good);
  const head = await ran(cause.commit.id);
  const { revision, ...asked } = verdict;
  return {
    ...common,
    kind: 'finding',
    base: base.run,
    head: head.run,
    ...(revision === cause.commit.id ? {} : { asked: { revision, verdict: asked } }),
    cause,
    guilty: await guiltyLines(mirror, cause),
    blast: blastOf(plan, head.simulation, cause),
    fix,
  };
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
