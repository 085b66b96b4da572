import { preview } from '../preview.ts';
import { type Deeds, deeds } from './channel-deeds.ts';
import type { ChannelState, Line } from './channel-state.ts';
import { contentFrames, type Fields, method, methodId } from './codec.ts';
import type { Message } from './message.ts';
import { severed } from './refusal.ts';

/** One conversation within a connection. */
export interface Channel {
  number: number;
  /** Carries out a method; throws a Refusal. */
  take(id: number, fields: Fields): void;
  header(size: number, properties: Fields): void;
  body(content: Buffer): void;
  /** What was not settled goes back, and its consumers leave. */
  close(): void;
}

const largestMessage = 64 << 20;

/** Opens a channel on a connection. */
export function openChannel(number: number, line: Line): Channel {
  let tags = 0;
  let publishing: { fields: Fields; properties: Fields; size: number; parts: Buffer[]; got: number } | undefined;
  const state: ChannelState = {
    number,
    line,
    consumers: new Map(),
    unsettled: new Map(),
    prefetch: 0,
    prefetchAll: 0,
    confirms: false,
    published: 0,
    nextTag: () => (tags += 1),
    reply: (name, fields) => line.send(method(name, number, fields)),
    deliver(name, fields, message) {
      const frames = contentFrames(number, message.properties, message.body, line.frameMax());
      line.send(Buffer.concat([method(name, number, fields), ...frames]));
    },
  };
  const publish = (): void => {
    if (!publishing || publishing.got < publishing.size) return;
    const { fields, properties, parts } = publishing;
    publishing = undefined;
    send(state, { fields, properties, body: Buffer.concat(parts) });
  };
  const known: Deeds = deeds(state);
  return {
    number,
    take(id, fields) {
      if (id === methodId('BasicPublish')) {
        publishing = { fields, properties: {}, size: 0, parts: [], got: 0 };
        return;
      }
      const deed = known.get(id);
      if (deed) return deed(fields);
      line.unmodelled(`the AMQP method ${id >> 16}.${id & 0xffff}`);
      throw severed(540, 'NOT_IMPLEMENTED', `method ${id >> 16}.${id & 0xffff}`);
    },
    header(size, properties) {
      if (!publishing) throw severed(505, 'UNEXPECTED_FRAME', 'a header without a publish');
      if (size > largestMessage) throw severed(311, 'CONTENT_TOO_LARGE', `a message of ${size} bytes`);
      Object.assign(publishing, { size, properties });
      publish();
    },
    body(content) {
      if (!publishing) throw severed(505, 'UNEXPECTED_FRAME', 'a body without a publish');
      publishing.parts.push(Buffer.from(content));
      publishing.got += content.length;
      publish();
    },
    close() {
      for (const { consumer, queue } of state.consumers.values()) queue.leave(consumer);
      const left = [...state.unsettled.values()].reverse();
      state.unsettled.clear();
      for (const { message, queue } of left) queue.putBack(message);
      for (const queue of new Set(left.map((one) => one.queue))) queue.pump();
      for (const { queue } of state.consumers.values()) {
        if (queue.terms.autoDelete && queue.consumers.length === 0 && line.broker.queues.has(queue.terms.name))
          line.broker.remove(queue);
      }
    },
  };
}

function send(
  state: ChannelState,
  { fields, properties, body }: { fields: Fields; properties: Fields; body: Buffer },
): void {
  const { line } = state;
  const exchange = String(fields.exchange);
  const routingKey = String(fields.routingKey);
  const set = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
  line.record('publish', `${exchange || '(default)'} ${routingKey}`.trim(), preview(body.toString('utf8')));
  const isKnown = line.broker.exchanges.has(exchange);
  if (!isKnown) throw { code: 404, text: `NOT_FOUND - no exchange '${exchange}' in vhost '/'`, whole: false };
  state.published += 1;
  const tag = state.published;
  const message: Message = { exchange, routingKey, properties: set, body, redelivered: false };
  const reached = line.broker.publish(message);
  if (reached === 0 && fields.mandatory === true) {
    state.deliver('BasicReturn', { replyCode: 312, replyText: 'NO_ROUTE', exchange, routingKey }, message);
  }
  if (state.confirms) state.reply('BasicAck', { deliveryTag: tag, multiple: false });
}
