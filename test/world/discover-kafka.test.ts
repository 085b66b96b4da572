import { expect, it } from 'vitest';
import { discover } from '../../src/world/discover.ts';
import { written } from '../support/written-tree.ts';

const discovered = (compose: string) => discover(written({ 'compose.yaml': compose }));

it('finds a Kafka by its image, on every port that its listeners are on, with what it is set up with', async () => {
  const { stores, unmodelled } = await discovered(`
services:
  zoo: { image: "bitnami/zookeeper:3" }
  ui: { image: "provectuslabs/kafka-ui" }
  broker:
    image: bitnami/kafka:3.7
    hostname: kafka.local
    ports: ["9094:9094"]
    environment:
      - KAFKA_CFG_LISTENERS=PLAINTEXT://:9092,CONTROLLER://:9093,EXTERNAL://:9094
      - KAFKA_CFG_ADVERTISED_LISTENERS=PLAINTEXT://broker:29092,EXTERNAL://localhost:9094
      - KAFKA_CFG_NUM_PARTITIONS=6
      - KAFKA_CFG_AUTO_CREATE_TOPICS_ENABLE=false
      - KAFKA_CFG_GROUP_INITIAL_REBALANCE_DELAY_MS=3000
      - KAFKA_CFG_MESSAGE_MAX_BYTES=5000000
      - KAFKA_CREATE_TOPICS=orders:3:1,audit:1:1:compact
`);
  expect(stores).toEqual([
    {
      name: 'broker',
      kind: 'kafka',
      hosts: ['broker', 'kafka.local'],
      port: 9092,
      ports: [9094, 29_092],
      kafka: {
        topics: [
          { name: 'orders', partitions: 3 },
          { name: 'audit', partitions: 1 },
        ],
        partitions: 6,
        makesTopics: false,
        rebalanceDelayMs: 3_000,
        largestMessage: 5_000_000,
      },
      migrations: [],
      from: 'compose.yaml:5',
    },
  ]);
  expect(unmodelled.map(({ name }) => name)).toEqual(['ui']);
});

it('takes brokers of one cluster as one, and others as others', async () => {
  const broker = (name: string, zoo: string, port: number) =>
    `  ${name}: { image: confluentinc/cp-kafka, environment: { KAFKA_ZOOKEEPER_CONNECT: "${zoo}:2181", KAFKA_ADVERTISED_LISTENERS: "PLAINTEXT://${name}:${port}" } }\n`;
  const { stores } = await discovered(
    `services:\n${broker('k1', 'zoo', 29_091)}${broker('other', 'elsewhere', 9_092)}${broker('k2', 'zoo', 29_092)}`,
  );
  expect(stores.map(({ name, hosts, ports, kafka }) => [name, hosts, ports, kafka?.brokers])).toEqual([
    ['k1', ['k1', 'k2'], [29_091, 29_092], 2],
    ['other', ['other'], [], undefined],
  ]);
});

it('reads the listeners and topics of Redpanda, which makes no topics by itself', async () => {
  const { stores } = await discovered(`
services:
  panda:
    image: docker.redpanda.com/redpandadata/redpanda:v24.1.1
    command: [redpanda, start, --kafka-addr, "internal://0.0.0.0:9092,external://0.0.0.0:19092", --advertise-kafka-addr, "internal://panda:9092,external://localhost:19092", --smp, "1"]
  topics:
    image: docker.redpanda.com/redpandadata/redpanda:v24.1.1
    entrypoint: ["/bin/sh", "-c"]
    command: ["rpk topic create orders audit -p 2 --brokers panda:9092 && rpk topic create plain --brokers panda:9092"]
`);
  expect(stores).toMatchObject([
    {
      ...{ name: 'panda', kind: 'kafka', port: 9_092, ports: [19_092] },
      kafka: {
        makesTopics: false,
        topics: [
          { name: 'orders', partitions: 2 },
          { name: 'audit', partitions: 2 },
          { name: 'plain', partitions: 1 },
        ],
      },
    },
  ]);
});

it('finds a Kafka in the environment of services that have no compose file', async () => {
  const { stores } = await discover(
    written({
      'package.json': { name: 'app', scripts: { start: 'node main.js' } },
      'main.js': '',
      '.env.example':
        'KAFKA_BROKERS=localhost:9092,localhost:9093\nKAFKA_REST_URL=http://localhost:8082\nKAFKA_CLIENT_ID=app\n',
    }),
  );
  expect(stores).toMatchObject([
    { name: 'kafka', kind: 'kafka', hosts: ['localhost', '127.0.0.1'], port: 9_092, ports: [9_093] },
  ]);
});

it('has the topics that rehearse.yaml names, and refuses topics of what is no Kafka', async () => {
  const said = (kind: string) =>
    discover(
      written({
        'package.json': { name: 'app', scripts: { start: 'node main.js' } },
        'main.js': '',
        'rehearse.yaml': `stores: { bus: { kind: ${kind}, topics: { orders: 3 } } }`,
      }),
    );
  expect((await said('kafka')).stores).toMatchObject([
    { name: 'bus', kind: 'kafka', port: 9_092, kafka: { topics: [{ name: 'orders', partitions: 3 }] } },
  ]);
  await expect(said('redis')).rejects.toThrow(/"bus" is no Kafka/);
});
