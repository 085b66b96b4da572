import { type Program, type Sandbox, startSandbox } from './process.ts';
import type { SourceAnswer } from './protocol.ts';
import type { Ready } from './ready.ts';
import { recording, type Starting, standingIn } from './standing-in.ts';
import type { StartUps } from './start-ups.ts';

/** What outlives one simulation, so that the next one is quicker: waiting processes, and how services of a tree start. */
export interface Kit {
  ready: Ready;
  startUps: StartUps;
}

/** Makes the sandboxes of one simulation. */
export interface Workshop {
  /** A sandbox for a service of the world, whose start-up may be known. */
  service(program: Program, serve: (file: string) => SourceAnswer): Sandbox;
  /** A sandbox that runs at once. */
  other(program: Program, serve: (file: string) => SourceAnswer): Sandbox;
  /** All services are up: how they got there is kept. */
  hasStarted(): void;
  /** The simulation is over and its processes are gone. */
  ended(): void;
}

/** Opens a workshop; `kind` and `likely` say which services a plan of this kind will need, and only save time. */
export function openWorkshop(
  { ready, startUps }: Kit,
  { tree, kind, likely }: { tree: string; kind: string; likely: string[] },
): Workshop {
  const services: Starting[] = [];
  const run: Program[] = [];
  const needed = startUps.needed(kind);
  const launch = (program: Program, serve: (file: string) => SourceAnswer): Sandbox => {
    run.push(program);
    return startSandbox(program, serve, ready.take(program));
  };
  return {
    service(program, serve) {
      const { service } = program.beginning;
      const key = JSON.stringify([tree, program]);
      const turns = startUps.known(key);
      const start = () => launch(program, serve);
      const isLikely = needed.has(service) || likely.includes(service);
      const made = turns
        ? standingIn({ service, turns, startUps, start, isLikely })
        : recording(start(), (said) => startUps.keep(key, said));
      services.push(made);
      return made;
    },
    other: launch,
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
