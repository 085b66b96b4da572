import type { Store } from '../world.ts';
import { type ComposeService, hostsOf, mountsOf } from './compose-schema.ts';
import { environmentOf, listed, type Reading } from './compose-service.ts';
import { kafkaBroker } from './kafka-store.ts';

/** The modelled store that a compose service with a known image stands for. */
export function imageStore(
  name: string,
  service: ComposeService,
  model: { kind: Store['kind']; port: number },
  from: string,
  reading: Reading,
): Store {
  const environment = environmentOf(service, reading);
  const base = { name, kind: model.kind, hosts: hostsOf(name, service), port: model.port, from };
  if (model.kind === 'redis') return { ...base, ...redisSettings(service, environment), migrations: [] };
  if (model.kind === 'amqp') return { ...base, ...rabbitUser(environment), migrations: [] };
  if (model.kind === 'kafka') return { ...base, ...kafkaBroker(service, environment, model.port), migrations: [] };
  if (model.kind !== 'postgres') return { ...base, migrations: [] };
  const user = environment.POSTGRES_USER || environment.POSTGRESQL_USERNAME || 'postgres';
  const database = environment.POSTGRES_DB || environment.POSTGRESQL_DATABASE || user;
  const password = environment.POSTGRES_PASSWORD || environment.POSTGRESQL_PASSWORD;
  const scripts = mountsOf(service)
    .filter((mount) => mount.target.startsWith('/docker-entrypoint-initdb.d'))
    .map((mount) => reading.files.within('.', mount.source, from));
  return { ...base, user, database, ...(password ? { password } : {}), migrations: scripts };
}

function rabbitUser({ RABBITMQ_DEFAULT_USER: user, RABBITMQ_DEFAULT_PASS: password }: Record<string, string>) {
  return { ...(user ? { user } : {}), ...(password ? { password } : {}) };
}

function redisSettings(
  service: ComposeService,
  environment: Record<string, string>,
): Pick<Store, 'password' | 'notify'> {
  const command = listed(service.command)?.join(' ') ?? '';
  const password = /--requirepass\s+(\S+)/.exec(command)?.[1] ?? environment.REDIS_PASSWORD;
  const [, notify] = /--notify-keyspace-events\s+["']?([A-Za-z$]+)/.exec(command) ?? [];
  return { ...(password ? { password } : {}), ...(notify ? { notify } : {}) };
}
