import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/** Any object of the target's own; nothing about it is known but what is asked of it here. */
interface Loose {
  [name: string]: unknown;
}
type Verb = (...args: unknown[]) => unknown;
type Tool = (config: string) => Promise<void>;

const folder = process.cwd();
const toPackages = createRequire(path.join(folder, 'package.json'));

const tools: Record<string, Tool> = {
  typeorm,
  knex,
  sequelize,
  'node-pg-migrate': nodePgMigrate,
  'mikro-orm': mikroOrm,
};

const [name = '', config = '', told = '{}'] = process.argv.slice(2);
const environment = JSON.parse(told) as Record<string, string | undefined>;
const tool = tools[name];
if (!tool) throw new Error(`"${name}" is not a migration tool that is known here`);
await tool(config);
process.exit(0);

async function typeorm(file: string): Promise<void> {
  const exported = await exportsOf(file);
  const { DataSource } = (await packageOf('typeorm')) as { DataSource: new (options: unknown) => unknown };
  const candidates = exported.map((one) =>
    isSource(one) || !isLoose(one) || !('type' in one) ? one : new DataSource(one),
  );
  const source = candidates.find(isSource);
  if (!source) throw new Error(`${file} exports no DataSource`);
  const options = source.options as Loose;
  const { entities, migrations } = options;
  does(source, 'setOptions')({ entities: unbuilt(entities), migrations: unbuilt(migrations) });
  await does(source, 'initialize')();
  if (options.synchronize !== true) {
    if (Array.isArray(source.migrations) && source.migrations.length === 0)
      throw new Error(`the data source of ${file} finds no migration in ${JSON.stringify(migrations ?? [])}`);
    await does(source, 'runMigrations')({ transaction: options.migrationsTransactionMode ?? 'all' });
  }
  await does(source, 'destroy')();
}

async function knex(file: string): Promise<void> {
  const [exported] = await exportsOf(file);
  const all = (typeof exported === 'function' ? await exported() : exported) as Loose;
  const settings = isLoose(all?.[environment.NODE_ENV ?? 'development'])
    ? all[environment.NODE_ENV ?? 'development']
    : all;
  const made = await packageOf('knex');
  const open = (typeof made === 'function' ? made : (made as Loose).knex) as Verb;
  const database = open(settings) as Loose;
  await does(database.migrate, 'latest')();
  await does(database, 'destroy')();
}

async function nodePgMigrate(dir: string): Promise<void> {
  const { runner } = (await packageOf('node-pg-migrate')) as { runner: Verb };
  const { DATABASE_URL, PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE } = environment;
  const parts = {
    host: PGHOST,
    port: Number(PGPORT ?? 5432),
    user: PGUSER,
    password: PGPASSWORD,
    database: PGDATABASE,
  };
  await runner({
    databaseUrl: DATABASE_URL ?? parts,
    dir,
    direction: 'up',
    migrationsTable: 'pgmigrations',
    count: Number.POSITIVE_INFINITY,
  });
}

async function mikroOrm(file: string): Promise<void> {
  const [exported] = await exportsOf(file);
  const { MikroORM } = (await packageOf('@mikro-orm/postgresql')) as { MikroORM: Loose };
  const opened = (await does(MikroORM, 'init')(typeof exported === 'function' ? await exported() : exported)) as Loose;
  const migrator = typeof opened.getMigrator === 'function' ? does(opened, 'getMigrator')() : opened.migrator;
  await does(migrator, 'up')();
  await does(opened, 'close')(true);
}

/** What sequelize-cli does: each file's `up`, by name, once. */
async function sequelize(dir: string): Promise<void> {
  const { Sequelize } = (await packageOf('sequelize')) as { Sequelize: new (...given: unknown[]) => unknown };
  const database = new Sequelize(...(await sequelizeSettings())) as Loose;
  const asked = does(database, 'getQueryInterface')();
  await does(database, 'query')('create table if not exists "SequelizeMeta" ("name" varchar(255) primary key)');
  const [rows] = (await does(database, 'query')('select "name" from "SequelizeMeta"')) as [{ name: string }[]];
  const done = new Set(rows.map((row) => row.name));
  for (const file of fs
    .readdirSync(dir)
    .filter((one) => /\.[cm]?[jt]s$/.test(one) && !one.endsWith('.d.ts'))
    .sort()) {
    if (done.has(file)) continue;
    const module = (await exportsOf(path.join(dir, file))).find((one) => isLoose(one) && typeof one.up === 'function');
    await does(module, 'up')(asked, Sequelize);
    await does(database, 'query')('insert into "SequelizeMeta" ("name") values (?)', { replacements: [file] });
  }
  await does(database, 'close')();
}

async function sequelizeSettings(): Promise<unknown[]> {
  const file = [
    'config/config.json',
    'config/config.js',
    'config/config.ts',
    'config/database.js',
    'config/database.json',
  ]
    .map((one) => path.join(folder, one))
    .find((one) => fs.existsSync(one));
  const url = environment.DATABASE_URL;
  const quiet = { logging: false };
  if (!file) return url === undefined ? fail('there is no config/config.json, and no DATABASE_URL') : [url, quiet];
  const all = file.endsWith('.json') ? JSON.parse(fs.readFileSync(file, 'utf8')) : (await exportsOf(file))[0];
  const settings = all[environment.NODE_ENV ?? 'development'] ?? all;
  const named = settings.use_env_variable && environment[settings.use_env_variable];
  return named ? [named, { ...settings, ...quiet }] : [{ ...settings, ...quiet }];
}

/** The default export first, as ES modules and CommonJS write it, then the named ones. */
async function exportsOf(file: string): Promise<unknown[]> {
  const loaded = (await import(pathToFileURL(path.resolve(folder, file)).href)) as Loose;
  const inner = isLoose(loaded.default) && 'default' in loaded.default ? [loaded.default.default] : [];
  const found = await Promise.all([...inner, loaded.default, ...Object.values(loaded)]);
  return found.filter((one) => one !== undefined);
}

async function packageOf(named: string): Promise<unknown> {
  const loaded = (await import(pathToFileURL(toPackages.resolve(named)).href)) as Loose;
  const inner = loaded.default;
  return isLoose(inner) || typeof inner === 'function' ? inner : loaded;
}

/** A pattern that means built files also means the sources they are built from, where nothing was built. */
function unbuilt(patterns: unknown): unknown {
  if (!Array.isArray(patterns)) return patterns;
  return patterns.flatMap((one) => {
    const [, before = '', built] = typeof one === 'string' ? (/^(.*?)(?:^|\/)(dist|build)\//.exec(one) ?? []) : [];
    if (built === undefined || fs.existsSync(path.resolve(folder, before, built))) return [one];
    const source = String(one).replace(/(^|\/)(dist|build)\//, '$1src/');
    return [one, source.replace(/\.js$/, '.ts'), ...(/\.(js|ts|\{.*)$/.test(source) ? [] : [`${source}.ts`])];
  });
}

function isSource(one: unknown): one is Loose {
  return isLoose(one) && typeof one.runMigrations === 'function' && typeof one.initialize === 'function';
}

function isLoose(one: unknown): one is Loose {
  return typeof one === 'object' && one !== null;
}

function does(one: unknown, verb: string): Verb {
  const found = isLoose(one) || typeof one === 'function' ? (one as Loose)[verb] : undefined;
  if (typeof found !== 'function') return fail(`what should migrate has no "${verb}"`);
  return found.bind(one) as Verb;
}

function fail(why: string): never {
  throw new Error(why);
}
