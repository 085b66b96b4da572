import type { Connection, Peer, Surroundings } from '../model.ts';
import type { Store } from '../world.ts';
import type { Broker } from './broker.ts';
import { type Channel, openChannel } from './channel.ts';
import type { Line } from './channel-state.ts';
import { type Fields, type Frame, frameMax, heartbeat, method, methodId, protocolHeader, readFrames } from './codec.ts';
import { isRefusal, type Refusal, severed } from './refusal.ts';

const mostChannels = 2_047;
const mostBuffered = 128 << 20;

/** Speaks AMQP 0-9-1 with one client, as RabbitMQ does. */
export function openSession(
  number: number,
  peer: Peer,
  { broker, store, surroundings }: { broker: Broker; store: Store; surroundings: Surroundings },
): Connection {
  const channels = new Map<number, Channel>();
  /** Channels that were closed for a fault, until the client says that it knows. */
  const closing = new Set<number>();
  let buffered: Buffer = Buffer.alloc(0);
  let stage: 'header' | 'start' | 'tune' | 'open' | 'running' | 'closing' | 'gone' = 'header';
  let agreed = frameMax;
  let stopBeats: () => void = () => undefined;
  const { clock } = surroundings;
  const line: Line = {
    connection: number,
    service: peer.service,
    broker,
    frameMax: () => agreed,
    send: (bytes) => {
      if (stage !== 'gone') peer.send(bytes);
    },
    record: (kind, what, value) => surroundings.record({ service: peer.service, kind, what, value }),
    unmodelled: (what) =>
      surroundings.record({ service: peer.service, kind: 'error', what: `WORLD_UNMODELLED amqp: ${what}` }),
  };
  const leave = (): void => {
    if (stage === 'gone') return;
    stage = 'gone';
    stopBeats();
    for (const channel of channels.values()) channel.close();
    channels.clear();
    for (const queue of [...broker.queues.values()]) if (queue.owner === number) broker.remove(queue);
  };
  const sever = ({ code, text }: Refusal): void => {
    line.send(
      method('ConnectionClose', 0, { replyCode: code, replyText: text.slice(0, 255), classId: 0, methodId: 0 }),
    );
    stage = 'closing';
  };
  const beat = (seconds: number): void => {
    if (seconds <= 0) return;
    let cancel: () => void = () => undefined;
    const next = (): void => {
      cancel = clock.at(clock.now() + seconds * 500, () => {
        line.send(heartbeat);
        next();
      });
    };
    next();
    stopBeats = () => cancel();
  };
  const starting = (id: number, fields: Fields): void => {
    if (stage === 'start' && id === methodId('ConnectionStartOk')) {
      if (!isWelcome(fields, store)) {
        line.send(
          method('ConnectionClose', 0, {
            replyCode: 403,
            replyText:
              'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.',
            classId: 0,
            methodId: 0,
          }),
        );
        stage = 'closing';
        return;
      }
      stage = 'tune';
      line.send(method('ConnectionTune', 0, { channelMax: mostChannels, frameMax, heartbeat: 0 }));
    } else if (stage === 'tune' && id === methodId('ConnectionTuneOk')) {
      const wanted = Number(fields.frameMax);
      agreed = wanted > 0 ? Math.max(4_096, Math.min(wanted, frameMax)) : frameMax;
      beat(Number(fields.heartbeat));
      stage = 'open';
    } else if (stage === 'open' && id === methodId('ConnectionOpen')) {
      stage = 'running';
      line.send(method('ConnectionOpenOk', 0, { knownHosts: '' }));
    } else throw severed(503, 'COMMAND_INVALID', 'a method before its time');
  };
  const whole = (id: number): void => {
    if (id === methodId('ConnectionClose')) {
      line.send(method('ConnectionCloseOk', 0, {}));
      peer.end();
      leave();
    } else if (id === methodId('ConnectionUpdateSecret')) line.send(method('ConnectionUpdateSecretOk', 0, {}));
    else throw severed(503, 'COMMAND_INVALID', 'not a method of a connection');
  };
  const onChannel = (at: number, id: number, fields: Fields): void => {
    if (id === methodId('ChannelOpen')) {
      if (channels.size >= mostChannels) throw severed(530, 'NOT_ALLOWED', 'too many channels');
      channels.set(at, openChannel(at, line));
      line.send(method('ChannelOpenOk', at, {}));
      return;
    }
    if (id === methodId('ChannelCloseOk')) return void closing.delete(at);
    if (closing.has(at)) return;
    const channel = channels.get(at);
    if (!channel) throw severed(504, 'CHANNEL_ERROR', `expected 'channel.open'`);
    if (id === methodId('ChannelClose')) {
      channels.delete(at);
      channel.close();
      line.send(method('ChannelCloseOk', at, {}));
    } else channel.take(id, fields);
  };
  const take = (frame: Frame): void => {
    if (frame.kind === 'heartbeat') return;
    if (stage === 'closing') {
      if (frame.kind !== 'method' || frame.id !== methodId('ConnectionCloseOk')) return;
      peer.end();
      leave();
    } else if (frame.kind !== 'method') {
      if (closing.has(frame.channel)) return;
      const channel = channels.get(frame.channel);
      if (!channel) throw severed(504, 'CHANNEL_ERROR', 'content on a channel that is not open');
      if (frame.kind === 'header') channel.header(frame.size, frame.properties);
      else channel.body(frame.content);
    } else if (stage !== 'running') starting(frame.id, frame.fields);
    else if (frame.channel === 0) whole(frame.id);
    else onChannel(frame.channel, frame.id, frame.fields);
  };
  const guarded = (frame: Frame): void => {
    try {
      take(frame);
    } catch (thrown) {
      if (!isRefusal(thrown)) throw thrown;
      const at = 'channel' in frame ? frame.channel : 0;
      if (thrown.whole || at === 0) {
        sever(thrown);
        return;
      }
      channels.get(at)?.close();
      channels.delete(at);
      closing.add(at);
      const [classId, id] = frame.kind === 'method' ? [frame.id >> 16, frame.id & 0xffff] : [60, 40];
      line.send(
        method('ChannelClose', at, {
          replyCode: thrown.code,
          replyText: thrown.text.slice(0, 255),
          classId,
          methodId: id,
        }),
      );
    }
  };
  return {
    receive(bytes) {
      if (stage === 'gone') return;
      buffered = Buffer.concat([buffered, bytes]);
      if (stage === 'header') {
        if (buffered.length < 8) return;
        if (!buffered.subarray(0, 8).equals(protocolHeader)) {
          peer.send(protocolHeader);
          peer.end();
          return leave();
        }
        buffered = buffered.subarray(8);
        stage = 'start';
        line.send(method('ConnectionStart', 0, greeting));
      }
      try {
        const { frames, rest } = readFrames(buffered);
        buffered = rest.length > mostBuffered ? Buffer.alloc(0) : Buffer.from(rest);
        for (const frame of frames) guarded(frame);
      } catch (broken) {
        buffered = Buffer.alloc(0);
        sever(severed(501, 'FRAME_ERROR', broken instanceof Error ? broken.message : 'bytes that are not AMQP'));
        peer.end();
        leave();
      }
    },
    ended: leave,
  };
}

const greeting = {
  versionMajor: 0,
  versionMinor: 9,
  serverProperties: {
    product: 'RabbitMQ',
    version: '4.0.0',
    platform: 'world',
    capabilities: {
      publisher_confirms: true,
      exchange_exchange_bindings: true,
      'basic.nack': true,
      consumer_cancel_notify: true,
      per_consumer_qos: true,
      authentication_failure_close: true,
    },
  },
  mechanisms: Buffer.from('PLAIN AMQPLAIN'),
  locales: Buffer.from('en_US'),
};

/** Whether a client's name and password are those that the compose file gives the broker; without any, all may enter. */
function isWelcome({ mechanism, response }: Fields, { user, password }: Store): boolean {
  if (password === undefined || !Buffer.isBuffer(response)) return true;
  if (mechanism === 'AMQPLAIN') return response.includes(password) && (user === undefined || response.includes(user));
  const [, name, secret] = response.toString('utf8').split('\0');
  return secret === password && (user === undefined || name === user);
}
