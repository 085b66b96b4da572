import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { World } from '../../world/world.ts';
import type { Answer } from './answer.ts';
import type { CliServices } from './services.ts';

/** `rehearse world`: what was discovered, from where, and how it is modelled. */
export const world =
  ({ mirror, discover, postgresServer }: CliServices) =>
  async (options: { repo: string; world?: string; rev?: string }): Promise<Answer> => {
    const lines = (found: World) => worldLines(found, postgresServer).join('\n');
    if (options.world === undefined && options.rev === undefined && isPlainFolder(options.repo)) {
      const found = await discover({ id: 'as it lies there', path: path.resolve(options.repo) });
      return { text: lines(found), document: { revision: null, world: found }, code: 0 };
    }
    const repository = await mirror(options.repo, options.world);
    const revision = await repository.resolve(options.rev ?? (await repository.tip()));
    const found = await discover(await repository.tree(revision, { packages: false }));
    return { text: lines(found), document: { revision, world: found }, code: 0 };
  };

/** A folder that is no repository of its own is read as it lies there: nothing in it is run. */
function isPlainFolder(folder: string): boolean {
  const has = (name: string) => existsSync(path.join(folder, name));
  const isThere = existsSync(folder) && statSync(folder).isDirectory();
  return isThere && !['.git', 'HEAD'].some(has) && ['package.json', 'compose.yaml', 'docker-compose.yml'].some(has);
}

function worldLines(
  { services, stores, migrations = [], unmodelled, apis = [], recordings = [], flags }: World,
  postgresServer: string | undefined,
): string[] {
  const none = services.length + stores.length === 0 ? ['No services: a library. Its functions can be called.'] : [];
  return [
    ...none,
    ...services.map(
      ({ name, entry, ports, from }) =>
        `service  ${name}  real code: ${entry}${ports.length > 0 ? `, port ${ports.join(', ')}` : ', a worker'}  (${from})`,
    ),
    ...stores.map(
      ({ name, kind, hosts, port, migrations, from }) =>
        `store    ${name}  modelled ${kind} at ${hosts.join(', ')}:${port}${kind === 'postgres' && postgresServer !== undefined ? `, made on ${postgresServer} (REHEARSE_POSTGRES)` : ''}${migrations.length > 0 ? `, ${migrations.length} migrations` : ''}  (${from})`,
    ),
    ...migrations.map(({ tool, config, folder, from }) =>
      tool === 'unknown'
        ? `unknown  migrations by "${config}": not understood, plans end as unknown  (${from})`
        : `migrate  ${config}  by ${tool === 'script' ? 'a script of its own' : tool} in ${folder}, in a sandbox, before services start  (${from})`,
    ),
    ...apis.map(
      ({ hosts, file, from }) =>
        `api      ${hosts.join(', ')}  requests checked and answered with examples by ${file}; a plan may answer otherwise  (${from})`,
    ),
    ...recordings.map(
      ({ hosts, file, from }) => `api      ${hosts.join(', ')}  answered as recorded in ${file}  (${from})`,
    ),
    ...unmodelled.map(({ name, image, isTelemetry, ports, from }) =>
      isTelemetry
        ? `sink     ${name}  ${image} takes telemetry at ${ports.join(', ') || 'no port'} and keeps none  (${from})`
        : `unknown  ${name}  ${image} is not modelled: plans that reach it end as unknown  (${from})`,
    ),
    ...(flags ? [`flags    ${Object.keys(flags.values).join(', ')}  (${flags.file})`] : []),
  ];
}
