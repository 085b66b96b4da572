import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openMirror } from '../src/codebase/git-mirror.ts';
import type { Tree } from '../src/codebase/tree.ts';
import { type Plan, parsePlan } from '../src/simulation/plan.ts';
import { createSimulator } from '../src/simulation/simulator.ts';
import { detectOuterWall, type OuterWall } from '../src/world/sandbox/outer-wall.ts';
import { type Figure, median, show } from './figures.ts';
import { cpuMs } from './systems/family.ts';
import { threeServices } from './systems/generated.ts';
import { healthPlan, orderPlan } from './systems/order-plan.ts';

const goals = { firstMs: 3_000, warmMs: 300, perSecond: 10, tracing: 3 };

interface Given {
  repo?: string;
  rev?: string;
  plan?: string;
  runs: number;
}

/** One simulation, first on a new revision and warm; many plans at once on one revision; and what tracing costs. */
export async function simulate(given: Given): Promise<Figure[]> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'rehearse-bench-'));
  try {
    const cacheFolder = path.join(scratch, 'cache');
    const outerWall = await detectOuterWall();
    const trees = await treesOf(given, scratch);
    const plans = given.plan ? [parsePlan(readFileSync(given.plan, 'utf8'))] : [0, 1, 2].map(orderPlan);
    const setting = { cacheFolder, outerWall };
    return [
      ...(await latency(trees, plans, given.runs, setting)),
      ...(await throughput(trees[1], given.plan ? plans : mixed(), setting)),
      ...(given.plan ? [] : [await tracing(trees[1], scratch)]),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Setting {
  cacheFolder: string;
  outerWall: OuterWall;
}

/** Two revisions of a system: the first readies this process and its stores, the second is new to it. */
async function treesOf({ repo, rev }: Given, scratch: string): Promise<[Tree, Tree]> {
  if (!repo) return [threeServices(path.join(scratch, 'one')), threeServices(path.join(scratch, 'two'))];
  const environment = process.env;
  const cacheFolder = path.join(scratch, 'cache');
  const mirror = await openMirror({ source: repo, cacheFolder, path: String(process.env.PATH), environment });
  const tree = await mirror.tree(rev ?? (await mirror.tip()));
  return [tree, tree];
}

async function latency(trees: [Tree, Tree], plans: Plan[], runs: number, setting: Setting): Promise<Figure[]> {
  const hashes = new Map<Plan, Set<string>>();
  const outcomes = new Set<string>();
  const timed = async (simulator: ReturnType<typeof createSimulator>, plan: Plan, tree: Tree) => {
    const from = performance.now();
    const { verdict, trace } = await simulator.simulate(plan, tree);
    const ms = performance.now() - from;
    hashes.set(plan, (hashes.get(plan) ?? new Set()).add(trace.hash));
    outcomes.add(verdict.outcome === 'holds' ? 'holds' : `${verdict.outcome}: ${verdict.reason.slice(0, 60)}`);
    return ms;
  };
  const [plan] = plans;
  if (!plan) return [];
  let empty = 0;
  {
    await using simulator = createSimulator({ ...setting, timeoutMs: 120_000 });
    empty = await timed(simulator, plan, trees[0]);
  }
  await using simulator = createSimulator({ ...setting, timeoutMs: 120_000 });
  const first = await timed(simulator, plan, trees[1]);
  const warm: number[] = [];
  for (let run = 0; run < runs; run += 1)
    warm.push(await timed(simulator, plans[run % plans.length] ?? plan, trees[1]));
  const middle = median(warm.slice(plans.length));
  const identical = [...hashes.values()].every(({ size }) => size === 1);
  return [
    row('first simulation of all, nothing in the cache', `${Math.round(empty)} ms`, '–', null),
    row(
      'first simulation of a new revision',
      `${Math.round(first)} ms`,
      `≤ ${goals.firstMs} ms`,
      first <= goals.firstMs,
    ),
    row(
      `warm simulation, median of ${warm.length}`,
      `${Math.round(middle)} ms`,
      `≤ ${goals.warmMs} ms`,
      middle <= goals.warmMs,
    ),
    row('replays that are identical', identical ? 'all' : 'not all', 'all', identical),
    row('verdicts', [...outcomes].join(', '), 'holds', outcomes.size === 1 && outcomes.has('holds')),
  ];
}

/** Every second plan goes through all services, the others look at one. */
function mixed(): Plan[] {
  return Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? orderPlan(at) : healthPlan(at)));
}

async function throughput(tree: Tree, plans: Plan[], setting: Setting): Promise<Figure[]> {
  await using simulator = createSimulator({ ...setting, timeoutMs: 120_000, concurrency: 2 });
  const all = () => Promise.all(plans.map((plan) => simulator.simulate(plan, tree)));
  await all();
  const from = performance.now();
  await all();
  await all();
  const count = 2 * plans.length;
  const perSecond = (count * 1_000) / (performance.now() - from);
  const measured = `${perSecond.toFixed(1)} a second`;
  return [
    row('many plans on one revision, two at once', measured, `≥ ${goals.perSecond}`, perSecond >= goals.perSecond),
    row(
      'load of the machine meanwhile',
      `${(loadavg()[0] ?? 0).toFixed(1)} on ${availableParallelism()} cores`,
      '–',
      null,
    ),
  ];
}

/** The same requests with and without functions that report their runs; what starting costs is taken off. */
async function tracing(tree: Tree, scratch: string): Promise<Figure> {
  const cost = async (isTraced: boolean): Promise<number> => {
    const cacheFolder = path.join(scratch, 'cache');
    // Only of its own children, waited for, does a process know the time.
    const own = { outerWall: 'none', mostReady: 0, mostOriginals: 0 } as const;
    await using simulator = createSimulator({ cacheFolder, ...own, timeoutMs: 120_000, isTraced });
    const timed = async (requests: number) => {
      const times: number[] = [];
      for (let run = 0; run < 3; run += 1) {
        const from = cpuMs();
        await simulator.simulate(healthPlan(1, requests), tree);
        if (run > 0) times.push(cpuMs() - from);
      }
      return Math.min(...times);
    };
    const one = await timed(1);
    return (await timed(150)) - one;
  };
  const bare = await cost(false);
  const traced = await cost(true);
  const ratio = traced / bare;
  return row(
    'processor time with tracing, against the same without',
    `${ratio.toFixed(2)} ×`,
    `≤ ${goals.tracing} ×`,
    ratio <= goals.tracing,
  );
}

function row(figure: string, measured: string, goal: string, met: boolean | null): Figure {
  return { figure, measured, goal, met };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      repo: { type: 'string' },
      rev: { type: 'string' },
      plan: { type: 'string' },
      runs: { type: 'string', default: '12' },
    },
  });
  const { runs, ...given } = values;
  process.exitCode = show(
    await simulate({ ...given, runs: Number(runs) }),
    'npm run bench:simulate -- [--repo <folder|bundle|url> --plan <file>] [--rev <revision>] [--runs 12]',
  );
}
