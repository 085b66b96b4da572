import type { preview } from '../preview.ts';
import type { Broker } from './broker.ts';
import type { Fields } from './codec.ts';
import type { Message } from './message.ts';
import type { Consumer, Queue } from './queue.ts';

/** What a channel is given by its connection. */
export interface Line {
  connection: number;
  service: string;
  broker: Broker;
  frameMax(): number;
  send(bytes: Buffer): void;
  record(kind: 'publish' | 'message', what: string, value: ReturnType<typeof preview>): void;
  unmodelled(what: string): void;
}

/** A message that was handed out and not yet settled. */
export interface Unsettled {
  message: Message;
  queue: Queue;
  consumer: string;
}

/** The state of a channel that its methods work on. */
export interface ChannelState {
  number: number;
  line: Line;
  consumers: Map<string, { consumer: Consumer; queue: Queue }>;
  unsettled: Map<number, Unsettled>;
  prefetch: number;
  prefetchAll: number;
  confirms: boolean;
  published: number;
  nextTag(): number;
  reply(name: string, fields: Fields): void;
  deliver(name: string, fields: Fields, message: Message): void;
}
