/** Code that runs: one process of its own in the world. */
export interface Service {
  name: string;
  /** Relative to the tree. */
  folder: string;
  /** The file that Node is given, relative to the tree, and its arguments. */
  entry: string;
  args: string[];
  environment: Record<string, string>;
  /** Names under which others reach it. */
  hosts: string[];
  /** Ports it is expected to listen on; a service without any is a worker. */
  ports: number[];
  /** Names of stores and services that stand before it. */
  needs: string[];
  /** Where this was read, for people: `compose.yaml:12`. */
  from: string;
}

/** The kinds of stores that are modelled, and the ports they are reached on unless something else is said. */
export const storePorts = { postgres: 5432, redis: 6379, amqp: 5672, kafka: 9092, smtp: 25, s3: 9000 } as const;
/** A kind of store that is modelled. */
export type StoreKind = keyof typeof storePorts;
/** Every kind of store, by name. */
export const storeKinds = Object.keys(storePorts) as [StoreKind, ...StoreKind[]];

/** A modelled store. */
export interface Store {
  name: string;
  kind: StoreKind;
  hosts: string[];
  port: number;
  database?: string;
  user?: string;
  password?: string;
  /** Other ports that it listens on. */
  ports?: number[];
  /** What a Redis tells of its keys, in the letters of `notify-keyspace-events`. */
  notify?: string;
  /** What a Kafka is set up with. */
  kafka?: KafkaTerms;
  /** Databases that stand beside the first one. */
  databases?: string[];
  /** SQL migrations in the order they run, relative to the tree. */
  migrations: string[];
  from: string;
}

/** What a Kafka is set up with, where that differs from what a broker does by itself. */
export interface KafkaTerms {
  topics?: { name: string; partitions: number }[];
  /** Partitions of a topic that does not say how many. */
  partitions?: number;
  /** Whether a topic that is asked for is made. */
  makesTopics?: boolean;
  /** How long a group that was empty waits for members after its first. */
  rebalanceDelayMs?: number;
  /** In bytes. */
  largestMessage?: number;
  /** How many brokers of the repository the modelled one stands for. */
  brokers?: number;
  /** What brokers of one cluster have in common. */
  cluster?: string;
}

/** Migrations in the hands of a tool of the repository; they run in a sandbox before anything else does. */
export interface MigrationStep {
  /** `script`: a file of the repository's own; `unknown`: not understood, so that nothing can be said of the tables. */
  tool: 'typeorm' | 'knex' | 'sequelize' | 'node-pg-migrate' | 'mikro-orm' | 'script' | 'unknown';
  /** Where it runs, relative to the tree. */
  folder: string;
  /** Its data source, configuration, folder of migrations or script, relative to the tree; the command if unknown. */
  config: string;
  environment: Record<string, string>;
  from: string;
}

/** Something the repository names that no model exists for. */
export interface Unmodelled {
  name: string;
  image: string;
  ports: number[];
  /** It collects telemetry: what is sent there is taken, kept by nobody, and spoils no verdict. */
  isTelemetry?: boolean;
  from: string;
}

/** An API of others that an OpenAPI document of the repository describes. */
export interface DescribedApi {
  hosts: string[];
  /** The document, relative to the tree. */
  file: string;
  from: string;
}

/** The modelled surroundings of a codebase, as discovered from what it has. */
export interface World {
  services: Service[];
  stores: Store[];
  unmodelled: Unmodelled[];
  /** Absent when there are none. */
  apis?: DescribedApi[];
  /** HAR files with recorded exchanges, by the hosts that answer in them; absent when there are none. */
  recordings?: DescribedApi[];
  /** Absent when no tool migrates anything. */
  migrations?: MigrationStep[];
  /** Feature flags and their defaults, where a file of the tree keeps them. */
  flags: { file: string; values: Record<string, unknown> } | null;
}
