import type { Tree } from '../../src/codebase/tree.ts';
import { rehearsal, withPackages } from '../simulation/rehearsal.ts';

/** Code that talks to a Kafka by kafkajs, in the world of a compose file. */
export function busWith(compose: string, broker = /:29092/.test(compose) ? 'kafka:29092' : 'kafka:9092') {
  const { simulate } = rehearsal({ timeoutMs: 60_000 });
  const tree = (body: string): Tree =>
    withPackages({
      'compose.yaml': compose,
      'main.js': `
        const { Kafka, logLevel, CompressionTypes, CompressionCodecs } = require('kafkajs');
        const kafka = new Kafka({ clientId: 'app', brokers: ['${broker}'], logLevel: logLevel.NOTHING });
        const text = (bytes) => bytes && bytes.toString();
        const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
        const sent = async (topic, messages, compression, options) => {
          const producer = kafka.producer(options);
          await producer.connect();
          await producer.send({ topic, messages, compression });
          await producer.disconnect();
        };
        const consuming = async (groupId, topics, take, how = { fromBeginning: true }, options = {}) => {
          const consumer = kafka.consumer({ groupId, ...options });
          await consumer.connect();
          await consumer.subscribe({ topics, ...how });
          await consumer.run({ eachMessage: async (payload) => { await take(payload); } });
          return consumer;
        };
        const admin = kafka.admin();
        module.exports = async () => { ${body} };`,
    });
  return {
    simulate,
    tree,
    /** What the body gives, and what became of the simulation. */
    async outcome(body: string, more: object = {}) {
      const { results, verdict, trace } = await simulate(tree(body), {
        when: [{ call: { id: 'p', module: 'main.js' } }],
        ...more,
      });
      return { value: (results.p as { value?: unknown } | undefined)?.value, result: results.p, verdict, trace };
    },
  };
}
