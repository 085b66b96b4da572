import { realpathSync } from 'node:fs';
import { totalmem } from 'node:os';
import path from 'node:path';
import type { Tree } from '../codebase/tree.ts';
import { Failure } from '../errors.ts';
import { openStores, type StoreMakers } from '../world/models.ts';
import { canCopy, keepOriginals } from '../world/sandbox/originals.ts';
import type { OuterWall } from '../world/sandbox/outer-wall.ts';
import { keepReady } from '../world/sandbox/ready.ts';
import { runtimeFolder } from '../world/sandbox/runtime.ts';
import { openStartUps, type StartUps } from '../world/sandbox/start-ups.ts';
import { openChecks } from './checks.ts';
import { type Bounds, refused, run } from './run.ts';
import type { Simulator } from './simulation.ts';
import { openSources, type Sources } from './source/sources.ts';
import { openTraces } from './traces.ts';

/** How simulations are run. */
export interface SimulatorOptions {
  /** Where prepared sources and the sandbox's own scripts are kept. */
  cacheFolder: string;
  /** Real milliseconds that one simulation may take. */
  timeoutMs?: number;
  /** The most memory of one sandbox process. */
  memoryMb?: number;
  /** How many simulations run at once; more wait. */
  concurrency?: number;
  outerWall?: OuterWall;
  /** Takes the inner wall down, to see what the outer one stops alone: for tests only, no setting leads here. */
  withoutInnerWall?: boolean;
  /** How many processes wait, started ahead, for services that were run before; none makes every run start its own. */
  mostReady?: number;
  /** How many started processes are kept to be copied by later runs; none makes every run start its own. */
  mostOriginals?: number;
  /** Whether functions report their runs; without, a simulation only serves to measure what tracing costs. */
  isTraced?: boolean;
  /** The kinds of stores that are modelled; all that exist when nothing is said. */
  stores?: StoreMakers;
  /** The Postgres on which databases of simulations are made, instead of the one inside of us. */
  postgresUrl?: string | undefined;
}

const mostTrees = 50;
/** A process of which copies are made is left so often, then another takes its place. */
const copies = 24;
/** Started processes hold at most this share of the machine's memory, at so much each. */
const [shareOfMemory, originalBytes] = [0.2, 80 << 20];
/** Each also holds a descriptor for every copy that may be made. */
const mostKept = 80;

/** Makes a simulator; disposing of it ends every process that it started. */
export function createSimulator(options: SimulatorOptions): Simulator {
  const cacheFolder = path.resolve(options.cacheFolder);
  const fitting = Math.min(mostKept, Math.floor((totalmem() * shareOfMemory) / originalBytes));
  const mostOriginals = options.mostOriginals ?? fitting;
  const bounds: Bounds = {
    runtime: runtimeFolder(cacheFolder),
    timeoutMs: options.timeoutMs ?? 30_000,
    memoryMb: options.memoryMb ?? 512,
    outerWall: options.outerWall ?? 'none',
    innerWall: !options.withoutInnerWall,
    copies: canCopy && mostOriginals > 0 ? copies : 0,
  };
  const stores = options.stores ?? openStores({ cacheFolder, postgresUrl: options.postgresUrl });
  const checks = openChecks();
  const turns = createTurns(options.concurrency ?? 2);
  const traces = openTraces(cacheFolder);
  const trees = new Map<string, Known>();
  const ready = keepReady(options.mostReady ?? 6);
  const originals = keepOriginals(mostOriginals);
  const ended = new AbortController();
  const knownOf = ({ path: folder }: Tree): Known => {
    const root = realpathSync(folder);
    const known = trees.get(root) ?? {
      sources: openSources(root, path.join(cacheFolder, 'prepared'), { isTraced: options.isTraced ?? true }),
      startUps: openStartUps(),
    };
    trees.delete(root);
    trees.set(root, known);
    for (const old of trees.keys()) if (trees.size > mostTrees) trees.delete(old);
    return known;
  };
  return {
    async simulate(plan, tree, { signal, isForeign = false } = {}) {
      if (isForeign && bounds.outerWall === 'none') return refused(plan, tree, new Failure('OUTER_WALL_MISSING'));
      const done = await turns();
      try {
        const whole = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])]);
        whole.throwIfAborted();
        const { sources, startUps } = knownOf(tree);
        return await run(plan, tree, {
          bounds,
          sources,
          kit: { ready, startUps, originals },
          stores,
          traces,
          checks,
          signal: whole,
        });
      } finally {
        done();
      }
    },
    async [Symbol.asyncDispose]() {
      ended.abort(new Failure('SANDBOX_FAILED', { problem: 'the simulator was closed' }));
      for (let open = await Promise.all(turns.all()); open.length > 0; open = []) for (const done of open) done();
      await checks[Symbol.asyncDispose]();
      await ready[Symbol.asyncDispose]();
      await originals[Symbol.asyncDispose]();
      await stores[Symbol.asyncDispose]();
    },
  };
}

/** What is kept of one tree. */
interface Known {
  sources: Sources;
  startUps: StartUps;
}

interface Turns {
  (): Promise<() => void>;
  /** Every place at once: when all are had, nothing runs. */
  all(): Promise<() => void>[];
}

function createTurns(places: number): Turns {
  let free = places;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };
  const take = async (): Promise<() => void> => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    return release;
  };
  return Object.assign(take, { all: () => Array.from({ length: places }, take) });
}
