import net from 'node:net';
import { say } from './channel.ts';
import { after, timers } from './clock.ts';

type Listener = (...args: unknown[]) => void;
type Place = [address: string, port: number];

/** One end of a connection of the world, under a socket that the target holds. */
interface Line {
  socket: net.Socket;
  /** What was pushed while the reader wanted no more. */
  ended: boolean;
}

interface Attached extends net.Socket {
  connecting: boolean;
  _unrefTimer(): void;
}

const lines = new Map<number, Line>();
const servers = new Map<number, net.Server>();
const serverPrototype = net.Server.prototype;
const allAddresses = '0.0.0.0';
let opened = 0;
let freePort = 49_152;
let address = '127.0.0.1';

/** Puts the world's network in the place of the machine's. */
export function installNetwork(own: string): void {
  address = own;
  Object.assign(net.Socket.prototype, { connect });
  Object.assign(serverPrototype, { listen });
  const Socket = net.Socket;
  const guarded = new Proxy(Socket, {
    construct(target, [options, ...rest], newTarget) {
      const { fd: _fd, handle: _handle, ...safe } = typeof options === 'object' && options !== null ? options : {};
      return Reflect.construct(target, [safe, ...rest], newTarget);
    },
    apply(target, _self, [options]) {
      const { fd: _fd, handle: _handle, ...safe } = typeof options === 'object' && options !== null ? options : {};
      return new target(safe);
    },
  });
  Object.assign(net, { Socket: guarded, Stream: guarded });
}

/** Opens a connection under a socket; `isSecret` when the target believes it is encrypted. */
export function open(
  socket: net.Socket,
  { host, port, isSecret }: { host: string; port: number; isSecret: boolean },
): number {
  const c = ++opened;
  attach(socket, c);
  (socket as Attached).connecting = true;
  say({ t: 'connect', c, host, port, tls: isSecret });
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

/** Somebody connected to a port that this service listens on. */
export function accept(c: number, port: number, from: Place): void {
  const server = servers.get(port);
  if (!server) return say({ t: 'close', c });
  const socket = new net.Socket({ allowHalfOpen: true });
  attach(socket, c);
  place(socket, from, [address, port]);
  Object.assign(socket, {
    server,
    _server: server,
    allowHalfOpen: (server as { allowHalfOpen?: boolean }).allowHalfOpen ?? false,
  });
  server.emit('connection', socket);
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
function attach(socket: net.Socket, c: number): void {
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
        Object.assign(this, { sent: ((this as { sent?: number }).sent ?? 0) + bytes.length });
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
      setImmediate(() => {
        done(error);
        (socket as unknown as { _server?: { _connections: number } })._server &&= undefined;
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

function place(socket: net.Socket, remote: Place, local: Place): void {
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
function connect(this: net.Socket, ...given: unknown[]): net.Socket {
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

/** `server.listen` in all the forms that Node takes. */
function listen(this: net.Server, ...args: unknown[]): net.Server {
  const [first] = args;
  const options = typeof first === 'object' && first !== null ? (first as { port?: unknown }) : { port: first };
  const done = args.findLast((arg) => typeof arg === 'function');
  if (done) this.once('listening', done as Listener);
  const asked = typeof options.port === 'function' ? 0 : Number(options.port ?? 0);
  const port = asked === 0 || Number.isNaN(asked) ? freePort++ : asked;
  if (servers.has(port)) {
    const error = Object.assign(new Error(`listen EADDRINUSE: address already in use :::${port}`), {
      code: 'EADDRINUSE',
      errno: -98,
      syscall: 'listen',
      address: '::',
      port,
    });
    process.nextTick(() => this.emit('error', error));
    return this;
  }
  servers.set(port, this);
  say({ t: 'listen', port });
  const close = (): void => {
    if (servers.delete(port)) say({ t: 'unlisten', port });
  };
  const getsockname = (out: object) => void Object.assign(out, { address: allAddresses, port, family: 'IPv4' });
  Object.assign(this, { _handle: { close, getsockname, ref() {}, unref() {}, getAsyncId: () => 0 } });
  process.nextTick(() => this.listening && this.emit('listening'));
  return this;
}
