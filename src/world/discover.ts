import path from 'node:path';
import { moduleName, writtenFiles } from '../codebase/source-files.ts';
import type { Tree } from '../codebase/tree.ts';
import { Failure } from '../errors.ts';
import { readCompose } from './discovery/compose.ts';
import { type Files, filesOf } from './discovery/files.ts';
import { readFlags } from './discovery/flags.ts';
import { migrationSteps } from './discovery/migration-tools.ts';
import { migrationsOf, namedMigrations } from './discovery/migrations.ts';
import { describedApis } from './discovery/openapi.ts';
import { overridden } from './discovery/overrides.ts';
import { type Package, workspacesOf } from './discovery/package.ts';
import { packagedServices, storesIn } from './discovery/packages.ts';
import { withNamedPorts } from './discovery/telemetry.ts';
import type { MigrationStep, Service, Store, World } from './world.ts';

/**
 * Reads the world of a repository from what it already has: its compose file, or else its workspaces, Procfile or
 * start script; its SQL migrations, example environment and flags; and `rehearse.yaml` over all of it. A library
 * has none of them, and its world is empty. Throws WORLD_INVALID with file and line for what cannot be read, and
 * REPOSITORY_FOREIGN where there is nothing at all that Node could run.
 */
export async function discover(tree: Tree): Promise<World> {
  const files = filesOf(tree);
  const workspaces = workspacesOf(tree, files);
  const composed = readCompose(files, workspaces);
  const services = composed?.services ?? packagedServices(files, workspaces);
  const stores = composed?.stores ?? storesIn(services);
  const steps = stores.some((store) => store.kind === 'postgres') ? stepsOf(files, services, workspaces) : [];
  const world = {
    services,
    stores: withMigrations(files, services, stores, steps),
    ...(steps.length > 0 ? { migrations: steps } : {}),
    unmodelled: withNamedPorts(composed?.unmodelled ?? [], services),
    flags: readFlags(files),
  };
  const laid = overridden(world, files);
  const apis = [...(laid.apis ?? []), ...describedApis(files, laid)];
  const whole = { ...laid, ...(apis.length > 0 ? { apis } : {}) };
  if (whole.services.length + whole.stores.length === 0 && (await isForeign(tree)))
    throw new Failure('REPOSITORY_FOREIGN');
  return whole;
}

async function isForeign(tree: Tree): Promise<boolean> {
  const files = await writtenFiles(tree);
  return (
    files.length > 0 && !files.some((file) => moduleName.test(file) || path.posix.basename(file) === 'package.json')
  );
}

function stepsOf(files: Files, services: Service[], workspaces: Package[]): MigrationStep[] {
  return migrationSteps(files, services, workspaces, (folder) => migrationsOf(files, folder).length > 0);
}

function withMigrations(files: Files, services: Service[], stores: Store[], steps: MigrationStep[]): Store[] {
  const isOfTool = (file: string) =>
    steps.some(({ tool, config }) => tool === 'node-pg-migrate' && file.startsWith(`${config}/`));
  const postgres = stores.filter((store) => store.kind === 'postgres');
  return stores.map((store) => {
    if (store.kind !== 'postgres') return store;
    const mounted = namedMigrations(files, store.migrations, store.from);
    const own = services
      .filter((service) => postgres.length === 1 || reaches(service, store))
      .map((service) => service.folder);
    const shared =
      postgres[0] === store ? ['.', ...new Set(services.map((service) => path.posix.dirname(service.folder)))] : [];
    const found = [...new Set([...shared, ...own])]
      .flatMap((folder) => migrationsOf(files, folder))
      .filter((file) => !isOfTool(file));
    return { ...store, migrations: [...new Set([...mounted, ...found])] };
  });
}

/** Whether a service's environment names the store as a host. */
function reaches(service: Service, store: Store): boolean {
  return Object.values(service.environment).some((value) =>
    store.hosts.some(
      (host) =>
        value === host || value.includes(`@${host}:`) || value.includes(`@${host}/`) || value.includes(`//${host}:`),
    ),
  );
}
