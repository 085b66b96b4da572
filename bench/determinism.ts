import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openMirror } from '../src/codebase/git-mirror.ts';
import { createSimulator } from '../src/simulation/simulator.ts';
import { detectOuterWall } from '../src/world/sandbox/outer-wall.ts';
import { type Figure, show } from './figures.ts';
import { fixturePlans } from './plans/fixtures.ts';
import type { PlanOf } from './plans/plan-of.ts';
import { casePlans } from './plans/real-cases.ts';
import { shopPlans } from './plans/shop.ts';

const loadMs = 60 * 60_000;

/** Replays every plan of the fixture applications, the shop and the real cases under load; all hashes must agree. */
export async function determinism(given: {
  cases?: string;
  replays: number;
  /** Only plans with this in their name, so many of each group, after so many. */
  only?: string;
  skip?: number;
  limit?: number;
}): Promise<{
  figures: Figure[];
  notes: string[];
}> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'rehearse-bench-'));
  const load = [1, 2].map(() =>
    spawn(process.execPath, ['-e', `const end = Date.now() + ${loadMs}; while (Date.now() < end);`]),
  );
  try {
    const cacheFolder = path.join(scratch, 'cache');
    const outerWall = await detectOuterWall();
    await using simulator = createSimulator({ cacheFolder, timeoutMs: 300_000, memoryMb: 1_024, outerWall });
    const open = (source: string, dependencies?: string) =>
      openMirror({ source, cacheFolder, dependencies, path: String(process.env.PATH), environment: process.env });
    const groups: [string, AsyncIterable<PlanOf>][] = [
      ['the shop', shopPlans(path.join(scratch, 'shop'), open)],
      ['fixture applications', fixturePlans()],
      ...(given.cases
        ? [['real cases', casePlans(given.cases, { open, simulator })] as [string, AsyncIterable<PlanOf>]]
        : []),
    ];
    const figures: Figure[] = [];
    const notes: string[] = [];
    for (const [group, plans] of groups) {
      let found = 0;
      let whole = 0;
      let same = 0;
      for await (const { name, plan, tree } of plans) {
        if (!`${group} ${name}`.includes(given.only ?? '')) continue;
        found += 1;
        if (found <= (given.skip ?? 0)) continue;
        if (given.limit !== undefined && whole >= given.limit) break;
        whole += 1;
        const hashes = new Set<string>();
        const outcomes = new Set<string>();
        for (let at = 0; at < given.replays; at += 1) {
          const { trace, verdict } = await simulator.simulate(plan, await tree());
          hashes.add(trace.hash);
          outcomes.add(verdict.outcome === 'unknown' ? `unknown: ${verdict.reason}` : verdict.outcome);
        }
        if (hashes.size === 1 && outcomes.size === 1) same += 1;
        else notes.push(`${group}, ${name}: ${hashes.size} traces, ${[...outcomes].join(' / ')}`);
        if ([...outcomes].some((outcome) => outcome.startsWith('unknown')))
          notes.push(`${group}, ${name}: ${[...outcomes]}`);
      }
      if (whole > 0 || given.only === undefined)
        figures.push({
          figure: `${group}: plans with ${given.replays} identical replays under load`,
          measured: `${same} of ${whole}`,
          goal: 'all',
          met: same === whole && whole > 0,
        });
    }
    return { figures, notes };
  } finally {
    for (const one of load) one.kill();
    rmSync(scratch, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: '../shared/cases' },
      replays: { type: 'string', default: '5' },
      only: { type: 'string' },
      skip: { type: 'string' },
      limit: { type: 'string' },
    },
  });
  const cases = existsSync(values.cases) ? values.cases : undefined;
  if (!cases) console.log(`No cases in ${values.cases}: only the shop and the fixtures are replayed.`);
  const { figures, notes } = await determinism({
    cases,
    replays: Number(values.replays),
    ...(values.only ? { only: values.only } : {}),
    ...(values.skip ? { skip: Number(values.skip) } : {}),
    ...(values.limit ? { limit: Number(values.limit) } : {}),
  });
  process.exitCode = show(
    figures,
    'npm run bench:determinism -- [--cases <folder>] [--replays 5] [--only <part of a name>] [--skip <n>] [--limit <n>]',
    notes,
  );
}
