import type { Store } from '../world.ts';

const models: [kind: Store['kind'], port: number, name: RegExp][] = [
  ['postgres', 5432, /^(postgres|postgresql|pgvector|postgis|timescaledb|supabase-postgres)$/],
  ['amqp', 5672, /^(rabbitmq|rabbitmq-server)$/],
  ['kafka', 9092, /^(cp-kafka|cp-server|cp-enterprise-kafka|confluent-local|kafka|kafka-native|redpanda)$/],
  ['redis', 6379, /^(redis|valkey|redis-stack|redis-stack-server|keydb)$/],
  ['smtp', 1025, /^(mailhog|mailpit|maildev|mailcatcher)$/],
  ['smtp', 3025, /^greenmail$/],
  ['smtp', 25, /^(smtp4dev|postfix|smtp)$/],
  ['s3', 9000, /^minio$/],
  ['s3', 4566, /^localstack$/],
  ['s3', 9090, /^s3mock$/],
];

/** Ports that well-known images listen on, so that whoever knocks there can be told by name what is missing. */
const known: [name: RegExp, ports: number[]][] = [
  [/^(mysql|mariadb)$/, [3306]],
  [/^(mongo|mongodb)/, [27017]],
  [/kafka|redpanda/, [9092]],
  [/^(memcached)$/, [11211]],
  [/^(elasticsearch|opensearch)$/, [9200]],
  [/^nats$/, [4222]],
  [/^(cassandra|scylla)$/, [9042]],
  [/^(opentelemetry-collector|otel-lgtm|tempo|alloy)/, [4317, 4318]],
  [/^(jaeger|all-in-one|jaeger-collector)$/, [4317, 4318, 14268, 14250]],
  [/^zipkin/, [9411]],
  [/^prometheus$/, [9090]],
  [/^pushgateway$/, [9091]],
  [/^loki$/, [3100]],
  [/^datadog-agent$/, [8126]],
];

/** Which model stands for an image, whatever its registry, owner, tag or digest; none for what is not modelled. */
export function modelOf(image: string): { kind: Store['kind']; port: number } | undefined {
  const found = models.find(([, , name]) => name.test(bare(image)));
  return found && { kind: found[0], port: found[1] };
}

/** The ports an image is known to listen on. */
export function portsOf(image: string): number[] {
  return known.find(([name]) => name.test(bare(image)))?.[1] ?? [];
}

/** Whether an image only brings Node, so that what is mounted into it is the code. */
export function isNode(image: string): boolean {
  return bare(image) === 'node';
}

/** The name of an image alone, without registry, owner, tag and digest. */
export function bare(image: string): string {
  return (
    (image.split('@')[0] ?? '')
      .replace(/:[^/:]*$/, '')
      .split('/')
      .at(-1)
      ?.toLowerCase() ?? ''
  );
}
