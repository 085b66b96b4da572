import type net from 'node:net';
import type { Alpn, Secret } from '../protocol.ts';
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
  /** Whether we asked the other side to send no more for now. */
  isHolding: boolean;
  /** Whether the other side asked us to. */
  isHeld: boolean;
  /** Bytes that went out since the other side had a turn to speak of them. */
  sent: number;
  /** Writes that are done when the other side reads again. */
  waiting: (() => void)[];
}

/** A socket with the parts of Node that ours touches. */
export interface Attached extends net.Socket {
  connecting: boolean;
  _unrefTimer(): void;
}

/** What a kernel would keep for a socket that nobody reads. */
const mostUnread = 1 << 20;
/** Listeners at the paths of this service's file system, by the port that stands for each. */
export const paths = new Map<string, number>();

const lines = new Map<number, Line>();
let opened = 0;

/** Opens a connection under a socket; with a secret when the target believes it is encrypted. */
export function open(
  socket: net.Socket,
  { host, port, secret }: { host: string; port: number; secret: Secret | null },
): number {
  opened += 1;
  const c = opened;
  attach(socket, c);
  (socket as Attached).connecting = true;
  say({ t: 'connect', c, host: nameOf(host), port, secret });
  return c;
}

/** A connection that was asked for stands. */
export function connected(c: number, to: Place, from: Place, alpn: Alpn = false): void {
  const socket = lines.get(c)?.socket as Attached | undefined;
  if (!socket || socket.destroyed) return;
  socket.connecting = false;
  if ('encrypted' in socket) Object.assign(socket, { alpnProtocol: alpn });
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
  const [, verb] = /^(read|write) /.exec(message) ?? [];
  const facts = verb
    ? { syscall: verb }
    : code === 'ENOTFOUND'
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
  if (line.isHolding || line.socket.readableLength < mostUnread) return;
  line.isHolding = true;
  say({ t: 'hold', c, on: true });
}

/** The other side reads no more for now, or reads again. */
export function hold(c: number, isHeld: boolean): void {
  const line = lines.get(c);
  if (!line) return;
  line.isHeld = isHeld;
  release(line);
}

/** A write is done at once while the other side keeps up, or when it does again. */
function sent(line: Line, size: number, done: () => void): void {
  const wasFull = line.sent >= mostUnread;
  line.sent += size;
  line.waiting.push(done);
  release(line);
  if (wasFull || line.sent < mostUnread) return;
  after(1, () => {
    line.sent = 0;
    release(line);
  });
}

function release(line: Line): void {
  while (!line.isHeld && line.sent < mostUnread && line.waiting.length > 0) line.waiting.shift()?.();
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
  const line: Line = { socket, ended: false, isHolding: false, isHeld: false, sent: 0, waiting: [] };
  lines.set(c, line);
  const whenOpen = (work: () => void): void => {
    if ((socket as Attached).connecting) socket.once('connect', work);
    else work();
  };
  let isBroken = false;
  const methods = {
    _read() {
      if (!line.isHolding || socket.readableLength >= mostUnread / 2) return;
      line.isHolding = false;
      if (lines.has(c)) say({ t: 'hold', c, on: false });
    },
    _writev: null,
    _write(chunk: Buffer | string, encoding: BufferEncoding, done: Listener) {
      whenOpen(() => {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
        (socket as Attached)._unrefTimer();
        if (lines.has(c)) say({ t: 'data', c, b: bytes.toString('base64') });
        sent(line, bytes.length, done);
      });
    },
    _final(done: Listener) {
      whenOpen(() => {
        if (lines.has(c)) say({ t: 'end', c });
        done();
      });
    },
    _destroy(error: Error | null, done: Listener) {
      if (lines.delete(c)) say(isBroken ? { t: 'close', c, broken: true } : { t: 'close', c });
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
    resetAndDestroy() {
      isBroken = true;
      return socket.destroy();
    },
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
  const isAt = options.path === undefined ? undefined : paths.get(options.path);
  open(this, {
    host: isAt === undefined ? (options.path ?? options.host ?? 'localhost') : 'localhost',
    port: isAt ?? (options.path ? 0 : Number(options.port)),
    secret: null,
  });
  if ('timeout' in options && options.timeout) this.setTimeout(options.timeout);
  return this;
}
