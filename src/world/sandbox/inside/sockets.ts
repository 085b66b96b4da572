import type net from 'node:net';
import { say } from './channel.ts';
import { after, timers } from './clock.ts';
import { nameOf } from './names.ts';

type Listener = (...args: unknown[]) => void;
/** An address and a port. */
export type Place = [address: string, port: number];

/** One end of a connection of the world, under a socket that the target holds. */
interface Line {
  socket: net.Socket;
  ended: boolean;
}

/** A socket with the parts of Node that ours touches. */
export interface Attached extends net.Socket {
  connecting: boolean;
  _unrefTimer(): void;
}

const lines = new Map<number, Line>();
let opened = 0;

/** Opens a connection under a socket; `isSecret` when the target believes it is encrypted. */
export function open(
  socket: net.Socket,
  { host, port, isSecret }: { host: string; port: number; isSecret: boolean },
): number {
  opened += 1;
  const c = opened;
  attach(socket, c);
  (socket as Attached).connecting = true;
  say({ t: 'connect', c, host: nameOf(host), port, tls: isSecret });
  return c;
}

/** A connection that was asked for stands. */
export function connected(c: number, to: Place, from: Place): void {
  const socket = lines.get(c)?.socket as Attached | undefined;
  if (!socket || socket.destroyed) return;
  socket.connecting = false;
  place(socket, to, from);
  socket.emit('connect');
  socket.emit('ready');
  if (!socket.isPaused()) socket.read(0);
}

/** A connection that was asked for does not come about. */
export function refused(c: number, code: string, message: string): void {
  const line = lines.get(c);
  if (!line) return;
  lines.delete(c);
  (line.socket as Attached).connecting = false;
  const [, host, port] = /(\S+):(\d+)$/.exec(message) ?? [];
  const facts =
    code === 'ENOTFOUND'
      ? { syscall: 'getaddrinfo', hostname: host }
      : { syscall: 'connect', address: host, port: Number(port) };
  line.socket.destroy(
    Object.assign(new Error(message), { code, errno: code === 'ENOTFOUND' ? -3008 : -111, ...facts }),
  );
}

/** Bytes arrived. */
export function arrived(c: number, bytes: Buffer): void {
  const line = lines.get(c);
  if (!line || line.socket.destroyed) return;
  (line.socket as Attached)._unrefTimer();
  line.socket.push(bytes);
}

/** The other side will send no more. */
export function ended(c: number): void {
  const line = lines.get(c);
  if (!line || line.socket.destroyed || line.ended) return;
  line.ended = true;
  line.socket.push(null);
  line.socket.read(0);
}

/** The other side is gone. */
export function reset(c: number): void {
  const line = lines.get(c);
  if (!line) return;
  lines.delete(c);
  line.socket.destroy(
    Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', errno: -104, syscall: 'read' }),
  );
}

/** Takes over a socket's reading, writing, ending and timing. */
export function attach(socket: net.Socket, c: number, gone: () => void = () => undefined): void {
  lines.set(c, { socket, ended: false });
  const whenOpen = (work: () => void): void => {
    if ((socket as Attached).connecting) socket.once('connect', work);
    else work();
  };
  const methods = {
    _read: () => undefined,
    _writev: null,
    _write(chunk: Buffer | string, encoding: BufferEncoding, done: Listener) {
      whenOpen(() => {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
        (socket as Attached)._unrefTimer();
        if (lines.has(c)) say({ t: 'data', c, b: bytes.toString('base64') });
        done();
      });
    },
    _final(done: Listener) {
      whenOpen(() => {
        if (lines.has(c)) say({ t: 'end', c });
        done();
      });
    },
    _destroy(error: Error | null, done: Listener) {
      if (lines.delete(c)) say({ t: 'close', c });
      clearTimer();
      (socket as Attached).connecting = false;
      done(error);
      process.nextTick(() => {
        socket.emit('close', error !== null);
        gone();
      });
    },
    ref: () => socket,
    unref: () => socket,
    setNoDelay: () => socket,
    setKeepAlive: () => socket,
    resetAndDestroy: () => socket.destroy(),
  };
  let timer: ReturnType<typeof after> | undefined;
  const clearTimer = () => timer && timers.drop(timer);
  const arm = (): void => {
    clearTimer();
    timer = socket.timeout && !socket.destroyed ? after(socket.timeout, () => socket.emit('timeout')) : undefined;
  };
  const setTimeout = (ms: number, work?: () => void) => {
    Object.assign(socket, { timeout: ms });
    arm();
    if (work && ms === 0) socket.removeListener('timeout', work);
    else if (work) socket.once('timeout', work);
    return socket;
  };
  Object.assign(socket, methods, { setTimeout, _unrefTimer: arm });
  if (socket.timeout) arm();
}

/** Tells a socket where its two ends are. */
export function place(socket: net.Socket, remote: Place, local: Place): void {
  const facts = {
    remoteAddress: remote[0],
    remotePort: remote[1],
    remoteFamily: 'IPv4',
    localAddress: local[0],
    localPort: local[1],
    localFamily: 'IPv4',
    pending: false,
    bytesWritten: 0,
  };
  for (const [name, value] of Object.entries(facts)) {
    Object.defineProperty(socket, name, { configurable: true, writable: true, value });
  }
  socket.address = () => ({ address: local[0], port: local[1], family: 'IPv4' });
}

/** `socket.connect` in all the forms that Node takes. */
export function connect(this: net.Socket, ...given: unknown[]): net.Socket {
  const args = (Array.isArray(given[0]) ? given[0] : given) as unknown[];
  const [first, second] = args;
  const options =
    typeof first === 'object' && first !== null
      ? (first as { port?: unknown; host?: string; path?: string; timeout?: number })
      : Number.isNaN(Number(first))
        ? { path: String(first) }
        : { port: first, host: typeof second === 'string' ? second : undefined };
  const done = args.findLast((arg) => typeof arg === 'function');
  if (done) this.once('connect', done as Listener);
  open(this, {
    host: options.path ?? options.host ?? 'localhost',
    port: options.path ? 0 : Number(options.port),
    isSecret: false,
  });
  if ('timeout' in options && options.timeout) this.setTimeout(options.timeout);
  return this;
}
