import { realpathSync } from 'node:fs';
import type { Tree } from '../codebase/tree.ts';
import { Failure, isFailure } from '../errors.ts';
import type { StoreMakers } from '../world/models.ts';
import { hideFolder } from '../world/preview.ts';
import type { SandboxBounds } from '../world/sandbox/bounds.ts';
import { noOriginals } from '../world/sandbox/originals.ts';
import type { Kit } from '../world/sandbox/workshop.ts';
import { inVain, openStage } from '../world/stage.ts';
import type { Checks } from './checks.ts';
import { brokenBefore, judge, undecided } from './judge.ts';
import type { Plan } from './plan.ts';
import type { Results, Simulation } from './simulation.ts';
import type { Sources } from './source/sources.ts';
import { takeStep } from './steps.ts';
import type { Trace } from './trace.ts';
import type { TraceFile } from './trace-file.ts';
import type { Traces } from './traces.ts';
import type { Verdict } from './verdict.ts';

/** What every simulation of a simulator has in common. */
export interface Bounds extends SandboxBounds {
  timeoutMs: number;
}

interface Surrounding {
  bounds: Bounds;
  sources: Sources;
  kit: Kit;
  stores: StoreMakers;
  traces: Traces;
  checks: Checks;
  signal: AbortSignal;
}

/** After the last step, virtual time for what was left to do shortly after. */
const afterglowMs = 1_000;

/** One plan on one tree; once more, with every service started in full, where one did not start as it had before or could not be copied. */
export async function run(plan: Plan, tree: Tree, surrounding: Surrounding): Promise<Simulation> {
  const { kit } = surrounding;
  const { startUps, originals } = kit;
  const [wasTrusted, { failures }] = [startUps.isTrusted, originals];
  const simulation = await runOnce(plan, tree, surrounding);
  if (startUps.isTrusted === wasTrusted && originals.failures === failures) return simulation;
  return runOnce(plan, tree, { ...surrounding, kit: { ...kit, originals: noOriginals } });
}

/** Sets the stage, takes the steps, judges, and leaves nothing behind. */
async function runOnce(plan: Plan, tree: Tree, surrounding: Surrounding): Promise<Simulation> {
  const { bounds, signal, checks } = surrounding;
  checks.warm();
  const halt = new AbortController();
  const limit = setTimeout(() => halt.abort(tooLong(bounds)), bounds.timeoutMs);
  const done: Done = {
    results: {},
    trace: { hash: '', counts: { events: 0, boundaries: 0, transitions: 0 }, events: [], functions: [] },
  };
  using traceFile = surrounding.traces.begin();
  using hidden = new DisposableStack();
  hidden.use(hideFolder(realpathSync(tree.path), '<tree>'));
  for (const packages of tree.dependencies ?? []) hidden.use(hideFolder(packages, '<packages>'));
  const halted = AbortSignal.any([signal, halt.signal]);
  try {
    const verdict = await perform(
      plan,
      { ...tree, path: realpathSync(tree.path) },
      {
        ...surrounding,
        halted,
        done,
        traceFile,
      },
    );
    return { plan, tree: tree.id, verdict, ...done };
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    const reason: unknown = halt.signal.aborted ? halt.signal.reason : thrown;
    if (!isFailure(reason)) throw reason;
    return { plan, tree: tree.id, verdict: undecided(plan, reason), ...done };
  } finally {
    clearTimeout(limit);
  }
}

/** The simulation of code that is not run at all. */
export function refused(plan: Plan, tree: Tree, why: Failure): Simulation {
  return {
    plan,
    tree: tree.id,
    verdict: undecided(plan, why),
    results: {},
    trace: { hash: '', counts: { events: 0, boundaries: 0, transitions: 0 }, events: [], functions: [] },
  };
}

interface Done {
  results: Results;
  trace: Trace;
}

async function perform(
  plan: Plan,
  tree: Tree,
  {
    bounds,
    sources,
    kit,
    stores,
    checks,
    halted,
    done,
    traceFile,
  }: Surrounding & {
    halted: AbortSignal;
    done: Done;
    traceFile: TraceFile;
  },
): Promise<Verdict> {
  await using stage = await openStage({ plan, tree, bounds, sources, kit, stores, halted, traceFile, checks });
  const scene = { stage, results: done.results, checks };
  try {
    try {
      for (const [at, step] of plan.when.entries()) await takeStep(step, at, scene);
      await stage.coordinator.advance(afterglowMs);
      await stage.finish();
    } catch (thrown) {
      const broken = stage.died() && !halted.aborted ? await brokenBefore(plan, scene) : undefined;
      if (broken) return broken;
      throw inVain(thrown, stage.unmodelled);
    }
    return await judge(plan, scene);
  } finally {
    done.trace = stage.record.finish();
  }
}

function tooLong({ timeoutMs }: Bounds): Failure {
  return new Failure('SIMULATION_LIMIT', { limit: `${timeoutMs} ms of real time` });
}
