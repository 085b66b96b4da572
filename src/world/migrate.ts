import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { moduleName, writtenFiles } from '../codebase/source-files.ts';
import type { Tree } from '../codebase/tree.ts';
import { Failure, isFailure } from '../errors.ts';
import type { Checks } from '../simulation/checks.ts';
import type { Plan } from '../simulation/plan.ts';
import { createRecord } from '../simulation/record.ts';
import type { Sources } from '../simulation/source/sources.ts';
import { createChance } from './chance.ts';
import { createClock } from './clock.ts';
import type { Wires } from './connect.ts';
import { createCoordinator, type Waited } from './coordinator.ts';
import { armFaults } from './faults.ts';
import type { StoreMakers } from './models.ts';
import type { Batch, Journals, KeptJournals } from './postgres/journal.ts';
import type { SandboxBounds } from './sandbox/bounds.ts';
import { keepOriginals } from './sandbox/originals.ts';
import { keepReady } from './sandbox/ready.ts';
import { openStartUps } from './sandbox/start-ups.ts';
import { createServices } from './services.ts';
import { createStanding } from './standing.ts';
import type { MigrationStep, Service, World } from './world.ts';

/** What migrations are run from. */
export interface Ground {
  tree: Tree;
  world: World;
  bounds: SandboxBounds;
  sources: Sources;
  stores: StoreMakers;
  halted: AbortSignal;
  checks: Checks;
  note(what: string): void;
}

const epoch = Date.UTC(2020, 0, 1);
const patienceMs = 3_600_000;
const mostBytes = 1 << 20;
const mostKept = 50;
const plan: Plan = { plan: 1, given: [], when: [], then: [] };

/**
 * Runs a repository's migration tools, each in a sandbox of its own in a world of stores alone, and gives what they
 * said to the stores; what nothing has changed is not run again. Throws MIGRATION_FAILED with the tool and the reason.
 */
export async function migrated(ground: Ground): Promise<Journals> {
  const { world, stores } = ground;
  const steps = world.migrations ?? [];
  if (steps.length === 0) return new Map();
  for (const { tool, config, from } of steps)
    if (tool === 'unknown') ground.note(`migrations by "${config}" (${from})`);
  const kept = stores.journals ?? { byTree: new Map(), made: [] };
  const known = kept.byTree.get(ground.tree.id) ?? recall(ground, steps, kept);
  kept.byTree.set(ground.tree.id, known);
  for (const old of kept.byTree.keys()) if (kept.byTree.size > mostKept) kept.byTree.delete(old);
  known.catch(() => kept.byTree.delete(ground.tree.id));
  return known;
}

/** Another tree that differs only in modules that the tools never loaded has the same past. */
async function recall(ground: Ground, steps: MigrationStep[], { made }: KeptJournals): Promise<Journals> {
  const { tree } = ground;
  const shape = await shapeOf(ground);
  const isSame = ([file, hash]: [string, string]) => hashOf(tree, file) === hash;
  const found = made.find((one) => one.shape === shape && [...one.loaded].every(isSame));
  if (found) return found.journals;
  const loaded = new Map<string, string>();
  const sources: Sources = {
    ...ground.sources,
    serve: (file, manner) => {
      loaded.set(file, hashOf(tree, file));
      return ground.sources.serve(file, manner);
    },
  };
  const journals = await runAll({ ...ground, sources }, steps);
  made.push({ shape, loaded, journals });
  if (made.length > mostKept) made.shift();
  return journals;
}

/** What decides it besides the modules that are loaded: settings, the names of all files, and what is no module. */
async function shapeOf({ tree, world }: Ground): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([world.migrations, world.stores, tree.dependencies ?? []]));
  for (const file of await writtenFiles(tree)) {
    const { size } = statSync(path.join(tree.path, file));
    const content = moduleName.test(file) ? '' : size > mostBytes ? String(size) : hashOf(tree, file);
    hash.update(`\n${file} ${content}`);
  }
  return hash.digest('hex');
}

function hashOf({ path: folder }: Tree, file: string): string {
  const at = path.resolve(folder, file);
  return existsSync(at) ? createHash('sha256').update(readFileSync(at)).digest('hex') : '';
}

async function runAll(ground: Ground, steps: MigrationStep[]): Promise<Journals> {
  const { world, halted, note } = ground;
  const bounds = { ...ground.bounds, copies: 0 };
  const heard = new Map<string, Map<string, Batch[]>>();
  const past = (store: string) => ({
    heard: (database: string, batch: Batch) => {
      const journal = heard.get(store) ?? new Map<string, Batch[]>();
      heard.set(store, journal.set(database, [...(journal.get(database) ?? []), batch]));
    },
  });
  const clock = createClock(epoch);
  const record = createRecord(() => clock.now() - epoch);
  await using standing = createStanding({ ...ground, plan, clock, record, past, note, deliver: () => undefined });
  for (const step of steps.filter(({ tool }) => tool !== 'unknown')) {
    const service = serviceOf(step, bounds.runtime, ground.tree);
    const alone = { ...world, services: [service] };
    const coordinator = createCoordinator(clock, () => services.hosts, halted);
    let port = 32_768;
    const wires: Wires = {
      enqueue: coordinator.enqueue,
      clock,
      record,
      faults: armFaults([], createChance(1, 'faults')),
      requests: [],
      nextPort: () => port++,
      reachable: () => ({ hosts: services.hosts, standing: standing.all, unmodelled: world.unmodelled }),
      unmodelled: note,
      uncounted: () => undefined,
    };
    const unparsable: string[] = [];
    const kit = { ready: keepReady(0), startUps: openStartUps(), originals: keepOriginals(0) };
    const given = {
      ...ground,
      bounds,
      kit,
      plan,
      world: alone,
      clock,
      record,
      coordinator,
      wires,
      start: epoch,
      unparsable,
    };
    await using services = createServices(given);
    let waited: Waited | undefined;
    try {
      services.spawn();
      await services.start();
      waited = await coordinator.until(() => services.hosts.every((host) => !host.isAlive), patienceMs);
    } catch (thrown) {
      if (!isFailure(thrown) || thrown.code !== 'SERVICE_FAILED') throw thrown;
    }
    halted.throwIfAborted();
    const [host] = services.hosts;
    // A script without anything left to do ends in a real process; here it waits for an order for ever.
    const isThrough = step.tool === 'script' && waited === 'stuck' && host?.isAlive;
    if (!isThrough && host?.exitCode !== 0) throw failed(step, unparsable[0] ?? host?.lastError ?? '');
  }
  return heard;
}

function serviceOf({ tool, folder, config, environment, from }: MigrationStep, runtime: string, tree: Tree): Service {
  const isScript = tool === 'script';
  return {
    name: 'migrations',
    folder,
    entry: isScript ? config : path.join(runtime, 'migrate.js'),
    args: isScript ? [] : [tool, path.join(tree.path, config), JSON.stringify(environment)],
    environment,
    hosts: ['migrations'],
    ports: [],
    needs: [],
    from,
  };
}

function failed({ tool, from }: MigrationStep, says: string): Failure {
  return new Failure('MIGRATION_FAILED', { tool, file: from, problem: says || 'it did not end' });
}
