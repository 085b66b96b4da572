import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { parsePlan } from '../src/simulation/plan.ts';
import { createSimulator } from '../src/simulation/simulator.ts';
import { detectOuterWall } from '../src/world/sandbox/outer-wall.ts';
import { type Figure, show } from './figures.ts';
import { watchFamily } from './systems/family.ts';
import { manyServices } from './systems/generated.ts';

const goals = { ms: 5_000, memoryMb: 4_096, boundaries: 50, transitions: 100 };

/** One plan through a generated system of many services: how long, how much memory, how much happened, and twice the same. */
export async function scale({ services }: { services: number }): Promise<Figure[]> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'rehearse-bench-'));
  try {
    const tree = manyServices(path.join(scratch, 'tree'), services);
    const outerWall = await detectOuterWall();
    const plan = parsePlan({
      plan: 1,
      when: [
        { http: { id: 'run', to: 's0', method: 'POST', path: '/order' } },
        { advance: 'PT1S' },
        { http: { id: 'again', to: 's0', method: 'POST', path: '/order' } },
      ],
      then: [
        { check: `run.body.reached = ${services} and again.body.reached = ${services}` },
        {
          sql: {
            store: 'postgres',
            text: 'select count(*)::int as n from orders',
            check: `$[0].n = ${2 * Math.ceil(services / 3)}`,
          },
        },
      ],
    });
    const runs = [];
    for (const cache of ['first', 'second']) {
      await using simulator = createSimulator({
        cacheFolder: path.join(scratch, cache),
        timeoutMs: 120_000,
        outerWall,
      });
      for (const name of [`${cache} simulator, new revision`, `${cache} simulator, once more`]) {
        const memory = watchFamily();
        const from = performance.now();
        const { verdict, trace } = await simulator.simulate(plan, tree);
        const ms = performance.now() - from;
        runs.push({ name, ms, memoryMb: memory.stop(), verdict, trace });
      }
    }
    const [first] = runs;
    if (!first) return [];
    const { counts } = first.trace;
    const most = Math.max(...runs.map(({ memoryMb }) => memoryMb));
    const hashes = new Set(runs.map(({ trace }) => trace.hash));
    return [
      ...runs.map(({ name, ms }) =>
        figure(`${name}: one simulation`, `${Math.round(ms)} ms`, `≤ ${goals.ms} ms`, ms <= goals.ms),
      ),
      figure('most memory, all processes', `${Math.round(most)} MB`, `≤ ${goals.memoryMb} MB`, most <= goals.memoryMb),
      figure('services', String(services), '60', services >= 60),
      figure('boundaries', String(counts.boundaries), `≥ ${goals.boundaries}`, counts.boundaries >= goals.boundaries),
      figure(
        'transitions',
        String(counts.transitions),
        `≥ ${goals.transitions}`,
        counts.transitions >= goals.transitions,
      ),
      figure(
        'of which writes to stores',
        String(first.trace.events.filter(({ kind }) => kind === 'write').length),
        '–',
        null,
      ),
      figure(
        'replays that are identical',
        `${runs.length - hashes.size + 1} of ${runs.length}`,
        'all',
        hashes.size === 1,
      ),
      figure(
        'verdict',
        `${first.verdict.outcome}: ${first.verdict.reason.slice(0, 60)}`,
        'holds',
        first.verdict.outcome === 'holds',
      ),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function figure(name: string, measured: string, goal: string, met: boolean | null): Figure {
  return { figure: name, measured, goal, met };
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { services: { type: 'string', default: '60' } } });
  process.exitCode = show(await scale({ services: Number(values.services) }), 'npm run bench:scale -- [--services 60]');
}
