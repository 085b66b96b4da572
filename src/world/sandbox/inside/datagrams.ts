import { EventEmitter } from 'node:events';
import { say } from './channel.ts';
import { nameOf } from './names.ts';
import { refusal } from './refusals.ts';
import type { Place } from './sockets.ts';

type Done = (error: Error | null, bytes?: number) => void;
type Content = string | Uint8Array;

const largest = 65_507;
const bound = new Map<number, Socket>();
let freePort = 40_000;
let own = '127.0.0.1';

/** The address that this service has in the world. */
export function addressDatagrams(address: string): void {
  own = address;
}

/** Puts datagrams of the world in the place of the machine's. */
export function replaceDatagrams(module: Record<string, unknown>): void {
  for (const key of Object.keys(module)) {
    if (typeof module[key] === 'function') module[key] = refusal('use sockets of the machine', `dgram.${key}`);
  }
  const createSocket = (options: string | { type: string; reuseAddr?: boolean }, listener?: () => void) =>
    new Socket(options, listener);
  Object.assign(module, { createSocket, Socket });
}

/** A datagram arrived at a port. */
export function datagramArrived(port: number, [address, from]: Place, bytes: Buffer): void {
  const info = { address, family: 'IPv4', port: from, size: bytes.length };
  bound.get(port)?.emit('message', bytes, info);
}

/** A socket for datagrams, as `node:dgram` has it. */
class Socket extends EventEmitter {
  readonly type: string;
  #port = 0;
  #isClosed = false;
  #isShared: boolean;
  #peer: { address: string; port: number } | undefined;

  constructor(options: string | { type: string; reuseAddr?: boolean }, listener?: unknown) {
    super();
    const { type, reuseAddr = false } = typeof options === 'string' ? { type: options } : options;
    if (type !== 'udp4' && type !== 'udp6')
      throw problem(TypeError, 'ERR_SOCKET_BAD_TYPE', 'Bad socket type specified. Valid types are: udp4, udp6');
    this.type = type;
    this.#isShared = reuseAddr;
    if (typeof listener === 'function') this.on('message', listener as () => void);
  }
  bind(...args: unknown[]): this {
    this.#mustRun();
    if (this.#port !== 0) throw problem(Error, 'ERR_SOCKET_ALREADY_BOUND', 'Socket is already bound');
    const done = args.findLast((arg) => typeof arg === 'function') as (() => void) | undefined;
    const [first] = args;
    const wanted = Number((typeof first === 'object' && first ? (first as { port?: unknown }).port : first) || 0);
    if (done) this.once('listening', done);
    const port = wanted > 0 ? wanted : this.#free();
    if (bound.has(port) && !this.#isShared) {
      const facts = { errno: -98, syscall: 'bind', address: '0.0.0.0', port };
      const taken = Object.assign(problem(Error, 'EADDRINUSE', `bind EADDRINUSE 0.0.0.0:${port}`), facts);
      process.nextTick(() => this.emit('error', taken));
      return this;
    }
    this.#take(port);
    process.nextTick(() => this.#isClosed || this.emit('listening'));
    return this;
  }
  send(content: Content | Content[], ...args: unknown[]): void {
    this.#mustRun();
    const done = args.findLast((arg) => typeof arg === 'function') as Done | undefined;
    const rest = args.filter((arg) => typeof arg !== 'function' && arg !== undefined);
    const ranged = this.#peer ? rest.length >= 2 : typeof rest[2] === 'number';
    const [offset, length] = ranged ? (rest.splice(0, 2) as [number, number]) : [];
    const whole = Buffer.concat(
      [content]
        .flat()
        .map((part) =>
          typeof part === 'string' ? Buffer.from(part) : Buffer.from(part.buffer, part.byteOffset, part.byteLength),
        ),
    );
    const bytes = offset === undefined ? whole : whole.subarray(offset, offset + Number(length));
    const { port, address } = this.#peer ?? { port: Number(rest[0]), address: String(rest[1] ?? '127.0.0.1') };
    if (!Number.isInteger(port) || port <= 0 || port > 65_535)
      throw problem(RangeError, 'ERR_SOCKET_BAD_PORT', `Port should be > 0 and < 65536. Received ${String(rest[0])}.`);
    if (this.#port === 0) this.#take(this.#free());
    if (bytes.length > largest) {
      this.#failed(problem(Error, 'EMSGSIZE', `send EMSGSIZE ${address}:${port}`), done);
      return;
    }
    say({ t: 'datagram', from: this.#port, host: nameOf(address), port, b: bytes.toString('base64') });
    if (done) process.nextTick(done, null, bytes.length);
  }
  connect(port: number, ...args: unknown[]): void {
    this.#mustRun();
    if (this.#peer) throw problem(Error, 'ERR_SOCKET_DGRAM_IS_CONNECTED', 'Already connected');
    const done = args.find((arg) => typeof arg === 'function') as (() => void) | undefined;
    if (done) this.once('connect', done);
    this.#peer = { port, address: typeof args[0] === 'string' ? args[0] : '127.0.0.1' };
    if (this.#port === 0) this.#take(this.#free());
    process.nextTick(() => this.#isClosed || this.emit('connect'));
  }
  disconnect(): void {
    if (!this.#peer) throw problem(Error, 'ERR_SOCKET_DGRAM_NOT_CONNECTED', 'Not connected');
    this.#peer = undefined;
  }
  close(done?: () => void): this {
    this.#mustRun();
    this.#isClosed = true;
    if (done) this.once('close', done);
    if (bound.get(this.#port) === this) {
      bound.delete(this.#port);
      say({ t: 'bind', port: this.#port, on: false });
    }
    process.nextTick(() => this.emit('close'));
    return this;
  }
  address(): { address: string; family: string; port: number } {
    this.#mustRun();
    if (this.#port === 0) throw problem(Error, 'EBADF', 'getsockname EBADF');
    return { address: this.#peer ? own : '0.0.0.0', family: 'IPv4', port: this.#port };
  }
  remoteAddress(): { address: string; family: string; port: number } {
    if (!this.#peer) throw problem(Error, 'ERR_SOCKET_DGRAM_NOT_CONNECTED', 'Not connected');
    return { ...this.#peer, family: 'IPv4' };
  }
  addMembership(group: string): void {
    say({ t: 'unmodelled', what: `datagrams of the group ${String(group).slice(0, 100)}` });
  }
  [Symbol.asyncDispose](): Promise<void> {
    return new Promise((done) => (this.#isClosed ? done() : this.close(done)));
  }

  #mustRun(): void {
    if (this.#isClosed) throw problem(Error, 'ERR_SOCKET_DGRAM_NOT_RUNNING', 'Not running');
  }
  #free(): number {
    do freePort += 1;
    while (bound.has(freePort));
    return freePort;
  }
  #take(port: number): void {
    this.#port = port;
    bound.set(port, this);
    say({ t: 'bind', port, on: true });
  }
  #failed(error: Error, done: Done | undefined): void {
    if (done) process.nextTick(done, error);
    else process.nextTick(() => this.emit('error', error));
  }
}

/** What is said to a kernel and changes nothing here. */
const unheard = 'setBroadcast setMulticastInterface setRecvBufferSize setSendBufferSize dropMembership'.split(' ');
for (const name of unheard) define(name, () => undefined);
for (const name of ['setTTL', 'setMulticastTTL', 'setMulticastLoopback']) define(name, (value) => value);
for (const name of ['getSendQueueSize', 'getSendQueueCount']) define(name, () => 0);
for (const name of ['getRecvBufferSize', 'getSendBufferSize']) define(name, () => 212_992);
for (const name of ['ref', 'unref']) {
  define(name, function same(this: unknown) {
    return this;
  });
}

function define(name: string, value: (given: unknown) => unknown): void {
  Object.defineProperty(Socket.prototype, name, { value, configurable: true, writable: true });
}

function problem(kind: ErrorConstructor, code: string, message: string): Error {
  return Object.assign(new kind(message), { code });
}
