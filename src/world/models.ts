import path from 'node:path';
import type { Tree } from '../codebase/tree.ts';
import { Failure } from '../errors.ts';
import { createAmqp } from './amqp/amqp.ts';
import { createKafka } from './kafka/kafka.ts';
import type { Surroundings } from './model.ts';
import { openEngines } from './postgres/engines.ts';
import type { KeptJournals } from './postgres/journal.ts';
import { createPostgres, type PostgresOptions } from './postgres/postgres.ts';
import { openServerEngines } from './postgres/remote/engines.ts';
import { createRedis } from './redis/redis.ts';
import { createS3 } from './s3/s3.ts';
import { createSmtp } from './smtp/smtp.ts';
import type { StoreModel } from './store-model.ts';
import type { Store } from './world.ts';

/** Makes the model of a store; what outlives simulations is kept by whoever made the maker. */
export type StoreMaker = (store: Store, surroundings: Surroundings, tree: Tree, past?: Past) => Promise<StoreModel>;

/** What migrations said to a store before, or who is told what they say. */
export type Past = Pick<PostgresOptions, 'journal' | 'heard'>;

/** Where stores are made. */
interface StoreOptions {
  cacheFolder?: string;
  postgresUrl?: string | undefined;
}

/** The kinds of stores that are modelled. */
export interface StoreMakers extends AsyncDisposable {
  makers: { [kind in Store['kind']]?: StoreMaker };
  journals?: KeptJournals;
}

/** The model of a store by its kind; throws WORLD_UNMODELLED for a kind without one. */
export function modelOf(store: Store, { makers }: StoreMakers): StoreMaker {
  const make = makers[store.kind];
  if (!make) throw new Failure('WORLD_UNMODELLED', { asked: `${store.kind} (${store.from})` });
  return make;
}

/**
 * The makers of every kind of store: a new kind is a new line here. What takes long to make is kept in the folder;
 * where the URL of a Postgres is given, databases are made there.
 */
export function openStores({ cacheFolder, postgresUrl }: StoreOptions = {}): StoreMakers {
  const folder = cacheFolder === undefined ? {} : { folder: path.join(cacheFolder, 'postgres') };
  const engines = postgresUrl === undefined ? openEngines(folder) : openServerEngines(postgresUrl);
  return {
    makers: {
      postgres: (store, surroundings, tree, past) => createPostgres(store, surroundings, { tree, engines, ...past }),
      amqp: (store, surroundings) => createAmqp(store, surroundings),
      kafka: async (store, surroundings) => createKafka(store, surroundings),
      redis: (store, surroundings) => createRedis(store, surroundings),
      smtp: async (store, surroundings) => createSmtp(store, surroundings),
      s3: async (store, surroundings) => createS3(store, surroundings),
    },
    journals: { byTree: new Map(), made: [] },
    [Symbol.asyncDispose]: () => engines[Symbol.asyncDispose](),
  };
}
