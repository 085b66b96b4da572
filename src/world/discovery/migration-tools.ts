import path from 'node:path';
import type { MigrationStep, Service } from '../world.ts';
import { defaultsOf } from './environment.ts';
import type { Files } from './files.ts';
import { type Package, readPackage } from './package.ts';
import { follow } from './start-command.ts';

const endings = ['.ts', '.js', '.mts', '.mjs', '.cts', '.cjs'];
const dataSources = ['data-source', 'datasource', 'dataSource', 'ormconfig', 'typeorm.config', 'database'];
const dataFolders = [
  '',
  'src',
  'src/data',
  'src/db',
  'src/database',
  'src/config',
  'src/typeorm',
  'db',
  'database',
  'config',
];
const scriptName =
  /^(?:(?:db|database|knex|orm|typeorm|drizzle|pg):)?(?:migrat(?:e|ions?)(?::(?:up|run|latest|deploy|prod))?)$/;
const knownTool = /\b(typeorm|knex|sequelize(?:-cli)?|node-pg-migrate|mikro-orm|prisma|drizzle-kit)\b/;

/** What a folder says of the tool that migrates it. */
interface Place {
  files: Files;
  found: Package;
  workspaces: Package[];
  uses(name: string): boolean;
  at(file: string): string;
}

type Found = Pick<MigrationStep, 'tool' | 'config' | 'from'>;

/** Migrations that are code or are run by a tool of the repository, each with the folder it runs in. */
export function migrationSteps(
  files: Files,
  services: Service[],
  workspaces: Package[],
  hasSql: (folder: string) => boolean,
): MigrationStep[] {
  const folders = new Set(['.', ...workspaces.map(({ folder }) => folder), ...services.map(({ folder }) => folder)]);
  const root = readPackage(files, '.');
  return [...folders].flatMap((folder) => {
    const found = readPackage(files, folder);
    if (!found) return [];
    const place: Place = {
      files,
      found,
      workspaces,
      uses: (name) => name in found.dependencies || (root !== undefined && name in root.dependencies),
      at: (file) => path.posix.join(folder, file),
    };
    const step = byTool(place) ?? (hasSql(folder) ? undefined : byScript(place));
    if (!step) return [];
    const owner = services.find((service) => service.folder === folder);
    const environment = owner?.environment ?? { ...defaultsOf(files, '.'), ...defaultsOf(files, folder) };
    return [{ ...step, folder, environment }];
  });
}

function byTool(place: Place): Found | undefined {
  return typeorm(place) ?? knex(place) ?? mikroOrm(place) ?? sequelize(place) ?? nodePgMigrate(place);
}

function typeorm(place: Place): Found | undefined {
  if (!place.uses('typeorm')) return undefined;
  const asked = option(place, /\btypeorm\b/, /(?:-d|--dataSource)[\s=]+(\S+)/);
  const named = asked?.replace(/^(\.\/)?(dist|build)\//, 'src/').replace(/\.[cm]?js$/, '');
  const usual = dataFolders.flatMap((folder) => dataSources.map((name) => path.posix.join(folder, name)));
  const config = first(place, [...(asked ? [asked] : []), ...(named ? [named] : []), ...usual], /\bDataSource\b/);
  return config === undefined ? undefined : { tool: 'typeorm', config, from: config };
}

function knex(place: Place): Found | undefined {
  if (!place.uses('knex')) return undefined;
  const asked = option(place, /\bknex\b/, /--knexfile[\s=]+(\S+)/);
  const config = first(place, [...(asked ? [asked] : []), 'knexfile', 'src/knexfile', 'db/knexfile']);
  return config === undefined ? undefined : { tool: 'knex', config, from: config };
}

function mikroOrm(place: Place): Found | undefined {
  if (!place.uses('@mikro-orm/migrations')) return undefined;
  const config = first(place, ['mikro-orm.config', 'src/mikro-orm.config', 'src/config/mikro-orm.config']);
  return config === undefined ? undefined : { tool: 'mikro-orm', config, from: config };
}

function sequelize(place: Place): Found | undefined {
  if (!place.uses('sequelize-cli') && !place.files.isFile(place.at('.sequelizerc'))) return undefined;
  const folder = ['migrations', 'src/migrations', 'db/migrations', 'src/db/migrations'].find((name) =>
    place.files.list(place.at(name)).some((file) => /\.[cm]?[jt]s$/.test(file)),
  );
  return folder === undefined ? undefined : { tool: 'sequelize', config: place.at(folder), from: place.at(folder) };
}

function nodePgMigrate(place: Place): Found | undefined {
  if (!place.uses('node-pg-migrate')) return undefined;
  const asked = option(place, /\bnode-pg-migrate\b/, /(?:-m|--migrations-dir)[\s=]+(\S+)/);
  const folder = (asked ?? 'migrations').replace(/^\.\//, '').replace(/\/$/, '');
  const isThere = place.files.list(place.at(folder)).some((file) => /\.([cm]?[jt]s|sql)$/.test(file));
  return isThere ? { tool: 'node-pg-migrate', config: place.at(folder), from: place.at(folder) } : undefined;
}

/** A script of package.json that migrates: the file that it runs, or a tool that is not understood, by name. */
function byScript({ files, found, workspaces }: Place): Found | undefined {
  const [name, command] = Object.entries(found.scripts).find(([one]) => scriptName.test(one)) ?? [];
  if (name === undefined || command === undefined) return undefined;
  const from = found.at('scripts', name);
  const start = follow(command, { files, folder: found.folder, workspaces, from });
  if (start) return { tool: 'script', config: start.entry, from };
  return knownTool.test(command) ? { tool: 'unknown', config: command, from } : undefined;
}

function option({ found }: Place, tool: RegExp, wanted: RegExp): string | undefined {
  for (const command of Object.values(found.scripts)) {
    const value = tool.test(command) ? wanted.exec(command)?.[1] : undefined;
    if (value !== undefined && !value.startsWith('/') && !value.includes('..')) return value;
  }
  return undefined;
}

/** The first file among names with or without ending; relative to the tree. */
function first({ files, at }: Place, names: string[], holding?: RegExp): string | undefined {
  const all = names.flatMap((name) => [name, ...endings.map((ending) => name + ending)]).map(at);
  return all.find((file) => files.isFile(file) && (!holding || holding.test(files.read(file) ?? '')));
}
