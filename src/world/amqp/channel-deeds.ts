import { preview } from '../preview.ts';
import type { ChannelState, Unsettled } from './channel-state.ts';
import { type Fields, methodId } from './codec.ts';
import { exchangeDeeds } from './exchange-deeds.ts';
import type { Message } from './message.ts';
import type { Consumer, Queue } from './queue.ts';
import { queueDeeds, queueOf } from './queue-deeds.ts';
import { refused } from './refusal.ts';

/** What a channel does for each method, by the method's number. */
export type Deeds = Map<number, (fields: Fields) => void>;

/** The methods of a channel: taking and settling messages, and those on queues and exchanges. */
export function deeds(state: ChannelState): Deeds {
  const own: [string, (fields: Fields) => void][] = [
    ['BasicQos', (fields) => qos(state, fields)],
    ['BasicConsume', (fields) => consume(state, fields)],
    ['BasicCancel', (fields) => cancel(state, fields)],
    ['BasicGet', (fields) => get(state, fields)],
    [
      'BasicAck',
      ({ deliveryTag, multiple }) => settle(state, Number(deliveryTag), { all: multiple === true, how: 'ack' }),
    ],
    [
      'BasicNack',
      ({ deliveryTag, multiple, requeue }) =>
        settle(state, Number(deliveryTag), { all: multiple === true, how: requeue ? 'requeue' : 'drop' }),
    ],
    [
      'BasicReject',
      ({ deliveryTag, requeue }) =>
        settle(state, Number(deliveryTag), { all: false, how: requeue ? 'requeue' : 'drop' }),
    ],
    ['BasicRecover', () => recover(state)],
    [
      'ConfirmSelect',
      ({ nowait }) => {
        state.confirms = true;
        if (nowait !== true) state.reply('ConfirmSelectOk', {});
      },
    ],
    ['ChannelFlow', ({ active }) => state.reply('ChannelFlowOk', { active: active === true })],
    ...queueDeeds(state),
    ...exchangeDeeds(state),
  ];
  return new Map(own.map(([name, deed]) => [methodId(name), deed]));
}

function qos(state: ChannelState, { prefetchCount, global }: Fields): void {
  if (global === true) state.prefetchAll = Number(prefetchCount);
  else state.prefetch = Number(prefetchCount);
  state.reply('BasicQosOk', {});
  for (const { queue } of state.consumers.values()) queue.pump();
}

function consume(state: ChannelState, fields: Fields): void {
  const queue = queueOf(state, fields.queue);
  const tag = String(fields.consumerTag) || `amq.ctag-${state.line.connection}-${state.number}-${state.nextTag()}`;
  if (state.consumers.has(tag))
    throw { code: 530, text: `NOT_ALLOWED - attempt to reuse consumer tag '${tag}'`, whole: true };
  const isTaken =
    queue.consumers.some((one) => one.exclusive) || (fields.exclusive === true && queue.consumers.length > 0);
  if (isTaken) throw refused(403, 'ACCESS_REFUSED', `queue '${queue.terms.name}' in vhost '/' in exclusive use`);
  const consumer = consumerOf(state, tag, {
    queue,
    noAck: fields.noAck === true,
    exclusive: fields.exclusive === true,
  });
  state.consumers.set(tag, { consumer, queue });
  if (fields.nowait !== true) state.reply('BasicConsumeOk', { consumerTag: tag });
  queue.join(consumer);
}

function consumerOf(
  state: ChannelState,
  tag: string,
  { queue, noAck, exclusive }: { queue: Queue; noAck: boolean; exclusive: boolean },
): Consumer {
  const window = state.prefetch;
  const held = (mine: boolean) => [...state.unsettled.values()].filter((one) => !mine || one.consumer === tag).length;
  return {
    tag,
    noAck,
    exclusive,
    hasRoom: () =>
      noAck || ((window === 0 || held(true) < window) && (state.prefetchAll === 0 || held(false) < state.prefetchAll)),
    deliver(message, name) {
      const deliveryTag = state.nextTag();
      if (!noAck) state.unsettled.set(deliveryTag, { message, queue, consumer: tag });
      saw(state, name, message);
      const { redelivered, exchange, routingKey } = message;
      state.deliver('BasicDeliver', { consumerTag: tag, deliveryTag, redelivered, exchange, routingKey }, message);
    },
    cancelled() {
      state.consumers.delete(tag);
      state.reply('BasicCancel', { consumerTag: tag, nowait: true });
    },
  };
}

function saw({ line }: ChannelState, queue: string, message: Message): void {
  line.record('message', queue, preview(message.body.toString('utf8')));
}

function cancel(state: ChannelState, { consumerTag, nowait }: Fields): void {
  const tag = String(consumerTag);
  const found = state.consumers.get(tag);
  state.consumers.delete(tag);
  found?.queue.leave(found.consumer);
  if (nowait !== true) state.reply('BasicCancelOk', { consumerTag: tag });
  if (found?.queue.terms.autoDelete && found.queue.consumers.length === 0) state.line.broker.remove(found.queue);
}

function get(state: ChannelState, fields: Fields): void {
  const queue = queueOf(state, fields.queue);
  const message = queue.shift();
  if (!message) {
    state.reply('BasicGetEmpty', { clusterId: '' });
    return;
  }
  const deliveryTag = state.nextTag();
  if (fields.noAck !== true) state.unsettled.set(deliveryTag, { message, queue, consumer: '' });
  saw(state, queue.terms.name, message);
  const { redelivered, exchange, routingKey } = message;
  state.deliver('BasicGetOk', { deliveryTag, redelivered, exchange, routingKey, messageCount: queue.count }, message);
}

function settle(
  state: ChannelState,
  tag: number,
  { all, how }: { all: boolean; how: 'ack' | 'requeue' | 'drop' },
): void {
  const tags = all
    ? [...state.unsettled.keys()].filter((one) => tag === 0 || one <= tag)
    : [tag].filter((one) => state.unsettled.has(one));
  if (tags.length === 0 && !(all && tag === 0))
    throw refused(406, 'PRECONDITION_FAILED', `unknown delivery tag ${tag}`);
  const settled = tags.flatMap((one) => state.unsettled.get(one) ?? []);
  for (const one of tags) state.unsettled.delete(one);
  if (how === 'requeue') for (const { message, queue } of settled.toReversed()) queue.putBack(message);
  if (how === 'drop') for (const { message, queue } of settled) queue.reject(message);
  pump(state, settled);
}

function recover(state: ChannelState): void {
  const left = [...state.unsettled.values()];
  state.unsettled.clear();
  for (const { message, queue } of left.toReversed()) queue.putBack(message);
  state.reply('BasicRecoverOk', {});
  pump(state, left);
}

function pump(state: ChannelState, settled: Unsettled[]): void {
  const queues = new Set([
    ...settled.map(({ queue }) => queue),
    ...[...state.consumers.values()].map(({ queue }) => queue),
  ]);
  for (const queue of queues) queue.pump();
}
