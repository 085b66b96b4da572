import type { Mirror } from '../../codebase/mirror.ts';
import { readCallGraph } from '../../codebase/reach.ts';
import { survey } from '../../codebase/read-survey.ts';
import type { Survey } from '../../codebase/survey.ts';
import { functionsOf, type SourceFunction } from '../../codebase/symbols.ts';
import type { Tree } from '../../codebase/tree.ts';
import { eventsOf } from '../../simulation/comparison/rows.ts';
import type { Plan } from '../../simulation/plan.ts';
import type { Simulation, Simulator } from '../../simulation/simulation.ts';
import type { FunctionRun } from '../../simulation/trace.ts';
import type { Traces } from '../../simulation/traces.ts';
import type { RootCause } from '../root-cause.ts';
import type { BlastRadius, Fragile, Hit, HitScenario } from './blast-radius.ts';
import { isSame, type Passage, passage } from './passage.ts';

/** A scenario that may be hit. */
export interface Remembered {
  id?: string;
  title: string;
  plan: Plan;
  tags: string[];
}

/** What a blast radius is asked for. */
export interface Blasted {
  mirror: Mirror;
  simulator: Simulator;
  traces?: Pick<Traces, 'open'>;
  /** The revision that is shipped or about to be. */
  head: string;
  cause: RootCause;
  /** The scenario that was diagnosed. */
  own: Remembered;
  /** Every other scenario that is remembered. */
  others: Remembered[];
  /** What was violated together with it before. */
  fragile?: Fragile[];
  signal?: AbortSignal;
}

const mostLookedAt = 60;
const mostUncovered = 40;

/**
 * Whom and what a root cause hits: every remembered scenario is simulated at head, and what ran through the guilty code
 * is counted from the traces, the most hit first. What reaches it by imports and calls alone is told apart.
 */
export async function blastRadius(asked: Blasted): Promise<BlastRadius> {
  const { mirror, head, cause, own, others, fragile = [] } = asked;
  const revision = await mirror.resolve(head);
  const tree = await mirror.tree(revision);
  const code = await codeAt(mirror, revision, cause);
  const surveyed = await survey(tree);
  const chosen = [own, ...others.slice(0, mostLookedAt - 1)];
  const seen: { of: Remembered; through: Passage; told: HitScenario; ran: FunctionRun[] }[] = [];
  let silent = 0;
  await Promise.all(
    chosen.map(async (of, at) => {
      const simulation = await simulated(asked, of, tree);
      if (!simulation) return void silent++;
      const { trace, verdict } = simulation;
      const events = eventsOf(trace, asked.traces).all();
      const through = passage({ functions: trace.functions, events }, code, surveyed);
      const { id, title } = of;
      const told = {
        ...(id && { id }),
        title,
        outcome: verdict.outcome,
        reason: verdict.reason,
        calls: through.calls,
        trace: trace.hash,
      };
      seen[at] = { of, through, told, ran: trace.functions };
    }),
  );
  const all = Object.values(seen);
  const hit = all.filter(({ through }) => through.calls > 0);
  const ranked = (what: Exclude<keyof Passage, 'calls'>) =>
    rank(hit.map(({ through }) => [through[what], through.calls]));
  const tagged = (kind: string) => rank(hit.map(({ of, through }) => [tagsOf(of, kind), through.calls]));
  return {
    revision,
    code,
    scenarios: hit.map(({ told }) => told).sort((a, b) => order(a) - order(b) || b.calls - a.calls),
    routes: ranked('routes'),
    tables: ranked('tables'),
    queues: ranked('queues'),
    flags: ranked('flags'),
    settings: namedFirst(ranked('settings'), cause),
    workflows: tagged('workflow'),
    customers: tagged('customer'),
    metrics: tagged('metric'),
    looked: { at: all.length, leftOut: 1 + others.length - all.length },
    uncovered: await uncovered(tree, { cause, code, surveyed, ran: all.flatMap((one) => one.ran) }),
    fragile,
  };
}

/** The innermost functions around the hunks, as they stand at a revision; none when they are gone from there. */
async function codeAt(
  mirror: Mirror,
  revision: string,
  { functions, guilty, file }: RootCause,
): Promise<SourceFunction[]> {
  const isInnermost = (one: SourceFunction) =>
    !functions.some((other) => other !== one && other.file === one.file && isInside(other, one));
  const wanted = functions.filter(isInnermost);
  const named =
    wanted.length > 0 ? wanted : guilty ? [{ name: guilty.name, file: guilty.at.file }] : [{ name: '', file }];
  const found: SourceFunction[] = [];
  for (const { name, file: at } of named) {
    const all = functionsOf((await mirror.read(revision, at)) ?? '', at);
    const own = all.filter((one) => one.name === name || one.name.endsWith(`.${name}`));
    found.push(...(own.length > 0 || name !== '' ? own : all));
  }
  return found;
}

function isInside(inner: SourceFunction, outer: SourceFunction): boolean {
  const isSmaller = inner.endLine - inner.line < outer.endLine - outer.line;
  return isSmaller && outer.line <= inner.line && inner.endLine <= outer.endLine;
}

async function simulated(
  { simulator, signal }: Blasted,
  { plan }: Remembered,
  tree: Tree,
): Promise<Simulation | undefined> {
  signal?.throwIfAborted();
  const simulation = await simulator.simulate(plan, tree, signal ? { signal } : {});
  return simulation.trace.functions.length > 0 ? simulation : undefined;
}

function rank(parts: [Iterable<string>, number][]): Hit[] {
  const hits = new Map<string, Hit>();
  for (const [names, calls] of parts)
    for (const name of names) {
      const hit = hits.get(name) ?? { name, scenarios: 0, calls: 0 };
      hits.set(name, { name, scenarios: hit.scenarios + 1, calls: hit.calls + calls });
    }
  return [...hits.values()].sort(
    (a, b) => b.scenarios - a.scenarios || b.calls - a.calls || (a.name < b.name ? -1 : 1),
  );
}

/** Keys that stand on the guilty lines before those that were only read beside them. */
function namedFirst(hits: Hit[], { hunks }: RootCause): Hit[] {
  const lines = hunks.flatMap(({ added, removed }) => [...added, ...removed]).join('\n');
  return hits.toSorted((a, b) => Number(lines.includes(b.name)) - Number(lines.includes(a.name)));
}

function tagsOf({ tags }: Remembered, kind: string): string[] {
  return tags.flatMap((tag) => (tag.startsWith(`${kind}:`) ? [tag.slice(kind.length + 1)] : []));
}

function order({ outcome }: HitScenario): number {
  return { violated: 0, unknown: 1, holds: 2 }[outcome];
}

/** What reaches the code by imports and calls and ran in no simulation that was looked at. */
async function uncovered(
  tree: Tree,
  { cause, code, surveyed, ran }: { cause: RootCause; code: SourceFunction[]; surveyed: Survey; ran: FunctionRun[] },
): Promise<BlastRadius['uncovered']> {
  const { functions, lines, modules, isCut } = (await readCallGraph(tree)).reaching(code, cause.file);
  const files = Map.groupBy(ran, ({ file }) => file);
  const hasRun = (one: SourceFunction) => (files.get(one.file) ?? []).some((run) => isSame(run, one));
  const silent = functions.filter((one) => !hasRun(one));
  const reached = [...code, ...functions];
  const routes = surveyed.routes.filter(({ file, line }) => {
    const handlers = reached.filter((one) => one.file === file && one.line >= line && one.line <= line + 1);
    const isSpoken = handlers.length > 0 || lines.some((one) => one.file === file && one.line === line);
    return isSpoken && !handlers.some(hasRun);
  });
  return {
    functions: silent.slice(0, mostUncovered),
    routes: routes
      .slice(0, mostUncovered)
      .map(({ method, path, file, line }) => ({ name: `${method} ${path}`, file, line })),
    modules: modules.length,
    isCut: isCut || silent.length > mostUncovered || routes.length > mostUncovered,
  };
}
