import { X509Certificate } from 'node:crypto';
import net from 'node:net';
import tls from 'node:tls';
import type { Alpn, Secret } from '../protocol.ts';

interface Secretive extends net.Server {
  ALPNProtocols?: Uint8Array;
  requestCert?: boolean;
  rejectUnauthorized?: boolean;
}

/** Whether what a server accepts is encrypted. */
export function isSecret(server: net.Server): boolean {
  return server instanceof tls.Server;
}

/** The protocols that a server speaks, most wanted first. */
export function spokenBy(server: net.Server): string[] {
  return protocolsIn((server as Secretive).ALPNProtocols ?? new Uint8Array());
}

/** The names in a list of protocols as it goes over a wire. */
export function protocolsIn(wire: Uint8Array): string[] {
  const names: string[] = [];
  for (let at = 0; at < wire.length; at += 1 + (wire[at] ?? 0)) {
    names.push(Buffer.from(wire.subarray(at + 1, at + 1 + (wire[at] ?? 0))).toString('latin1'));
  }
  return names;
}

/** A connection of an encrypted server: what a handshake would have told it is told, and the bytes are plain. */
export function meet(server: net.Server, socket: net.Socket, secret?: Secret & { alpn: Alpn }): void {
  const { requestCert = false, rejectUnauthorized = true } = server as Secretive;
  const certificate = secret?.certificate ?? null;
  secretive(socket, secret?.name ?? '', requestCert ? certificate : null);
  const isKnown = requestCert && certificate !== null;
  const problem = requestCert && !isKnown ? 'UNABLE_TO_GET_ISSUER_CERT' : null;
  Object.assign(socket, { alpnProtocol: secret?.alpn ?? false, authorized: isKnown, authorizationError: problem });
  // The first listener is that of Node, which would begin a handshake on a real socket.
  for (const listener of server.listeners('connection').slice(1)) Reflect.apply(listener, server, [socket]);
  if (requestCert && rejectUnauthorized && !isKnown) {
    const error = Object.assign(new Error('peer did not return a certificate'), {
      code: 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE',
    });
    server.emit('tlsClientError', error, socket);
    (socket as net.Socket & { resetAndDestroy(): void }).resetAndDestroy();
    return;
  }
  server.emit('secureConnection', socket);
}

const shown = ['encrypted', 'alpnProtocol', 'servername', 'authorized', 'authorizationError', 'getPeerCertificate'];
const placed = ['remoteAddress', 'remotePort', 'remoteFamily', 'localAddress', 'localPort', 'localFamily'];

/** Lets the wrapper that HTTP/2 puts around a socket of ours tell what the socket tells; Node keeps it as its `stream`. */
export function showThroughWrappers(): void {
  const set = function (this: net.Socket, inner: unknown): void {
    Object.defineProperty(this, 'stream', { value: inner, configurable: true, writable: true, enumerable: true });
    if (!(inner instanceof net.Socket)) return;
    const names = 'encrypted' in inner ? [...shown, ...placed] : placed;
    for (const name of names)
      Object.defineProperty(this, name, { configurable: true, get: () => Reflect.get(inner, name) });
  };
  Object.defineProperty(net.Socket.prototype, 'stream', { configurable: true, get: () => undefined, set });
}

/** Makes a socket say that it is encrypted; the other side's certificate is the one given, or one of the world's. */
export function secretive(socket: net.Socket, name: string, certificate: string | null = null): void {
  const cipher = { name: 'TLS_AES_256_GCM_SHA384', standardName: 'TLS_AES_256_GCM_SHA384', version: 'TLSv1.3' };
  Object.assign(socket, {
    encrypted: true,
    secure: true,
    authorized: true,
    authorizationError: null,
    alpnProtocol: false,
    servername: name,
    getPeerCertificate: () => certificateOf(name, certificate),
    getPeerX509Certificate: () => (certificate === null ? undefined : new X509Certificate(certificate)),
    getCertificate: () => ({}),
    getCipher: () => cipher,
    getProtocol: () => 'TLSv1.3',
    getSession: () => undefined,
    getEphemeralKeyInfo: () => ({}),
    getTLSTicket: () => undefined,
    isSessionReused: () => false,
    setServername: () => undefined,
    setSession: () => undefined,
    setMaxSendFragment: () => true,
    enableTrace: () => undefined,
    disableRenegotiation: () => undefined,
    getFinished: () => undefined,
    getPeerFinished: () => undefined,
  });
}

function certificateOf(name: string, certificate: string | null): object {
  if (certificate !== null) return new X509Certificate(certificate).toLegacyObject();
  return { subject: { CN: name }, issuer: { CN: 'world' }, subjectaltname: `DNS:${name}` };
}
