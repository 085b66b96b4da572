import path from 'node:path';
import type { Service } from '../world.ts';
import { type ComposeService, containerPorts, hostsOf, mountsOf, namesIn } from './compose-schema.ts';
import { environmentOf, listed, type Reading } from './compose-service.ts';
import { readDockerfile } from './dockerfile.ts';
import { defaultsOf } from './environment.ts';
import { readPackage } from './package.ts';
import { follow, type Place, type Start } from './start-command.ts';

/** The code that a built compose service runs; nothing when it is not Node. */
export function builtService(
  name: string,
  service: ComposeService,
  from: string,
  reading: Reading,
): Service | undefined {
  const { files, workspaces } = reading;
  const context = files.within('.', sourceOf(service), reading.document.at('services', name, 'build'));
  const named = typeof service.build === 'object' ? service.build.dockerfile : undefined;
  const dockerfileAt = files.within(context, named ?? 'Dockerfile', from);
  const own = path.posix.dirname(dockerfileAt);
  const folder = own !== context && files.isFile(`${own}/package.json`) ? own : context;
  const dockerfile = readDockerfile(files, dockerfileAt);
  const start = startOf(service, dockerfile.command, { files, workspaces, folder, from }, context);
  if (!start) return undefined;
  const environment = {
    ...defaultsOf(files, start.folder),
    ...dockerfile.environment,
    ...start.environment,
    ...environmentOf(service, reading),
  };
  const ports = [containerPorts(service), dockerfile.ports, portIn(environment)].find((some) => some.length > 0) ?? [];
  const needs = namesIn(service.depends_on);
  return {
    name,
    folder: start.folder,
    entry: start.entry,
    args: start.args,
    environment,
    hosts: hostsOf(name, service),
    ports,
    needs,
    from,
  };
}

/** The folder that a compose service is built from. */
export function contextOf(service: ComposeService): string {
  return typeof service.build === 'object' ? service.build.context : (service.build ?? '.');
}

/** The port that an environment names for the service itself. */
export function portIn(environment: Record<string, string>): number[] {
  const port = Number(environment.PORT);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? [port] : [];
}

/** What a package starts by when nothing else says so: `npm start`, or its main file. */
export function packageStart(place: Place): Start | undefined {
  const main = readPackage(place.files, place.folder)?.main;
  return follow(['npm', 'start'], place) ?? (main === undefined ? undefined : follow(['node', main], place));
}

function startOf(
  service: ComposeService,
  dockerCommand: string[] | undefined,
  place: Place,
  context: string,
): Start | undefined {
  const entrypoint = listed(service.entrypoint);
  const command = listed(service.command);
  const given = entrypoint || command ? [...(entrypoint ?? []), ...(command ?? [])] : undefined;
  const asked = given ?? dockerCommand;
  const folders = [...new Set([place.folder, context])];
  const starts = folders.map((folder) => asked && follow(asked, { ...place, folder }));
  return starts.find((start) => start !== undefined) ?? (asked && !isPackaged(asked) ? undefined : packageStart(place));
}

/** A command that names a script of npm's may stand in another folder of the image than we think. */
function isPackaged(command: string[]): boolean {
  return /^(npm|yarn|pnpm|node)$/.test(command[0] ?? '');
}

function sourceOf(service: ComposeService): string {
  if (service.build !== undefined) return contextOf(service);
  const mounts = mountsOf(service);
  return (mounts.find((mount) => mount.target === service.working_dir) ?? mounts[0])?.source ?? '.';
}
