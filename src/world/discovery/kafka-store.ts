import type { KafkaTerms, Store } from '../world.ts';
import { type ComposeService, containerPorts } from './compose-schema.ts';
import { listed } from './compose-service.ts';

type Environment = Record<string, string>;

/** The ports that a broker's listeners are on, and what it is set up with, as its compose service says. */
export function kafkaBroker(
  service: ComposeService,
  environment: Environment,
  port: number,
): Pick<Store, 'port' | 'ports' | 'user' | 'password' | 'kafka'> {
  const ports = [...new Set([port, ...listenersOf(service, environment), ...containerPorts(service)])];
  const { KAFKA_CLIENT_USERS: user, KAFKA_CLIENT_PASSWORDS: password } = environment;
  const isOne = user && password && !`${user}${password}`.includes(',');
  return { port, ports: ports.slice(1), ...(isOne ? { user, password } : {}), kafka: termsOf(service, environment) };
}

/** The topics that a compose service makes in somebody else's broker; nothing where it is a broker itself. */
export function topicsMade(service: ComposeService, environment: Environment): KafkaTerms['topics'] {
  const said = saidBy(service);
  const isBroker = Object.keys(environment).some((name) => /LISTENERS$/.test(name)) || /redpanda start/.test(said);
  if (isBroker || !/kafka-topics|rpk\s+topic/.test(said)) return undefined;
  return topicsIn(said);
}

/** Brokers of one cluster as one store: a client may be told of any of them and finds the same topics. */
export function clustered(
  stores: Store[],
  made: { topics: NonNullable<KafkaTerms['topics']>; said: string }[],
): Store[] {
  const brokers = stores.filter(({ kind }) => kind === 'kafka');
  const clusterOf = ({ name, kafka }: Store) => kafka?.cluster ?? `of ${name}`;
  const first = new Map<string, Store>();
  for (const store of brokers) if (!first.has(clusterOf(store))) first.set(clusterOf(store), store);
  const whole = (store: Store): Store => {
    const all = brokers.filter((one) => clusterOf(one) === clusterOf(store));
    const hosts = [...new Set(all.flatMap((one) => one.hosts))];
    const ports = [...new Set(all.flatMap((one) => [one.port, ...(one.ports ?? [])]))];
    const isMeant = (said: string) =>
      hosts.some((host) => said.includes(`${host}:`)) || store === [...first.values()][0];
    const given = made.filter(({ said }) => isMeant(said)).flatMap(({ topics }) => topics);
    const topics = [...all.flatMap(({ kafka }) => kafka?.topics ?? []), ...given];
    const kafka = {
      ...store.kafka,
      ...(topics.length > 0 ? { topics } : {}),
      ...(all.length > 1 && { brokers: all.length }),
    };
    return { ...store, hosts, ports: ports.filter((port) => port !== store.port), kafka };
  };
  return stores.flatMap((store) => {
    if (store.kind !== 'kafka') return [store];
    return [...first.values()].includes(store) ? [whole(store)] : [];
  });
}

/** What a compose service runs, in one line. */
export function saidBy({ command, entrypoint }: ComposeService): string {
  return [...(listed(entrypoint) ?? []), ...(listed(command) ?? [])].join(' ').replaceAll('$$', '$');
}

/** A Kafka that the environment of a service names: `KAFKA_BROKERS=localhost:9092,localhost:9093`. */
export function kafkaNamed(variable: string, value: string): Pick<Store, 'hosts' | 'port' | 'ports'> | undefined {
  const isNamed = /kafka|redpanda/i.test(variable) && !/rest|ui_|registry|connect|zookeeper|proxy/i.test(variable);
  if (!isNamed && !value.startsWith('kafka://')) return undefined;
  const places = value
    .split(',')
    .map((one) => /^(?:(?:kafka|plaintext|ssl|sasl_\w+):\/\/)?([\w.-]+):(\d+)$/i.exec(one.trim()));
  const found = places.flatMap((place) => (place ? [{ host: place[1] ?? '', port: Number(place[2]) }] : []));
  const [first] = found;
  if (!first || found.length < places.length || found.some(({ port }) => port < 1 || port > 65_535)) return undefined;
  const hosts = found.flatMap(({ host }) => (host === 'localhost' ? ['localhost', '127.0.0.1'] : [host]));
  const ports = [...new Set(found.map(({ port }) => port))].slice(1);
  return { hosts: [...new Set(hosts)], port: first.port, ...(ports.length > 0 ? { ports } : {}) };
}

function listenersOf(service: ComposeService, environment: Environment): number[] {
  const own = Object.entries(environment).flatMap(([name, value]) => (/LISTENERS$/.test(name) ? value.split(',') : []));
  const flags = [...saidBy(service).matchAll(/--(?:advertise-)?kafka-addr[ =](\S+)/g)].flatMap(([, value = '']) =>
    value.split(','),
  );
  return [...own, ...flags].flatMap((listener) => {
    const port = Number(/:(\d+)$/.exec(listener.trim())?.[1]);
    return /^controller:/i.test(listener.trim()) || !(port > 0 && port < 65_536) ? [] : [port];
  });
}

function termsOf(service: ComposeService, environment: Environment): KafkaTerms {
  const said = saidBy(service);
  const value = (name: string) => environment[`KAFKA_${name}`] ?? environment[`KAFKA_CFG_${name}`];
  const number = (name: string) => (/^\d+$/.test(value(name) ?? '') ? Number(value(name)) : undefined);
  const isRedpanda = /redpanda start/.test(said);
  const makesTopics = isRedpanda
    ? /dev-container|auto_create_topics_enabled[= ]true/.test(said)
    : !/^false$/i.test(value('AUTO_CREATE_TOPICS_ENABLE') ?? '');
  const cluster = value('ZOOKEEPER_CONNECT') ?? value('CONTROLLER_QUORUM_VOTERS') ?? seedsIn(said);
  const topics = [...createdTopics(environment.KAFKA_CREATE_TOPICS ?? ''), ...topicsIn(said)];
  const terms: { [name in keyof KafkaTerms]: KafkaTerms[name] | undefined } = {
    topics: topics.length > 0 ? topics : undefined,
    partitions: number('NUM_PARTITIONS') || undefined,
    makesTopics: makesTopics ? undefined : false,
    rebalanceDelayMs: number('GROUP_INITIAL_REBALANCE_DELAY_MS') || undefined,
    largestMessage: number('MESSAGE_MAX_BYTES'),
    cluster,
  };
  return Object.fromEntries(Object.entries(terms).filter(([, one]) => one !== undefined)) as KafkaTerms;
}

function seedsIn(said: string): string | undefined {
  return /--seeds[ =](\S+)/.exec(said)?.[1];
}

/** `orders:3:1,invoices:1:1:compact`, as an image of old takes it. */
function createdTopics(text: string): NonNullable<KafkaTerms['topics']> {
  return text.split(/[\s,]+/).flatMap((one) => {
    const [name, count] = one.split(':');
    return name ? [{ name, partitions: Number(count) || 1 }] : [];
  });
}

function topicsIn(said: string): NonNullable<KafkaTerms['topics']> {
  return said.split(/&&|\|\||;|\n/).flatMap((command) => {
    const partitions = Number(/(?:--partitions|-p)[ =]+(\d+)/.exec(command)?.[1] ?? 1);
    const [, name] = /kafka-topics.*--topic[ =]+["']?([\w.-]+)/.exec(command) ?? [];
    if (name && command.includes('--create')) return [{ name, partitions }];
    const [, rest = ''] = /rpk\s+topic\s+create\s+(.*)/.exec(command) ?? [];
    const words = rest.split(/\s+/);
    const end = words.findIndex((word) => word.startsWith('-'));
    const names = (end < 0 ? words : words.slice(0, end)).filter((word) => /^[\w.-]+$/.test(word));
    return names.map((topic) => ({ name: topic, partitions }));
  });
}
