import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openMirror } from '../src/codebase/git-mirror.ts';
import { makeShopRepository } from '../src/local/demo/history.ts';
import { parsePlan } from '../src/simulation/plan.ts';
import { createSimulator } from '../src/simulation/simulator.ts';

const goals = { first: 3_000, warm: 300 };

const { values } = parseArgs({
  options: {
    repo: { type: 'string' },
    rev: { type: 'string' },
    plan: { type: 'string' },
    runs: { type: 'string', default: '10' },
    requests: { type: 'string', default: '200' },
  },
});

const scratch = mkdtempSync(path.join(tmpdir(), 'rehearse-bench-'));
try {
  process.exitCode = await measure();
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Measures one simulation of a repository, first and warm, and how many requests a second pass inside the world. */
async function measure(): Promise<number> {
  const cacheFolder = path.join(scratch, 'cache');
  const source = values.repo ?? (await makeShopRepository(path.join(scratch, 'shop'))).path;
  const mirror = await openMirror({ source, cacheFolder, path: String(process.env.PATH), environment: process.env });
  const tree = await mirror.tree(values.rev ?? (await mirror.tip()));
  const plan = parsePlan(values.plan ? readFileSync(values.plan, 'utf8') : health(1));
  await using simulator = createSimulator({ cacheFolder, timeoutMs: 120_000 });
  const timed = async (one: typeof plan) => {
    const from = performance.now();
    const { verdict, trace } = await simulator.simulate(one, tree);
    return { ms: performance.now() - from, outcome: verdict.outcome, reason: verdict.reason, hash: trace.hash };
  };
  const first = await timed(plan);
  const warm = [];
  for (let run = 0; run < Number(values.runs); run += 1) warm.push(await timed(plan));
  const sorted = warm.map(({ ms }) => ms).sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const count = Number(values.requests);
  const [one, many] = values.plan
    ? [first, first]
    : [await timed(parsePlan(health(1))), await timed(parsePlan(health(count)))];
  const perSecond = values.plan ? Number.NaN : ((count - 1) * 1_000) / (many.ms - one.ms);
  console.table([
    { figure: 'first simulation', measured: `${Math.round(first.ms)} ms`, goal: `≤ ${goals.first} ms` },
    {
      figure: `warm simulation, median of ${warm.length}`,
      measured: `${Math.round(median)} ms`,
      goal: `≤ ${goals.warm} ms`,
    },
    {
      figure: 'requests a second inside the world',
      measured: Number.isNaN(perSecond) ? '–' : String(Math.round(perSecond)),
      goal: '–',
    },
    {
      figure: 'replays that are identical',
      measured: `${warm.filter(({ hash }) => hash === first.hash).length} of ${warm.length}`,
      goal: 'all',
    },
    { figure: 'memory of this process', measured: `${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`, goal: '–' },
    { figure: 'verdict', measured: `${first.outcome}: ${first.reason.slice(0, 80)}`, goal: '–' },
  ]);
  console.log('npm run bench:simulate -- [--repo <folder|bundle|url>] [--rev <revision>] [--plan <file>]');
  const isReached = first.ms <= goals.first && median <= goals.warm && warm.every(({ hash }) => hash === first.hash);
  return isReached ? 0 : 1;
}

/** A plan that asks billing and the storefront, as often as it is told. */
function health(times: number): string {
  const when = Array.from({ length: times }, (_, at) => ({ http: { id: `r${at}`, to: 'billing', path: '/plans' } }));
  return JSON.stringify({ plan: 1, when, then: [{ check: `r${times - 1}.status = 200` }] });
}
