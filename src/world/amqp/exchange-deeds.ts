import type { ChannelState } from './channel-state.ts';
import type { Fields } from './codec.ts';
import { exchangeType } from './exchanges.ts';
import { refused, severed } from './refusal.ts';

/** The methods on exchanges. */
export function exchangeDeeds(state: ChannelState): [string, (fields: Fields) => void][] {
  return [
    ['ExchangeDeclare', (fields) => declare(state, fields)],
    ['ExchangeDelete', (fields) => remove(state, fields)],
    ['ExchangeBind', (fields) => bind(state, fields)],
    [
      'ExchangeUnbind',
      (fields) => {
        state.line.broker.unbind(bindingOf(fields));
        if (fields.nowait !== true) state.reply('ExchangeUnbindOk', {});
      },
    ],
  ];
}

function declare(state: ChannelState, fields: Fields): void {
  const { exchanges } = state.line.broker;
  const name = String(fields.exchange);
  const known = exchanges.get(name);
  if (fields.passive === true) {
    if (!known) throw refused(404, 'NOT_FOUND', `no exchange '${name}' in vhost '/'`);
  } else {
    const given = { ...Object(fields.arguments) } as Record<string, unknown>;
    const word = String(fields.type) === 'x-delayed-message' ? String(given['x-delayed-type']) : String(fields.type);
    const type = exchangeType(word);
    if (!type) throw severed(503, 'COMMAND_INVALID', `unknown exchange type '${word}'`);
    const [durable, autoDelete, internal] = [
      fields.durable === true,
      fields.autoDelete === true,
      fields.internal === true,
    ];
    if (known && known.type !== type)
      throw refused(
        406,
        'PRECONDITION_FAILED',
        `inequivalent arg 'type' for exchange '${name}' in vhost '/': received '${type}' but current is '${known.type}'`,
      );
    if (known && known.durable !== durable)
      throw refused(
        406,
        'PRECONDITION_FAILED',
        `inequivalent arg 'durable' for exchange '${name}' in vhost '/': received '${durable}' but current is '${known.durable}'`,
      );
    if (!known && name.startsWith('amq.'))
      throw refused(403, 'ACCESS_REFUSED', `exchange name '${name}' contains reserved prefix 'amq.*'`);
    if (!known) exchanges.set(name, { name, type, durable, autoDelete, internal, arguments: given });
  }
  if (fields.nowait !== true) state.reply('ExchangeDeclareOk', {});
}

function remove(state: ChannelState, fields: Fields): void {
  const { broker } = state.line;
  const name = String(fields.exchange);
  const isUsed = broker.bindings.some(({ exchange }) => exchange === name);
  if (fields.ifUnused === true && isUsed)
    throw refused(406, 'PRECONDITION_FAILED', `exchange '${name}' in vhost '/' in use`);
  if (name === '' || name.startsWith('amq.'))
    throw refused(403, 'ACCESS_REFUSED', `operation not permitted on exchange '${name}'`);
  broker.removeExchange(name);
  if (fields.nowait !== true) state.reply('ExchangeDeleteOk', {});
}

function bind(state: ChannelState, fields: Fields): void {
  const { exchanges } = state.line.broker;
  const binding = bindingOf(fields);
  for (const name of [binding.exchange, binding.to.exchange])
    if (!exchanges.has(name)) throw refused(404, 'NOT_FOUND', `no exchange '${name}' in vhost '/'`);
  state.line.broker.bind(binding);
  if (fields.nowait !== true) state.reply('ExchangeBindOk', {});
}

function bindingOf(fields: Fields) {
  return {
    exchange: String(fields.source),
    to: { exchange: String(fields.destination) },
    routingKey: String(fields.routingKey),
    arguments: { ...Object(fields.arguments) },
  };
}
