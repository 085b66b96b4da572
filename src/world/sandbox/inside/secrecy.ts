import net from 'node:net';
import tls from 'node:tls';
import { protocolsIn, secretive, showThroughWrappers } from './secret-servers.ts';
import { open } from './sockets.ts';

interface Options {
  host?: string;
  port?: number | string;
  servername?: string;
  socket?: net.Socket;
  ALPNProtocols?: unknown;
  cert?: unknown;
  timeout?: number;
}

/** Lets `tls.connect` reach the world: plain bytes inside, and a socket that says it is encrypted. */
export function installSecrecy(): void {
  Object.assign(tls, { connect });
  showThroughWrappers();
}

function connect(...args: unknown[]): net.Socket {
  const options = args.find((arg): arg is Options => typeof arg === 'object' && arg !== null) ?? {};
  const port = Number(typeof args[0] === 'object' ? options.port : args[0]);
  const host = typeof args[1] === 'string' ? args[1] : (options.host ?? options.servername ?? 'localhost');
  const done = args.findLast((arg) => typeof arg === 'function') as (() => void) | undefined;
  const socket = options.socket ?? new net.Socket();
  const name = options.servername ?? host;
  secretive(socket, name);
  Object.assign(socket, { secureConnecting: true, secure: false });
  const met = () => {
    Object.assign(socket, { secureConnecting: false, secure: true });
    socket.emit('secureConnect');
  };
  if (done) socket.once('secureConnect', done);
  if (options.socket) {
    setImmediate(met);
    return socket;
  }
  socket.once('connect', met);
  const certificate = options.cert === undefined ? null : String(options.cert);
  open(socket, { host, port, secret: { name, offered: offeredBy(options), certificate } });
  if (options.timeout) socket.setTimeout(options.timeout);
  return socket;
}

/** The protocols that a client offers, however it names them. */
function offeredBy({ ALPNProtocols: given }: Options): string[] {
  if (Array.isArray(given)) return given.map(String);
  return given instanceof Uint8Array ? protocolsIn(given) : [];
}
