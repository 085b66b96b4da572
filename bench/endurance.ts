import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createSimulator } from '../src/simulation/simulator.ts';
import { detectOuterWall } from '../src/world/sandbox/outer-wall.ts';
import { type Figure, show } from './figures.ts';
import { descendants } from './systems/family.ts';
import { threeServices } from './systems/generated.ts';
import { orderPlan } from './systems/order-plan.ts';

const goals = { memoryMb: 48, heapMb: 8, handles: 2, cacheFiles: 0 };
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

interface State {
  memoryMb: number;
  heapMb: number;
  handles: number;
  resources: number;
  children: number;
  temporary: number;
  cacheFiles: number;
}

/** Many simulations in a row: what this process holds after the first few, and after the last. */
export async function endurance({ simulations }: { simulations: number }): Promise<Figure[]> {
  const said = Math.max(50, Math.floor(simulations / 10));
  const scratch = mkdtempSync(path.join(tmpdir(), 'rehearse-bench-'));
  try {
    const cacheFolder = path.join(scratch, 'cache');
    process.env.TMPDIR = path.join(scratch, 'tmp');
    mkdirSync(process.env.TMPDIR);
    const tree = threeServices(path.join(scratch, 'tree'));
    const outerWall = await detectOuterWall();
    const settling = Math.max(20, Math.floor(simulations / 10));
    const hashes = new Map<number, Set<string>>();
    let failed = 0;
    const held: number[] = [];
    const heaps: number[] = [];
    const handles: number[] = [];
    let before: State | undefined;
    let after: State | undefined;
    {
      await using simulator = createSimulator({ cacheFolder, timeoutMs: 120_000, outerWall });
      for (let at = 0; at < simulations; at += 1) {
        const kind = at % 10;
        const { verdict, trace } = await simulator.simulate(orderPlan(kind), tree);
        if (verdict.outcome !== 'holds') failed += 1;
        hashes.set(kind, (hashes.get(kind) ?? new Set()).add(trace.hash));
        handles.push(readdirSync('/proc/self/fd').length);
        if (at === settling - 1) before = await state(cacheFolder);
        else if ((at + 1) % said === 0) {
          const { memoryMb, heapMb } = await state(cacheFolder);
          if (at >= settling) {
            held.push(memoryMb);
            heaps.push(heapMb);
          }
          console.log(`after ${at + 1}: ${Math.round(memoryMb)} MB held, ${heapMb} MB of it heap in use`);
        }
      }
      after = await state(cacheFolder);
    }
    const left = descendants().length;
    if (!before || !after) return [];
    // Processes that wait to be taken come and go, and with them handles and memory: halves are compared.
    const [earlier, later] = halves([before.memoryMb, ...held, after.memoryMb]).map(mean);
    const [fewer = 0, more = 0] = halves(handles.slice(settling)).map((some) => Math.max(...some));
    const [young = 0, old = 0] = halves([before.heapMb, ...heaps, after.heapMb]).map(mean);
    const grown = (later ?? 0) - (earlier ?? 0);
    const identical = [...hashes.values()].every(({ size }) => size === 1);
    const row = (figure: string, measured: string, goal: string, met: boolean): Figure => ({
      figure,
      measured,
      goal,
      met,
    });
    const growth = (figure: string, one: keyof State, most: number): Figure => {
      const more = (after?.[one] ?? 0) - (before?.[one] ?? 0);
      return row(figure, `${before?.[one]} → ${after?.[one]}`, `no growth (≤ ${most})`, more <= most);
    };
    return [
      row('simulations', `${simulations}, ${failed} did not hold`, 'all hold', failed === 0),
      row(
        'memory after collection, mean of the earlier and of the later half',
        `${Math.round(earlier ?? 0)} → ${Math.round(later ?? 0)} MB`,
        `no growth (≤ ${goals.memoryMb} MB)`,
        grown <= goals.memoryMb,
      ),
      row(
        'heap in use after collection, likewise',
        `${Math.round(young)} → ${Math.round(old)} MB`,
        `no growth (≤ ${goals.heapMb} MB)`,
        old - young <= goals.heapMb,
      ),
      row(
        'open handles (/proc/self/fd), most in the earlier and in the later half',
        `${fewer} → ${more}`,
        `no growth (≤ ${goals.handles})`,
        more - fewer <= goals.handles,
      ),
      growth('active resources of Node', 'resources', goals.handles),
      growth('processes started ahead', 'children', 0),
      growth('entries of the temporary folder', 'temporary', 0),
      growth('files in the cache', 'cacheFiles', goals.cacheFiles),
      row('processes left when it is closed', String(left), '0', left === 0),
      row('replays that are identical', identical ? 'all' : 'not all', 'all', identical),
    ];
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function state(cacheFolder: string): Promise<State> {
  for (let round = 0; round < 4; round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return {
    memoryMb: process.memoryUsage.rss() / 2 ** 20,
    heapMb: Math.round(process.memoryUsage().heapUsed / 2 ** 20),
    handles: readdirSync('/proc/self/fd').length,
    resources: process.getActiveResourcesInfo().filter((name) => name !== 'Timeout').length,
    children: descendants().length,
    temporary: readdirSync(tmpdir()).length,
    cacheFiles: filesIn(cacheFolder),
  };
}

function halves(all: number[]): number[][] {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
}

function mean(some: number[]): number {
  return some.reduce((sum, one) => sum + one, 0) / some.length;
}

function filesIn(folder: string): number {
  return readdirSync(folder, { recursive: true }).filter((name) => statSync(path.join(folder, String(name))).isFile())
    .length;
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { simulations: { type: 'string', default: '1000' } } });
  const figures = await endurance({ simulations: Number(values.simulations) });
  process.exitCode = show(figures, 'npm run bench:endurance -- [--simulations 1000]');
}
