import type { ChannelState } from './channel-state.ts';
import type { Fields } from './codec.ts';
import type { Queue, QueueTerms } from './queue.ts';
import { refused } from './refusal.ts';

/** The queue that a method names; an empty name is the one declared last. */
export function queueOf({ line }: ChannelState, name: unknown): Queue {
  const queue = line.broker.queues.get(String(name) || lastDeclared.get(line) || '');
  if (!queue) throw refused(404, 'NOT_FOUND', `no queue '${String(name)}' in vhost '/'`);
  if (queue.owner !== undefined && queue.owner !== line.connection)
    throw refused(
      405,
      'RESOURCE_LOCKED',
      `cannot obtain exclusive access to locked queue '${queue.terms.name}' in vhost '/'`,
    );
  return queue;
}

const lastDeclared = new WeakMap<object, string>();

/** The methods on queues. */
export function queueDeeds(state: ChannelState): [string, (fields: Fields) => void][] {
  return [
    ['QueueDeclare', (fields) => declare(state, fields)],
    ['QueueBind', (fields) => bind(state, fields)],
    ['QueueUnbind', (fields) => unbind(state, fields)],
    [
      'QueuePurge',
      (fields) => answer(state, fields, 'QueuePurgeOk', { messageCount: queueOf(state, fields.queue).purge() }),
    ],
    ['QueueDelete', (fields) => remove(state, fields)],
  ];
}

function answer(state: ChannelState, { nowait }: Fields, name: string, fields: Fields): void {
  if (nowait !== true) state.reply(name, fields);
}

function declare(state: ChannelState, fields: Fields): void {
  const { broker, connection } = state.line;
  const name = String(fields.queue);
  const terms: QueueTerms = {
    name,
    durable: fields.durable === true,
    exclusive: fields.exclusive === true,
    autoDelete: fields.autoDelete === true,
    arguments: { ...Object(fields.arguments) },
  };
  const known = name === '' ? undefined : broker.queues.get(name);
  if (!known && fields.passive === true) throw refused(404, 'NOT_FOUND', `no queue '${name}' in vhost '/'`);
  if (known) queueOf(state, name);
  if (known && fields.passive !== true) mustEqual(known, terms);
  const queue = known ?? broker.declare(terms, terms.exclusive ? connection : undefined);
  lastDeclared.set(state.line, queue.terms.name);
  answer(state, fields, 'QueueDeclareOk', {
    queue: queue.terms.name,
    messageCount: queue.count,
    consumerCount: queue.consumers.length,
  });
}

/** A queue is what it was first declared as. */
function mustEqual({ terms }: Queue, wanted: QueueTerms): void {
  for (const key of ['durable', 'autoDelete', 'exclusive'] as const) {
    if (terms[key] === wanted[key]) continue;
    const word = key === 'autoDelete' ? 'auto_delete' : key;
    throw refused(
      406,
      'PRECONDITION_FAILED',
      `inequivalent arg '${word}' for queue '${terms.name}' in vhost '/': received '${wanted[key]}' but current is '${terms[key]}'`,
    );
  }
  for (const key of [
    'x-message-ttl',
    'x-expires',
    'x-max-length',
    'x-dead-letter-exchange',
    'x-dead-letter-routing-key',
    'x-max-priority',
    'x-queue-type',
  ]) {
    const [is, asked] = [terms.arguments[key], wanted.arguments[key]];
    if (String(is) !== String(asked))
      throw refused(
        406,
        'PRECONDITION_FAILED',
        `inequivalent arg '${key}' for queue '${terms.name}' in vhost '/': received '${asked ?? 'none'}' but current is '${is ?? 'none'}'`,
      );
  }
}

function bind(state: ChannelState, fields: Fields): void {
  const queue = queueOf(state, fields.queue);
  const { exchange } = bindingOf(fields, queue);
  if (!state.line.broker.exchanges.has(exchange))
    throw refused(404, 'NOT_FOUND', `no exchange '${exchange}' in vhost '/'`);
  if (exchange === '') throw refused(403, 'ACCESS_REFUSED', 'operation not permitted on the default exchange');
  state.line.broker.bind(bindingOf(fields, queue));
  answer(state, fields, 'QueueBindOk', {});
}

function unbind(state: ChannelState, fields: Fields): void {
  state.line.broker.unbind(bindingOf(fields, queueOf(state, fields.queue)));
  state.reply('QueueUnbindOk', {});
}

function bindingOf(fields: Fields, queue: Queue) {
  return {
    exchange: String(fields.exchange),
    to: { queue: queue.terms.name },
    routingKey: String(fields.routingKey),
    arguments: { ...Object(fields.arguments) },
  };
}

function remove(state: ChannelState, fields: Fields): void {
  const { broker } = state.line;
  if (!broker.queues.has(String(fields.queue))) {
    answer(state, fields, 'QueueDeleteOk', { messageCount: 0 });
    return;
  }
  const queue = queueOf(state, fields.queue);
  const { name } = queue.terms;
  if (fields.ifUnused === true && queue.consumers.length > 0)
    throw refused(406, 'PRECONDITION_FAILED', `queue '${name}' in vhost '/' in use`);
  if (fields.ifEmpty === true && queue.count > 0)
    throw refused(406, 'PRECONDITION_FAILED', `queue '${name}' in vhost '/' is not empty`);
  answer(state, fields, 'QueueDeleteOk', { messageCount: broker.remove(queue) });
}
