import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openMirror } from '../src/codebase/git-mirror.ts';
import { parsePlan } from '../src/simulation/plan.ts';
import { createSimulator } from '../src/simulation/simulator.ts';
import { show } from './figures.ts';

const command =
  'npm run bench:booking -- [--repo <folder|bundle>] [--world <file>] [--plan <file>] [--runs <n>] [--cache <folder>]';
const { values } = parseArgs({
  options: {
    repo: { type: 'string', default: '../shared/cases/services/booking-expressjs.bundle' },
    world: { type: 'string', default: 'test/fixtures/booking/rehearse.yaml' },
    plan: { type: 'string', default: 'test/fixtures/booking/plan.json' },
    runs: { type: 'string', default: '3' },
    cache: { type: 'string', default: '.rehearse/booking' },
  },
});
const goals = { boundaries: 20 };

process.exitCode = existsSync(values.repo) ? await measure() : absent();

/** Four services of a real system, with their Postgres and RabbitMQ: whether they run as they are, and the same twice. */
async function measure(): Promise<0 | 1> {
  const cacheFolder = path.resolve(values.cache);
  const environment = process.env;
  const mirror = await openMirror({
    source: values.repo,
    cacheFolder,
    world: readFileSync(values.world, 'utf8'),
    path: String(environment.PATH),
    environment,
  });
  const tree = await mirror.tree(await mirror.tip());
  const plan = parsePlan(readFileSync(values.plan, 'utf8'));
  await using simulator = createSimulator({ cacheFolder, timeoutMs: 240_000, memoryMb: 2_048 });
  const runs = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    const from = performance.now();
    const { verdict, trace } = await simulator.simulate(plan, tree);
    runs.push({ seconds: (performance.now() - from) / 1_000, verdict, trace });
  }
  const [first] = runs;
  if (!first) return 1;
  const { verdict, trace } = first;
  const alike = runs.filter((run) => run.trace.hash === trace.hash).length;
  const holding = runs.filter((run) => run.verdict.outcome === 'holds').length;
  return show(
    [
      {
        figure: 'simulations that hold',
        measured: `${holding} of ${runs.length}`,
        goal: 'all',
        met: holding === runs.length,
      },
      {
        figure: 'boundaries crossed',
        measured: String(trace.counts.boundaries),
        goal: `≥ ${goals.boundaries}`,
        met: trace.counts.boundaries >= goals.boundaries,
      },
      { figure: 'state transitions', measured: String(trace.counts.transitions), goal: '–', met: null },
      { figure: 'events', measured: String(trace.counts.events), goal: '–', met: null },
      {
        figure: 'replays that are identical',
        measured: `${alike} of ${runs.length}`,
        goal: 'all',
        met: alike === runs.length,
      },
      {
        figure: 'seconds each',
        measured: runs.map(({ seconds }) => seconds.toFixed(1)).join(', '),
        goal: '–',
        met: null,
      },
    ],
    command,
    [
      verdict.reason,
      ...verdict.expectations.filter(({ met }) => met !== true).map(({ text, seen }) => `${text}  ${seen ?? ''}`),
    ],
  );
}

function absent(): 1 {
  console.error(`There is no ${values.repo}.\n${command}`);
  return 1;
}
