import { z } from 'zod';
import { exchangesIn } from '../http/recorded.ts';
import { type DescribedApi, type Service, type Store, storeKinds, storePorts, type World } from '../world.ts';
import { type Document, readDocument, shaped } from './document.ts';
import { entryFile } from './entry-file.ts';
import { type Files, invalid, mostOfDocument } from './files.ts';
import { readFlags } from './flags.ts';
import { namedMigrations } from './migrations.ts';
import { namedApi } from './openapi.ts';

const Port = z.int().min(1).max(65_535);
const Environment = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

/**
 * `rehearse.yaml` at the root of a repository; says only what differs from what is discovered:
 *
 * ```yaml
 * services:
 *   billing:                       # a discovered name is changed, a new one added, `billing: false` removed
 *     folder: services/billing
 *     entry: services/billing/src/server.ts   # relative to the repository
 *     args: []
 *     environment: { FX_ROUNDING: half-even } # added to what is discovered
 *     hosts: [billing]
 *     ports: [3000]
 *     needs: [postgres]
 * stores:
 *   postgres: { kind: postgres, hosts: [db], port: 5432, database: shop, user: shop, password: shop,
 *               databases: [orders],           # that stand beside the first one
 *               migrations: [db/migrations] }  # folders or files, in order
 *   kafka: { kind: kafka, hosts: [kafka], topics: { orders: 3 } }  # topics and their partitions, made beforehand
 * packages: { without: [left-pad] } # that cannot be had, and are not needed to run
 * migrations: false                # the services migrate by themselves: no tool runs before they start
 * apis: { api.rates.example: docs/rates.yaml }  # OpenAPI documents of others' APIs, by host
 * recordings: [fixtures/rates.har]  # HAR files whose exchanges answer for the hosts in them
 * flags: config/flags.json         # or `false` for none
 * ```
 */
const Rehearse = z.strictObject({
  services: z
    .record(
      z.string(),
      z.union([
        z.literal(false),
        z.strictObject({
          folder: z.string().optional(),
          entry: z.string().optional(),
          args: z.array(z.string()).optional(),
          environment: Environment.optional(),
          hosts: z.array(z.string()).optional(),
          ports: z.array(Port).optional(),
          needs: z.array(z.string()).optional(),
        }),
      ]),
    )
    .default({}),
  stores: z
    .record(
      z.string(),
      z.union([
        z.literal(false),
        z.strictObject({
          kind: z.enum(storeKinds).optional(),
          hosts: z.array(z.string()).optional(),
          port: Port.optional(),
          database: z.string().optional(),
          user: z.string().optional(),
          password: z.string().optional(),
          databases: z.array(z.string()).optional(),
          migrations: z.array(z.string()).optional(),
          topics: z.record(z.string(), z.int().min(1).max(1_000)).optional(),
        }),
      ]),
    )
    .default({}),
  packages: z.strictObject({ without: z.array(z.string()).default([]) }).optional(),
  migrations: z.literal(false).optional(),
  apis: z.record(z.string(), z.string()).default({}),
  recordings: z.array(z.string()).default([]),
  flags: z.union([z.string(), z.literal(false)]).optional(),
});

/** Lays what `rehearse.yaml` says over a discovered world. */
export function overridden(world: World, files: Files): World {
  const file = ['rehearse.yaml', 'rehearse.yml'].find((name) => files.isFile(name));
  const text = file && files.read(file);
  if (file === undefined || text === undefined) return world;
  const document = readDocument(file, text);
  const said = shaped(Rehearse, document.value ?? {}, document);
  const services = laid(world.services, said.services, (name, own, before) =>
    service(name, own, before, document, files),
  );
  const stores = laid(world.stores, said.stores, (name, own, before) => store(name, own, before, document, files));
  const named = new Set([...services, ...stores].map((one) => one.name));
  const flags = said.flags === false ? null : said.flags === undefined ? world.flags : readFlags(files, said.flags);
  const apis = Object.entries(said.apis).map(([host, named]) =>
    namedApi(files, host, named, document.at('apis', host)),
  );
  const recordings = said.recordings.map((named) => recording(files, named, document.at('recordings')));
  const { migrations } = said.migrations === false ? {} : world;
  return {
    ...{ services, stores },
    ...(migrations ? { migrations } : {}),
    unmodelled: world.unmodelled.filter((one) => !named.has(one.name)),
    ...(apis.length > 0 ? { apis } : {}),
    ...(recordings.length > 0 ? { recordings } : {}),
    flags,
  };
}

/** A HAR file and the hosts that answer in it. */
function recording(files: Files, named: string, from: string): DescribedApi {
  const file = files.within('.', named, from);
  const text = files.read(file, mostOfDocument);
  if (text === undefined) throw invalid(from, `there is no "${named}"`);
  return { hosts: [...new Set(exchangesIn(file, text).map(({ host }) => host))], file, from };
}

type Said<K extends 'services' | 'stores'> = Exclude<z.infer<typeof Rehearse>[K][string], false>;

function laid<T extends { name: string }, S>(
  discovered: T[],
  said: Record<string, S | false>,
  make: (name: string, own: S, before: T | undefined) => T,
): T[] {
  const kept = discovered.flatMap((before) => {
    const own = Object.hasOwn(said, before.name) ? said[before.name] : undefined;
    if (own === false) return [];
    return [own === undefined ? before : make(before.name, own, before)];
  });
  const known = new Set(discovered.map((before) => before.name));
  const added = Object.entries(said).flatMap(([name, own]) =>
    known.has(name) || own === false ? [] : [make(name, own, undefined)],
  );
  return [...kept, ...added];
}

function service(
  name: string,
  own: Said<'services'>,
  before: Service | undefined,
  document: Document,
  files: Files,
): Service {
  const from = document.at('services', name);
  const entry = own.entry === undefined ? before?.entry : entryFile(files, '.', own.entry, from);
  if (entry === undefined)
    throw invalid(from, own.entry ? `there is no "${own.entry}"` : `the new service "${name}" needs an entry`);
  const folder = own.folder === undefined ? before?.folder : files.within('.', own.folder, from);
  const { args = [], hosts = [name], ports = [], needs = [] } = { ...before, ...own };
  return {
    name,
    folder: folder ?? '.',
    entry,
    args,
    environment: { ...before?.environment, ...own.environment },
    hosts,
    ports,
    needs,
    from,
  };
}

function store(name: string, own: Said<'stores'>, before: Store | undefined, document: Document, files: Files): Store {
  const from = document.at('stores', name);
  const { topics: made, ...rest } = own;
  const merged = { ...before, ...rest };
  if (merged.kind === undefined) throw invalid(from, `the new store "${name}" needs a kind: ${storeKinds.join(', ')}`);
  const { kind, hosts = [name], port = storePorts[kind] } = merged;
  const named = own.migrations?.map((path) => files.within('.', path, from));
  const migrations = named ? namedMigrations(files, named, from) : (before?.migrations ?? []);
  if (made && kind !== 'kafka') throw invalid(from, `"${name}" is no Kafka and has no topics`);
  const topics = Object.entries(made ?? {}).map(([topic, partitions]) => ({ name: topic, partitions }));
  const kafka = made ? { kafka: { ...before?.kafka, topics } } : {};
  return { ...merged, ...kafka, name, kind, hosts, port, migrations, from };
}
