import net from 'node:net';
import tls from 'node:tls';
import type { Alpn, Secret } from '../protocol.ts';
import { say } from './channel.ts';
import { withoutHandles } from './descriptors.ts';
import { isSecret, meet, spokenBy } from './secret-servers.ts';
import { attach, connect, type Place, paths, place } from './sockets.ts';

interface Counting extends net.Server {
  allowHalfOpen?: boolean;
  _connections: number;
  _emitCloseIfDrained(): void;
}

const servers = new Map<number, net.Server>();
let freePort = 49_152;
let address = '127.0.0.1';

/** Puts the world's network in the place of the machine's. */
export function installNetwork(own: string): void {
  address = own;
  Object.assign(net.Socket.prototype, { connect });
  Object.assign(net.Server.prototype, { listen });
  const Socket = withoutHandles(net.Socket, tls.TLSSocket);
  const connectSafely = (...args: unknown[]) => {
    const options = Array.isArray(args[0]) ? (args[0] as unknown[])[0] : args[0];
    return new Socket(options as object).connect(...(args as [string]));
  };
  Object.assign(net, { Socket, Stream: Socket, connect: connectSafely, createConnection: connectSafely });
}

/** Somebody connected to a port that this service listens on. */
export function accept(c: number, port: number, from: Place, secret?: Secret & { alpn: Alpn }): void {
  const server = servers.get(port) as Counting | undefined;
  if (!server) {
    say({ t: 'close', c });
    return;
  }
  const socket = new net.Socket({ allowHalfOpen: server.allowHalfOpen ?? false });
  server._connections += 1;
  attach(socket, c, () => {
    server._connections -= 1;
    server._emitCloseIfDrained();
  });
  place(socket, from, [address, port]);
  Object.assign(socket, { server, _server: server });
  if (isSecret(server)) meet(server, socket, secret);
  else server.emit('connection', socket);
}

/** `server.listen` in all the forms that Node takes. */
function listen(this: net.Server, ...args: unknown[]): net.Server {
  const done = args.findLast((arg) => typeof arg === 'function') as (() => void) | undefined;
  if (done) this.once('listening', done);
  const port = portIn(args[0]);
  const path = pathIn(args[0]);
  if (path !== undefined) paths.set(path, port);
  if (servers.has(port)) {
    process.nextTick(() => this.emit('error', taken(port)));
    return this;
  }
  servers.set(port, this);
  say(isSecret(this) ? { t: 'listen', port, alpn: spokenBy(this) } : { t: 'listen', port });
  const handle = {
    close() {
      if (path !== undefined) paths.delete(path);
      if (servers.delete(port)) say({ t: 'unlisten', port });
    },
    ref: () => undefined,
    unref: () => undefined,
    getAsyncId: () => 0,
  };
  const getsockname = (out: object) => void Object.assign(out, { address: '0.0.0.0', port, family: 'IPv4' });
  const whereabouts =
    path === undefined ? { _handle: { ...handle, getsockname } } : { _handle: handle, _pipeName: path };
  Object.assign(this, whereabouts);
  process.nextTick(() => this.listening && this.emit('listening'));
  return this;
}

function portIn(first: unknown): number {
  const given = typeof first === 'object' && first !== null ? (first as { port?: unknown }).port : first;
  const port = typeof given === 'function' ? 0 : Number(given ?? 0);
  if (port !== 0 && !Number.isNaN(port)) return port;
  freePort += 1;
  return freePort;
}

/** The path of a socket in the file system, where that is what is listened on. */
function pathIn(first: unknown): string | undefined {
  const given = typeof first === 'object' && first !== null ? (first as { path?: unknown }).path : first;
  return typeof given === 'string' && Number.isNaN(Number(given)) ? given : undefined;
}

function taken(port: number): Error {
  const facts = { code: 'EADDRINUSE', errno: -98, syscall: 'listen', address: '::', port };
  return Object.assign(new Error(`listen EADDRINUSE: address already in use :::${port}`), facts);
}
