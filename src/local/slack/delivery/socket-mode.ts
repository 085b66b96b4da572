import type { Server } from 'node:http';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import { freshId } from '../identity.ts';
import type { Attempt, Carrier, Handed, Parcel } from './carrier.ts';

interface Connection {
  socket: WebSocket;
  /** Slack has asked it to go; nothing more is sent to it. */
  leaving: boolean;
}

interface Pending {
  connection: Connection;
  settle(handed: Handed): void;
}

const pingEveryMs = 10_000;
const longestTicketMs = 30_000;
const politeMs = 500;

/** Socket Mode: envelopes over WebSockets that the app opens, each to be acknowledged in time. */
export class SocketMode implements Carrier {
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #connections = new Set<Connection>();
  readonly #pending = new Map<string, Pending>();
  readonly #tickets = new Map<string, number>();
  readonly #options: { appId: string; ackTimeoutMs: number; clock: () => number; changed: () => void };
  readonly #pings = setInterval(() => this.#ping(), pingEveryMs).unref();
  #turn = 0;

  constructor(options: { appId: string; ackTimeoutMs: number; clock: () => number; changed: () => void }) {
    this.#options = options;
  }

  /** The path and query at which the app may open one connection, soon. */
  ticket(): string {
    const ticket = freshId('');
    this.#tickets.set(ticket, this.#options.clock() + longestTicketMs);
    return `/link/?ticket=${ticket}&app_id=${this.#options.appId}`;
  }

  /** Takes WebSocket connections of a server that come with a ticket. */
  attach(server: Server): void {
    server.on('upgrade', (request, socket, head) => {
      const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
      const until = this.#tickets.get(ticket) ?? 0;
      this.#tickets.delete(ticket);
      if (until < this.#options.clock()) return void socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      this.#server.handleUpgrade(request, socket, head, (opened) => this.#welcome(opened));
    });
  }

  /** How many connections are open. */
  get connections(): number {
    return this.#open().length;
  }

  ready(): boolean {
    return this.connections > 0;
  }

  carry(parcel: Parcel, attempt: Attempt): Promise<Handed> {
    const open = this.#open();
    const connection = open[this.#turn % Math.max(open.length, 1)];
    if (!connection) return Promise.resolve({ outcome: 'connection_failed' });
    this.#turn += 1;
    const envelope = freshId('').toLowerCase();
    return new Promise((resolve) => {
      const settle = (handed: Handed) => {
        clearTimeout(timer);
        this.#pending.delete(envelope);
        resolve(handed);
      };
      const timer = setTimeout(() => settle({ outcome: 'timeout' }), this.#options.ackTimeoutMs);
      this.#pending.set(envelope, { connection, settle });
      connection.socket.send(JSON.stringify(envelopeOf(envelope, parcel, attempt)));
    });
  }

  /** Asks every connection to go and come again, as Slack does when it moves; or cuts them without a word. */
  disconnect(how: 'refresh' | 'cut'): void {
    for (const connection of this.#open()) {
      connection.leaving = true;
      if (how === 'cut') connection.socket.terminate();
      else connection.socket.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested', debug_info: {} }));
    }
  }

  /** Closes every connection, politely at first. */
  async close(): Promise<void> {
    clearInterval(this.#pings);
    for (const { settle } of [...this.#pending.values()]) settle({ outcome: 'connection_failed' });
    await Promise.all([...this.#connections].map(({ socket }) => closed(socket)));
    this.#server.close();
  }

  #open(): Connection[] {
    return [...this.#connections].filter(({ leaving }) => !leaving);
  }

  #welcome(socket: WebSocket): void {
    const connection: Connection = { socket, leaving: false };
    this.#connections.add(connection);
    socket.on('message', (said) => this.#acknowledged(said));
    socket.on('error', () => socket.terminate());
    socket.on('close', () => this.#gone(connection));
    const connection_info = { app_id: this.#options.appId };
    socket.send(JSON.stringify({ type: 'hello', num_connections: this.connections, connection_info, debug_info: {} }));
    this.#options.changed();
  }

  #gone(connection: Connection): void {
    this.#connections.delete(connection);
    this.#options.changed();
    for (const pending of [...this.#pending.values()])
      if (pending.connection === connection) pending.settle({ outcome: 'connection_failed' });
  }

  #acknowledged(said: RawData): void {
    const { envelope_id, payload } = parsed(said);
    const answer = payload && Object.keys(payload).length > 0 ? payload : undefined;
    this.#pending.get(envelope_id ?? '')?.settle({ outcome: 'acknowledged', answer });
  }

  #ping(): void {
    for (const { socket } of this.#connections) socket.ping();
  }
}

function closed(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const impatient = setTimeout(() => socket.terminate(), politeMs);
    socket.once('close', () => {
      clearTimeout(impatient);
      resolve();
    });
    socket.close(1001);
  });
}

function envelopeOf(envelope_id: string, { kind, payload }: Parcel, { number, reason }: Attempt) {
  const retried = kind === 'events_api' ? { retry_attempt: number, retry_reason: reason } : {};
  return { envelope_id, type: kind, payload, accepts_response_payload: kind !== 'events_api', ...retried };
}

function parsed(said: RawData): { envelope_id?: string; payload?: Record<string, unknown> } {
  try {
    return JSON.parse(String(said)) as { envelope_id?: string; payload?: Record<string, unknown> };
  } catch {
    return {};
  }
}
