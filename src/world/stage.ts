import type { Tree } from '../codebase/tree.ts';
import { Failure, isFailure } from '../errors.ts';
import type { Checks } from '../simulation/checks.ts';
import type { Given, Plan, Published } from '../simulation/plan.ts';
import { createRecord, type Record as Recording } from '../simulation/record.ts';
import type { Sources } from '../simulation/source/sources.ts';
import type { TraceFile } from '../simulation/trace-file.ts';
import { createChance } from './chance.ts';
import { createClock, type WorldClock } from './clock.ts';
import { type Caller, connect, type Wires } from './connect.ts';
import { type Coordinator, createCoordinator } from './coordinator.ts';
import { discover } from './discover.ts';
import { armFaults } from './faults.ts';
import type { Host } from './host.ts';
import { callBack } from './http/call-back.ts';
import type { Outgoing } from './http/client.ts';
import type { SentRequest } from './http/sent-request.ts';
import { migrated } from './migrate.ts';
import type { StoreMakers } from './models.ts';
import { checkNames } from './names.ts';
import type { SandboxBounds } from './sandbox/bounds.ts';
import type { Kit } from './sandbox/workshop.ts';
import { createServices, type Services } from './services.ts';
import { createStanding, type StandingModels } from './standing.ts';
import type { Suite } from './suite/suite.ts';
import type { World } from './world.ts';

/** What a stage is set from. */
export interface Setting {
  plan: Plan;
  tree: Tree;
  bounds: SandboxBounds;
  sources: Sources;
  kit: Kit;
  stores: StoreMakers;
  halted: AbortSignal;
  traceFile: TraceFile;
  checks: Checks;
}

/** The modelled world of one simulation, with the target's code in it. */
export interface Stage extends AsyncDisposable {
  tree: Tree;
  world: World;
  clock: WorldClock;
  record: Recording;
  coordinator: Coordinator;
  /** Requests that reached somebody, in order. */
  requests: readonly SentRequest[];
  /** What the code asked for and the world does not have. */
  unmodelled: readonly string[];
  /** What is wrong with sources that the code asked for. */
  unparsable: readonly string[];
  /** Faults of the plan that never came about. */
  unfired(): string[];
  /** Webhooks that were still to be sent. */
  waiting(): string[];
  connect(caller: Caller, asked: { host: string; port: number }): void;
  /** A service by its name or one of its hosts; throws SERVICE_UNKNOWN. */
  service(name: string): Host;
  /** The process that takes calls; `module` decides whose environment it has. */
  caller(module: string): Promise<Host>;
  /** A process of its own for a file of tests. */
  tester(file: string, suite: Suite): Promise<Host>;
  /** Why a service that is gone is gone. */
  ended(host: Host): Failure;
  /** Why a service ended before its time, if one did. */
  died(): Failure | undefined;
  publish(to: Published): Promise<void>;
  query(store: string, text: string): Promise<unknown[]>;
  /** Asks every service for what it has not told yet. */
  finish(): Promise<void>;
}

const defaultStart = Date.parse('2026-01-01T00:00:00Z');

/** Sets the stage of a plan: discovers the world, starts what the plan needs, puts in place what it gives. */
export async function openStage(setting: Setting): Promise<Stage> {
  const { plan, tree } = setting;
  const world = await discover(tree);
  checkNames(plan, world);
  const start = plan.world?.clock === undefined ? defaultStart : Date.parse(plan.world.clock);
  const clock = createClock(start, (to) =>
    record.write({ service: 'world', kind: 'clock', what: new Date(to).toISOString() }),
  );
  const record = createRecord(() => clock.now() - start, setting.traceFile);
  const unmodelled: string[] = [];
  const unparsable: string[] = [];
  const requests: SentRequest[] = [];
  const note = (what: string): void => {
    if (!unmodelled.includes(what)) unmodelled.push(what);
  };
  const journals = await migrated({ ...setting, world, note });
  const past = (store: string) => ({ journal: journals.get(store) });
  const deliver = (from: string, to: string, outgoing: Outgoing): void =>
    callBack({ from, to, outgoing }, { services, world, record, wires, note });
  const standing = createStanding({ ...setting, world, clock, record, past, note, deliver });
  const coordinator = createCoordinator(clock, () => services.hosts, setting.halted);
  const wires: Wires = {
    enqueue: coordinator.enqueue,
    clock,
    record,
    faults: armFaults(plan.world?.faults ?? [], createChance(plan.world?.seed ?? 1, 'faults')),
    requests,
    nextPort: portsFrom(32_768),
    reachable: () => ({ hosts: services.hosts, standing: standing.all, unmodelled: world.unmodelled }),
    unmodelled: note,
    uncounted(names, what) {
      const isCounted = plan.then.some((then) => 'sent' in then && names.includes(then.sent.to));
      if (isCounted || wires.faults.concern(names)) note(what);
    },
  };
  const services = createServices({ ...setting, world, clock, record, coordinator, wires, start, unparsable });
  const stage: Stage = {
    tree,
    world,
    clock,
    record,
    coordinator,
    requests,
    unmodelled,
    unparsable,
    unfired: () => wires.faults.unfired(),
    waiting: () => standing.waiting(),
    connect: (caller, asked) => connect(caller, asked, wires),
    service: (name) => services.find(name),
    caller: (module) => services.caller(module),
    tester: (file, suite) => services.tester(file, suite),
    ended: (host) => services.ended(host),
    died: () => services.died(),
    publish: (to) => standing.publish(to),
    query: (store, text) => standing.query(store, text),
    finish: () => services.finish(),
    async [Symbol.asyncDispose]() {
      await services[Symbol.asyncDispose]();
      await standing[Symbol.asyncDispose]();
    },
  };
  try {
    await begin(plan, services, standing);
    return stage;
  } catch (thrown) {
    await stage[Symbol.asyncDispose]();
    throw inVain(thrown, unmodelled);
  }
}

/** Where code gave up after it asked for what the world does not model, that is the reason; else what was thrown. */
export function inVain(thrown: unknown, [asked]: readonly string[]): unknown {
  if (asked === undefined || !isFailure(thrown) || !/^(SERVICE_FAILED|MODULE_UNLOADED)$/.test(thrown.code))
    return thrown;
  return new Failure('WORLD_UNMODELLED', { asked, ...thrown.facts }, { cause: thrown });
}

/** What is given stands before the services do; what only their start makes possible is given after it. */
async function begin(plan: Plan, services: Services, standing: StandingModels): Promise<void> {
  const needsServices = plan.when.some((step) => !('call' in step || 'test' in step));
  if (needsServices) services.spawn();
  const late: Given[] = [];
  for (const given of plan.given) {
    if ('api' in given || 'limit' in given) continue;
    try {
      await standing.apply(given);
    } catch (thrown) {
      if (!needsServices || !mayComeLater(thrown)) throw thrown;
      late.push(given);
    }
  }
  if (needsServices) await services.start();
  for (const given of late) await standing.apply(given);
}

/** Tables and databases may be made by the services themselves. */
function mayComeLater(thrown: unknown): boolean {
  return isFailure(thrown) && (thrown.code === 'PLAN_INVALID' || 'databases' in thrown.facts);
}

function portsFrom(first: number): () => number {
  let next = first;
  return () => next++;
}
