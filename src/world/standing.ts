import type { Tree } from '../codebase/tree.ts';
import { Failure } from '../errors.ts';
import type { Checks } from '../simulation/checks.ts';
import type { Given, GivenApi, GivenLimit, Plan, Published } from '../simulation/plan.ts';
import type { Record as Recording } from '../simulation/record.ts';
import { createChance } from './chance.ts';
import type { WorldClock } from './clock.ts';
import { type Files, filesOf } from './discovery/files.ts';
import { openApiDocument } from './discovery/openapi.ts';
import { flagHosts } from './flags/flag-hosts.ts';
import { createFlagService } from './flags/flag-service.ts';
import { createApi } from './http/api.ts';
import type { Outgoing } from './http/client.ts';
import { type Exchange, exchangesIn } from './http/recorded.ts';
import { dueWebhooks } from './http/webhooks.ts';
import type { Model, Surroundings } from './model.ts';
import { modelOf, type Past, type StoreMakers } from './models.ts';
import type { Standing } from './routes.ts';
import type { StoreModel } from './store-model.ts';
import { placeIn } from './store-name.ts';
import { createSink } from './telemetry/sink.ts';
import type { Store, World } from './world.ts';

/** The modelled servers of one world; a store comes up when somebody first needs it. */
export interface StandingModels extends AsyncDisposable {
  all: readonly Standing[];
  apply(given: Given): Promise<void>;
  query(store: string, text: string): Promise<unknown[]>;
  publish(to: Published): Promise<void>;
  /** Webhooks that were still to be sent. */
  waiting(): string[];
}

interface Ground {
  plan: Plan;
  tree: Tree;
  world: World;
  stores: StoreMakers;
  clock: WorldClock;
  record: Recording;
  /** What is known of a store's past. */
  past?: (store: string) => Past | undefined;
  checks: Checks;
  /** Keeps what the world does not model. */
  note(what: string): void;
  /** Sends a request of an API to a service. */
  deliver(from: string, to: string, outgoing: Outgoing): void;
}

/** Makes the stores of a world and the APIs that a plan gives. */
export function createStanding({
  plan,
  tree,
  world,
  stores,
  clock,
  record,
  past,
  note,
  deliver,
  checks,
}: Ground): StandingModels {
  const seed = plan.world?.seed ?? 1;
  const made = new Map<string, Promise<StoreModel>>();
  const surroundings = (name: string): Surroundings => ({
    clock,
    chance: createChance(seed, name),
    record(event) {
      record.write(event);
      const [, asked] = event.kind === 'error' ? (/^WORLD_UNMODELLED (.+)/.exec(event.what) ?? []) : [];
      if (asked !== undefined) note(asked);
    },
  });
  const storeModel = (store: Store): Promise<StoreModel> => {
    const known =
      made.get(store.name) ?? modelOf(store, stores)(store, surroundings(store.name), tree, past?.(store.name));
    made.set(store.name, known);
    return known;
  };
  const named = (name: string) => {
    const { store, database } = placeIn(world.stores, name);
    return storeModel(store).then((model) => ({ model, database }));
  };
  const files = filesOf(tree);
  const limits = plan.given.flatMap(limitsIn);
  const apis = apisOf(plan, world).map(([host, given]) => {
    const webhooks = dueWebhooks(clock, (to, outgoing) => deliver(host, to, outgoing));
    const described = world.apis?.find(({ hosts }) => hosts.includes(host));
    const document = described && openApiDocument(files, described.file);
    const model = createApi(host, given, {
      ...surroundings(host),
      note,
      checks,
      exchanges: recordedFor(host, world, files),
      limits: limits.filter((one) => one.host === host),
      webhooks,
      ...(document ? { document } : {}),
    });
    return { names: [host], port: null, model: async (): Promise<Model> => model, webhooks };
  });
  const knownReads = (service: string): Set<string> =>
    new Set(
      record
        .all()
        .filter((event) => event.kind === 'read' && event.service === service)
        .map(({ what }) => what),
    );
  const flagServices = flagHosts(world).map((name) => {
    const model = createFlagService(name, plan.world?.flags ?? {}, surroundings(name), note, knownReads);
    return { names: [name], port: null, model: async (): Promise<Model> => model };
  });
  const collectors = world.unmodelled
    .filter(({ isTelemetry }) => isTelemetry)
    .flatMap(({ name, ports }) => ports.map((port) => ({ names: [name], port, model: async () => createSink() })));
  return {
    all: [
      ...world.stores.flatMap((store) =>
        [store.kind === 's3' ? null : store.port, ...(store.ports ?? [])].map((port) => ({
          names: [store.name, ...store.hosts],
          port,
          hasNamesBelow: store.kind === 's3',
          model: () => storeModel(store),
        })),
      ),
      ...apis.map(({ webhooks: _, ...api }) => api),
      ...flagServices,
      ...collectors,
    ],
    async apply(given) {
      if ('api' in given || 'limit' in given) return;
      const { store: name } = 'rows' in given ? given.rows : 'sql' in given ? given.sql : given.keys;
      const { model, database } = await named(name);
      await model.apply(given, database);
    },
    async query(name, text) {
      const { model, database } = await named(name);
      return model.query(text, database);
    },
    waiting: () => apis.flatMap(({ webhooks }) => webhooks.waiting()),
    async publish({ queue, topic, message, key }) {
      const channel = queue ?? topic ?? '';
      const known: string[] = [];
      for (const store of world.stores) {
        const model = await storeModel(store);
        if (await model.publish?.(channel, message, key)) return;
        known.push(...(model.channels?.() ?? []));
      }
      const redis = queue === undefined ? undefined : world.stores.find(({ kind }) => kind === 'redis');
      const asked = `the ${queue === undefined ? 'topic' : 'queue'} ${channel}`;
      if (!redis) throw new Failure('WORLD_UNMODELLED', { asked, known });
      await pushed(await storeModel(redis), channel, message);
    },
    async [Symbol.asyncDispose]() {
      const all = await Promise.allSettled(made.values());
      for (const one of all) if (one.status === 'fulfilled') await one.value[Symbol.asyncDispose]();
    },
  };
}

function apisOf({ given }: Plan, { apis = [], recordings = [] }: World): [host: string, GivenApi[]][] {
  const hosts = new Map<string, GivenApi[]>();
  for (const host of [...apis, ...recordings].flatMap((api) => api.hosts)) hosts.set(host, []);
  for (const one of given) {
    if ('api' in one) hosts.set(one.api.host, [...(hosts.get(one.api.host) ?? []), one.api]);
  }
  return [...hosts];
}

/** A limit by itself, or that of an operation. */
function limitsIn(given: Given): GivenLimit[] {
  if ('limit' in given) return [given.limit];
  if (!('api' in given) || !given.api.limit) return [];
  const { host, on, limit } = given.api;
  return [{ host, on, ...limit }];
}

/** What was recorded of a host. */
function recordedFor(host: string, { recordings = [] }: World, files: Files): Exchange[] {
  return recordings.flatMap(({ file }) => exchangesIn(file, files.read(file) ?? '').filter((one) => one.host === host));
}

/** Puts a message on a list of Redis, where workers wait for it. */
async function pushed(model: StoreModel, queue: string, message: unknown): Promise<void> {
  let answer = '';
  const connection = model.connected({
    service: 'plan',
    host: 'redis',
    port: 0,
    send: (bytes) => {
      answer += Buffer.from(bytes).toString();
    },
    end: () => undefined,
  });
  const words = ['RPUSH', queue, typeof message === 'string' ? message : JSON.stringify(message)];
  const request = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('');
  connection.receive(Buffer.from(`*${words.length}\r\n${request}`));
  await model.settled();
  connection.ended();
  if (!answer.startsWith(':')) throw new Failure('PLAN_INVALID', { queue, problem: answer.trim() });
}
