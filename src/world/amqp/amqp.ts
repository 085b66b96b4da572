import { Failure } from '../../errors.ts';
import type { Surroundings } from '../model.ts';
import { preview } from '../preview.ts';
import type { StoreModel } from '../store-model.ts';
import type { Store } from '../world.ts';
import { openBroker } from './broker.ts';
import { openSession } from './session.ts';

/** A RabbitMQ inside the world: empty, its expiries on the virtual clock. */
export async function createAmqp(store: Store, surroundings: Surroundings): Promise<StoreModel> {
  const broker = openBroker(surroundings);
  let connections = 0;
  return {
    connected(peer) {
      connections += 1;
      return openSession(connections, peer, { broker, store, surroundings });
    },
    settled: async () => undefined,
    async apply() {
      throw new Failure('PLAN_INVALID', {
        store: store.name,
        problem: 'nothing can be given to a message broker; publish to it',
      });
    },
    async query(text) {
      const queue = broker.queues.get(text.trim());
      if (queue) return [{ queue: queue.terms.name, messages: queue.count, consumers: queue.consumers.length }];
      throw new Failure('PLAN_INVALID', {
        store: store.name,
        problem: `there is no queue "${text.trim()}"`,
        queues: [...broker.queues.keys()],
      });
    },
    /** Queues by name, and exchanges for `exchange` or `exchange/routing.key`. */
    channels: () => [...broker.queues.keys(), ...[...broker.exchanges.keys()].filter(Boolean)],
    async publish(channel, message) {
      const [exchange, ...key] = broker.queues.has(channel) ? ['', channel] : channel.split('/');
      if (exchange === undefined || !broker.exchanges.has(exchange)) return false;
      const isText = typeof message === 'string';
      const body = Buffer.from(isText ? message : JSON.stringify(message));
      const properties = { contentType: isText ? 'text/plain' : 'application/json' };
      surroundings.record({ service: 'plan', kind: 'publish', what: channel, value: preview(body.toString('utf8')) });
      broker.publish({ exchange, routingKey: key.join('/'), properties, body, redelivered: false });
      return true;
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
}
