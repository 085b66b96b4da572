import net from 'node:net';
import tls from 'node:tls';
import { open } from './sockets.ts';

interface Options {
  host?: string;
  port?: number | string;
  servername?: string;
  socket?: net.Socket;
  ALPNProtocols?: unknown;
  timeout?: number;
}

/** Lets `tls.connect` reach the world: plain bytes inside, and a socket that says it is encrypted. */
export function installSecrecy(): void {
  Object.assign(tls, { connect });
}

function connect(...args: unknown[]): net.Socket {
  const options = args.find((arg): arg is Options => typeof arg === 'object' && arg !== null) ?? {};
  const port = Number(typeof args[0] === 'object' ? options.port : args[0]);
  const host = typeof args[1] === 'string' ? args[1] : (options.host ?? options.servername ?? 'localhost');
  const done = args.findLast((arg) => typeof arg === 'function') as (() => void) | undefined;
  const socket = options.socket ?? new net.Socket();
  const name = options.servername ?? host;
  Object.assign(socket, {
    encrypted: true,
    authorized: true,
    authorizationError: null,
    alpnProtocol: false,
    servername: name,
    getPeerCertificate: () => ({ subject: { CN: name }, issuer: { CN: 'world' }, subjectaltname: `DNS:${name}` }),
    getCipher: () => ({ name: 'TLS_AES_256_GCM_SHA384', standardName: 'TLS_AES_256_GCM_SHA384', version: 'TLSv1.3' }),
    getProtocol: () => 'TLSv1.3',
    getSession: () => undefined,
    isSessionReused: () => false,
    setServername: () => undefined,
    setSession: () => undefined,
    disableRenegotiation: () => undefined,
    getFinished: () => undefined,
    getPeerFinished: () => undefined,
  });
  if (done) socket.once('secureConnect', done);
  if (options.socket) {
    setImmediate(() => socket.emit('secureConnect'));
    return socket;
  }
  socket.once('connect', () => socket.emit('secureConnect'));
  open(socket, { host, port, isSecret: true });
  if (options.timeout) socket.setTimeout(options.timeout);
  return socket;
}
