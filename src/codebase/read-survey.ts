import { isFailure } from '../errors.ts';
import { discover } from '../world/discover.ts';
import type { World } from '../world/world.ts';
import { readExports } from './read-exports.ts';
import { readPackages } from './read-packages.ts';
import { readRoutes } from './read-routes.ts';
import { flagsIn, settingsOf } from './read-settings.ts';
import { readTables } from './read-tables.ts';
import { moduleName, readFiles, testName, writtenFiles } from './source-files.ts';
import type { Survey } from './survey.ts';
import { parse } from './syntax.ts';
import type { Tree } from './tree.ts';

/** Reads what a tree has that a thread may speak of: modules, packages, routes, services, tables, settings. */
export async function survey(tree: Tree): Promise<Survey> {
  const files = await writtenFiles(tree);
  const known = new Set(files);
  const sources = await readFiles(
    tree,
    files.filter((file) => !testName.test(file)),
    moduleName,
  );
  const modules = sources.flatMap(({ file, text }) => parse(file, text) ?? []);
  const world = await discover(tree).catch(withoutWorld);
  const settings = modules.map(settingsOf);
  const kept = world.flags
    ? await readFiles(
        tree,
        files.filter((file) => file === world.flags?.file),
        /./,
      )
    : [];
  const held = kept.flatMap((file) => flagsIn(file, Object.keys(world.flags?.values ?? {})));
  const asked = settings.flatMap(({ flags }) => flags);
  return {
    packages: readPackages(await readFiles(tree, files, /(^|\/)package\.json$/), (file) => known.has(file)),
    exports: readExports(modules),
    routes: readRoutes(modules).map((route) => ({ service: serviceOf(route.file, world), ...route })),
    services: world.services.map(({ name, folder, hosts, ports }) => ({ name, folder, hosts, ports })),
    tables: readTables(await readFiles(tree, files, /\.sql$/)),
    environment: settings.flatMap(({ environment }) => environment),
    flags: [...held, ...asked.filter(({ name }) => !held.some((flag) => flag.name === name))],
  };
}

/** A world that cannot be read has its own sentence when something is to run in it; what was written stays readable. */
function withoutWorld(thrown: unknown): World {
  if (isFailure(thrown) && thrown.code === 'WORLD_INVALID')
    return { services: [], stores: [], unmodelled: [], flags: null };
  throw thrown;
}

/** The service whose folder a file lies in, the innermost one. */
function serviceOf(file: string, { services }: World): string {
  const around = services.filter(({ folder }) => folder === '' || folder === '.' || file.startsWith(`${folder}/`));
  return around.sort((a, b) => b.folder.length - a.folder.length)[0]?.name ?? '';
}
