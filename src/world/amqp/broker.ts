import type { Surroundings } from '../model.ts';
import { type Binding, type Exchange, fits } from './exchanges.ts';
import { headersOf, type Message } from './message.ts';
import { buried, openQueue, type Queue, type QueueTerms } from './queue.ts';

/** The exchanges, queues and bindings of one RabbitMQ. */
export interface Broker {
  exchanges: Map<string, Exchange>;
  queues: Map<string, Queue>;
  bindings: Binding[];
  /** Makes a queue; a name that is empty is made up. */
  declare(terms: QueueTerms, owner: number | undefined): Queue;
  remove(queue: Queue): number;
  removeExchange(name: string): void;
  bind(binding: Binding): void;
  unbind(binding: Binding): void;
  /** Hands a message to every queue that it is for; how many those are. */
  publish(message: Message): number;
}

const builtIn: [string, Exchange['type']][] = [
  ['', 'direct'],
  ['amq.direct', 'direct'],
  ['amq.fanout', 'fanout'],
  ['amq.topic', 'topic'],
  ['amq.headers', 'headers'],
  ['amq.match', 'headers'],
];

/** An empty broker with the exchanges that are always there. */
export function openBroker({ clock, chance }: Surroundings): Broker {
  const exchanges = new Map<string, Exchange>(
    builtIn.map(([name, type]) => [
      name,
      { name, type, durable: true, autoDelete: false, internal: false, arguments: {} },
    ]),
  );
  const queues = new Map<string, Queue>();
  const broker: Broker = {
    exchanges,
    queues,
    bindings: [],
    declare(terms, owner) {
      const named = { ...terms, name: terms.name || `amq.gen-${letters(chance)}` };
      const queue = openQueue(named, owner, {
        clock,
        died(message, why) {
          if (named.arguments['x-dead-letter-exchange'] === undefined) return;
          broker.publish(buried(message, why, named, clock.now()));
        },
      });
      queues.set(named.name, queue);
      const idle = Number(named.arguments['x-expires']);
      if (Number.isFinite(idle)) forgetIdle(queue, idle);
      return queue;
    },
    remove(queue) {
      queues.delete(queue.terms.name);
      broker.bindings = broker.bindings.filter(({ to }) => !('queue' in to && to.queue === queue.terms.name));
      for (const consumer of queue.consumers) consumer.cancelled();
      return queue.count;
    },
    removeExchange(name) {
      exchanges.delete(name);
      broker.bindings = broker.bindings.filter(
        ({ exchange, to }) => exchange !== name && !('exchange' in to && to.exchange === name),
      );
    },
    bind(binding) {
      if (!broker.bindings.some((one) => same(one, binding))) broker.bindings.push(binding);
    },
    unbind(binding) {
      broker.bindings = broker.bindings.filter((one) => !same(one, binding));
    },
    publish(message) {
      const delay = Number(headersOf(message)['x-delay'] ?? 0);
      if (exchanges.get(message.exchange)?.arguments['x-delayed-type'] !== undefined && delay > 0) {
        clock.at(clock.now() + delay, () => void spread(message));
        return 1;
      }
      return spread(message);
    },
  };
  const spread = (message: Message): number => {
    const reached = new Set<string>();
    const copies = routed(message.exchange, message, new Set(), reached);
    for (const name of copies) queues.get(name)?.push({ ...message });
    return copies.size;
  };
  const routed = (name: string, message: Message, seen: Set<string>, reached: Set<string>): Set<string> => {
    const exchange = exchanges.get(name);
    if (!exchange || seen.has(name)) return reached;
    seen.add(name);
    const before = reached.size;
    if (name === '' && queues.has(message.routingKey)) reached.add(message.routingKey);
    for (const binding of broker.bindings) {
      if (binding.exchange !== name || !fits(exchange.type, binding, message)) continue;
      if ('queue' in binding.to) reached.add(binding.to.queue);
      else routed(binding.to.exchange, message, seen, reached);
    }
    const other = exchange.arguments['alternate-exchange'];
    if (reached.size === before && typeof other === 'string') routed(other, message, seen, reached);
    return reached;
  };
  const forgetIdle = (queue: Queue, idle: number): void => {
    clock.at(clock.now() + idle, () => {
      if (queues.get(queue.terms.name) !== queue) return;
      if (queue.consumers.length === 0) broker.remove(queue);
      else forgetIdle(queue, idle);
    });
  };
  return broker;
}

function same(a: Binding, b: Binding): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function letters(chance: Surroundings['chance']): string {
  const all = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return Array.from({ length: 22 }, () => all[Math.floor(chance.next() * all.length)]).join('');
}
