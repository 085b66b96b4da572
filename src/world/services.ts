import path from 'node:path';
import type { Tree } from '../codebase/tree.ts';
import { Failure, isFailure } from '../errors.ts';
import type { Plan } from '../simulation/plan.ts';
import type { Record as Recording } from '../simulation/record.ts';
import type { Manner } from '../simulation/source/prepared.ts';
import type { Sources } from '../simulation/source/sources.ts';
import type { WorldClock } from './clock.ts';
import { connect, type Wires } from './connect.ts';
import type { Coordinator } from './coordinator.ts';
import { carry } from './datagrams.ts';
import { flagFile } from './flag-file.ts';
import { createHost, type Host } from './host.ts';
import { needsOf } from './needs.ts';
import type { SandboxBounds } from './sandbox/bounds.ts';
import { type Kit, openWorkshop, type Workshop } from './sandbox/workshop.ts';
import type { Suite } from './suite/suite.ts';
import { waves } from './waves.ts';
import type { Service, World } from './world.ts';

/** The processes of one world. */
export interface Services extends AsyncDisposable {
  hosts: readonly Host[];
  /** Starts the processes of all services; none runs its program yet. */
  spawn(): void;
  /** Lets the programs run, each after what it needs, until all listen; throws SERVICE_FAILED. */
  start(): Promise<void>;
  find(name: string): Host;
  caller(module: string): Promise<Host>;
  /** A process for a file of tests, ready to run it. */
  tester(file: string, suite: Suite): Promise<Host>;
  ended(host: Host): Failure;
  /** Why the first service that ended before its time did; a worker may end well. */
  died(): Failure | undefined;
  finish(): Promise<void>;
}

interface Ground {
  plan: Plan;
  tree: Tree;
  world: World;
  bounds: SandboxBounds;
  sources: Sources;
  kit: Kit;
  halted: AbortSignal;
  clock: WorldClock;
  record: Recording;
  coordinator: Coordinator;
  wires: Wires;
  /** Virtual time at the start. */
  start: number;
  /** What is wrong with sources that were asked for. */
  unparsable: string[];
}

const startPatienceMs = 120_000;
const mostEvents = 20_000;

/** Readies the services of a world; their processes end when it is disposed of, or when the simulation is halted. */
export function createServices(ground: Ground): Services {
  const { world, coordinator, clock, halted } = ground;
  const hosts: Host[] = [];
  const all = world.services.map((service) => ({ service, host: undefined as Host | undefined }));
  let calling: Promise<Host> | undefined;
  const killAll = (): void => {
    for (const host of hosts) host.kill();
  };
  halted.addEventListener('abort', killAll, { once: true });
  const files = flagFile(ground.plan, world, ground.tree.path);
  const workshop = openWorkshop(ground.kit, { tree: ground.tree.id, ...needsOf(ground.plan, world) });
  const launch = (service: Service | undefined, name: string, suite?: Suite): Host => {
    const host = openHost({ ...ground, workshop, files, service, name, suite, place: hosts.length });
    hosts.push(host);
    return host;
  };
  const ready = async (host: Host): Promise<Host> => {
    const first = host.prepare();
    coordinator.enqueue(async () => (await first)());
    await coordinator.settle();
    return host;
  };
  const startOne = async ({ service, host }: { service: Service; host: Host }): Promise<void> => {
    const isUp = () =>
      !host.isAlive || service.ports.length === 0 || service.ports.some((port) => host.ports.has(port));
    const waited = await coordinator.until(isUp, startPatienceMs);
    if (!host.isAlive && !(host.exitCode === 0 && service.ports.length === 0)) throw ended(host, ground);
    if (waited === 'done') return;
    const seen = host.lastError ? { 'last error': host.lastError } : {};
    const found = host.ports.size > 0 ? { 'listens on': [...host.ports].join(', ') } : {};
    throw new Failure('SERVICE_FAILED', {
      service: service.name,
      problem: `it never listens on port ${service.ports.join(' or ')}`,
      ...found,
      ...seen,
    });
  };
  return {
    hosts,
    spawn() {
      for (const one of all) one.host ??= launch(one.service, one.service.name);
    },
    async start() {
      const first = new Map(all.map(({ service, host }) => [service.name, host?.prepare()]));
      // What goes wrong with one is told when its turn comes, which may be after others were waited for.
      for (const prepared of first.values()) prepared?.catch(() => undefined);
      for (const wave of waves(world)) {
        const ready = all.filter(({ service }) => wave.includes(service.name));
        for (const { service } of ready) coordinator.enqueue(async () => (await first.get(service.name))?.());
        await coordinator.settle();
        for (const { service, host } of ready) if (host) await startOne({ service, host });
      }
      if (ground.unparsable.length === 0) workshop.hasStarted();
    },
    find(name) {
      const found = hosts.find((host) => host.name === name) ?? hosts.find((host) => host.names.includes(name));
      if (found) return found;
      throw new Failure('SERVICE_UNKNOWN', { service: name, services: world.services.map((service) => service.name) });
    },
    caller(module) {
      calling ??= ready(launch(ownerOf(module, world), 'call'));
      return calling;
    },
    tester: (file, suite) => ready(launch(ownerOf(file, world), 'test', suite)),
    ended: (host) => ended(host, ground),
    died() {
      const dead = hosts.find(
        (host) => host.name !== 'test' && !host.isAlive && (host.exitCode !== 0 || host.hasListened),
      );
      return dead && ended(dead, ground);
    },
    async finish() {
      for (const host of hosts) coordinator.enqueue(() => host.turn({ t: 'finish', now: clock.now() }));
      await coordinator.settle();
    },
    async [Symbol.asyncDispose]() {
      halted.removeEventListener('abort', killAll);
      killAll();
      await Promise.all(hosts.map((host) => host.gone));
      workshop.ended();
    },
  };
}

function openHost(
  given: Ground & {
    workshop: Workshop;
    files: Record<string, string>;
    service: Service | undefined;
    suite: Suite | undefined;
    name: string;
    place: number;
  },
): Host {
  const { service, name, place, tree, plan, bounds, sources, clock, record, wires, start, unparsable, files } = given;
  const { suite, workshop } = given;
  const isCaller = name === 'call' || name === 'test';
  const address = `10.0.0.${place + 2}`;
  const folder = path.join(tree.path, suite?.folder ?? (isCaller ? '.' : (service?.folder ?? '.')));
  const environment = {
    ...suite?.environment,
    ...service?.environment,
    ...plan.world?.env?.[service?.name ?? ''],
    ...(isCaller ? plan.world?.env?.[name] : {}),
  };
  const sandbox = (isCaller ? workshop.other : workshop.service)(
    {
      beginning: {
        service: name,
        isWalled: bounds.innerWall,
        tree: tree.path,
        runtime: bounds.runtime,
        environment,
        now: start,
        seed: plan.world?.seed ?? 1,
        address,
        paths: sources.paths(),
        files,
        flags: plan.world?.flags ?? {},
        suite: suite !== undefined,
        mostEvents,
        copies: bounds.copies,
      },
      ...(service && !isCaller ? { entry: path.resolve(tree.path, service.entry) } : {}),
      args: isCaller ? [] : (service?.args ?? []),
      folder,
      readable: tree.dependencies ?? [],
      memoryMb: bounds.memoryMb,
      outerWall: bounds.outerWall,
    },
    (file) => {
      const served = sources.serve(file, mannerOf(suite));
      if ('error' in served) unparsable.push(served.error);
      return 'error' in served ? served : { source: served.code, format: served.format };
    },
  );
  return createHost(sandbox, {
    name,
    address,
    names: isCaller ? [name] : [name, ...(service?.hosts ?? [])],
    now: () => clock.now(),
    record,
    functions: sources.functions,
    neighbours: {
      connect: (host, c, asked) =>
        connect(
          {
            name: host.name,
            address: host.address,
            end: host.end(c),
            joined: (line) => host.joins(c, line),
            connected: (to, from, alpn = false) => host.turn({ t: 'connected', c, to, from, alpn, now: clock.now() }),
            refused: (code, message) => host.turn({ t: 'refused', c, code, message, now: clock.now() }),
          },
          asked,
          wires,
        ),
      datagram: (host, datagram) => carry(host, datagram, wires),
      unmodelled: wires.unmodelled,
    },
  });
}

/** Runners that load modules their own way. */
function mannerOf(suite: Suite | undefined): Manner {
  return suite?.runner === 'jest' || suite?.runner === 'vitest' ? suite.runner : 'node';
}

/** Why a process is gone, as far as it can be known. */
function ended(host: Host, { halted, unparsable }: Ground): Failure {
  if (halted.aborted && isFailure(halted.reason)) return halted.reason;
  if (host.isStarved) {
    return new Failure('SIMULATION_LIMIT', { service: host.name, limit: 'memory' });
  }
  if (unparsable[0] !== undefined) return new Failure('SOURCE_UNPARSABLE', { problem: unparsable[0] });
  const how = host.exitCode === null ? {} : { 'exit code': host.exitCode };
  return new Failure(host.name === 'call' ? 'SANDBOX_FAILED' : 'SERVICE_FAILED', {
    service: host.name,
    ...how,
    'last error': host.lastError,
  });
}

/** The service that a module of the tree belongs to. */
function ownerOf(module: string, world: World): Service | undefined {
  return world.services
    .filter(({ folder }) => folder === '.' || module.startsWith(`${folder}/`))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}
