import type { Sandbox } from './conversation.ts';
import type { Originals } from './originals.ts';
import { type Program, type Started, startSandbox } from './process.ts';
import type { SourceAnswer } from './protocol.ts';
import type { Ready } from './ready.ts';
import { recording, type Starting, standingIn } from './standing-in.ts';
import type { StartUps } from './start-ups.ts';

/** What outlives one simulation, so that the next one is quicker: waiting processes, how services of a tree start, and processes that have started. */
export interface Kit {
  ready: Ready;
  startUps: StartUps;
  originals: Originals;
}

type Serve = (file: string) => SourceAnswer;

/** Makes the sandboxes of one simulation. */
export interface Workshop {
  /** A sandbox for a service of the world, whose start-up may be known. */
  service(program: Program, serve: Serve): Sandbox;
  /** A sandbox for a process without a program of its own, which has started when it is idle for the first time. */
  other(program: Program, serve: Serve): Sandbox;
  /** All services are up: how they got there is kept. */
  hasStarted(): void;
  /** The simulation is over and its processes are gone. */
  ended(): void;
}

/** Opens a workshop; `kind` and `likely` say which services a plan of this kind will need, and only save time. */
export function openWorkshop(
  { ready, startUps, originals }: Kit,
  { tree, kind, likely }: { tree: string; kind: string; likely: string[] },
): Workshop {
  const services: Starting[] = [];
  const run: Program[] = [];
  const needed = startUps.needed(kind);
  const made = (program: Program, serve: Serve, isLikely: boolean): Starting => {
    const { service } = program.beginning;
    const key = JSON.stringify([tree, program]);
    const turns = startUps.known(key);
    const begun = new Map<Sandbox, Started>();
    const start = (): Sandbox => {
      run.push(program);
      const started = startSandbox(program, serve, ready.take(program));
      begun.set(started.sandbox, started);
      return started.sandbox;
    };
    const exchange = (sandbox: Sandbox): Sandbox => {
      const started = startUps.known(key) && begun.get(sandbox);
      return (started && originals.keep(key, started, serve)) || sandbox;
    };
    if (!turns) return recording(start(), (said) => startUps.keep(key, said), exchange);
    const copy = () => originals.copy(key, serve);
    return standingIn({ service, turns, startUps, start, copy, exchange, isLikely, isKept: originals.has(key) });
  };
  return {
    service(program, serve) {
      const { service } = program.beginning;
      const one = made(program, serve, needed.has(service) || likely.includes(service));
      services.push(one);
      return one;
    },
    other(program, serve) {
      const one = made(program, serve, true);
      return once(one, () => one.hasStarted());
    },
    hasStarted() {
      for (const one of services) one.hasStarted();
    },
    ended() {
      startUps.need(
        kind,
        services.filter((one) => one.isNeeded).map((one) => one.service),
      );
      for (const program of run) ready.ended(program);
    },
  };
}

/** The same sandbox, with something to do after its first turn. */
function once(sandbox: Sandbox, first: () => void): Sandbox {
  let isFirst = true;
  return {
    service: sandbox.service,
    get isAlive() {
      return sandbox.isAlive;
    },
    get complaint() {
      return sandbox.complaint;
    },
    get isStarved() {
      return sandbox.isStarved;
    },
    async turn(order) {
      const words = await sandbox.turn(order);
      if (isFirst) first();
      isFirst = false;
      return words;
    },
    kill: () => sandbox.kill(),
    gone: sandbox.gone,
  };
}
