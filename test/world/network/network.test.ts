import { describe, expect, it } from 'vitest';
import { rehearsal } from '../../simulation/rehearsal.ts';

const { call } = rehearsal();

describe('connections of the world', () => {
  it('HTTP/2 without encryption runs as it is, client and server', async () => {
    const { value } = await call(`
      const http2 = require('node:http2');
      const server = http2.createServer((request, response) => {
        let body = '';
        request.on('data', (bytes) => { body += bytes; }).on('end', () => response.end(request.url + ' ' + body));
      });
      await new Promise((done) => server.listen(0, done));
      const client = http2.connect('http://localhost:' + server.address().port);
      const ask = (path) => new Promise((done, failed) => {
        const stream = client.request({ ':path': path, ':method': 'POST' });
        let text = '';
        stream.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => done(text)).on('error', failed);
        stream.end('sent');
      });
      const answers = await Promise.all([ask('/a'), ask('/b')]);
      client.close();
      return answers;`);
    expect(value).toEqual(['/a sent', '/b sent']);
  });

  it('HTTP/2 over TLS is agreed on by name, and HTTP/1.1 where that is all one side speaks', async () => {
    const { value, error } = await call(`
      const http2 = require('node:http2');
      const https = require('node:https');
      const tls = require('node:tls');
      const server = http2.createSecureServer({ allowHTTP1: true }, (request, response) => {
        response.end(request.httpVersion + ' ' + request.socket.alpnProtocol + ' ' + request.socket.encrypted);
      });
      await new Promise((done) => server.listen(8443, done));
      const client = http2.connect('https://localhost:8443');
      const second = await new Promise((done, failed) => {
        client.on('error', failed);
        const stream = client.request({ ':path': '/' });
        let text = '';
        stream.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => done(text));
      });
      const first = await new Promise((done, failed) => https.get('https://localhost:8443', (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => { text += part; }).on('end', () => done(text));
      }).on('error', failed));
      const other = await new Promise((done) => tls.connect({ port: 8443, ALPNProtocols: ['h3'] }).on('error', (error) => done(error.code)));
      client.close();
      return [second, first, other, await (await fetch('https://localhost:8443')).text()];`);
    expect(error).toBeUndefined();
    expect(value).toEqual([
      '2.0 h2 true',
      '1.1 false true',
      'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
      '2.0 h2 true',
    ]);
  });

  it('a server that asks for a certificate sees the one that is given, and turns away who has none', async () => {
    const { value } = await call(`
      const tls = require('node:tls');
      const seen = [];
      const server = tls.createServer({ requestCert: true, rejectUnauthorized: true }, (socket) => {
        seen.push(['served', socket.authorized]);
        socket.end('hello');
      });
      server.on('tlsClientError', (error) => seen.push(['turned away', error.code]));
      await new Promise((done) => server.listen(8443, done));
      const visit = (options) => new Promise((done) => {
        let text = '';
        tls.connect({ port: 8443, ...options })
          .on('data', (bytes) => { text += bytes; })
          .on('error', (error) => done(error.code))
          .on('end', () => done(text));
      });
      return [await visit({ cert: 'a certificate', key: 'its key' }), await visit({}), seen];`);
    expect(value).toEqual([
      'hello',
      'ECONNRESET',
      [
        ['served', true],
        ['turned away', 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE'],
      ],
    ]);
  });

  it('plain and encrypted do not understand each other', async () => {
    const { value } = await call(`
      const http = require('node:http');
      const tls = require('node:tls');
      http.createServer((_, response) => response.end('plain')).listen(8080);
      tls.createServer(() => undefined).listen(8443);
      const failure = (socket) => new Promise((done) => socket.on('error', (error) => done(error.code)));
      return [
        await failure(tls.connect(8080)),
        await fetch('https://localhost:8080').catch((error) => error.cause.code),
        await failure(http.get('http://localhost:8443')),
      ];`);
    expect(value).toEqual(['EPROTO', 'EPROTO', 'ECONNRESET']);
  });

  it('a reader that does not read holds the writer back', async () => {
    const { value } = await call(`
      const net = require('node:net');
      const { once } = require('node:events');
      let reader;
      const server = net.createServer((socket) => { reader = socket; socket.pause(); });
      await new Promise((done) => server.listen(7000, done));
      const writer = net.connect(7000);
      await once(writer, 'connect');
      const chunk = Buffer.alloc(256 * 1024, 1);
      let written = 0;
      let done = false;
      const pour = async () => {
        while (written < 64) {
          written += 1;
          if (!writer.write(chunk)) await once(writer, 'drain');
        }
        done = true;
        writer.end();
      };
      const pouring = pour();
      await new Promise((passed) => setTimeout(passed, 1000));
      const before = written;
      const stuck = !done && writer.writableNeedDrain;
      let size = 0;
      reader.on('data', (bytes) => { size += bytes.length; });
      reader.resume();
      await once(reader, 'end');
      await pouring;
      return { stuck, isBounded: before < 16, whole: size === 64 * chunk.length };`);
    expect(value).toEqual({ stuck: true, isBounded: true, whole: true });
  });

  it('a socket that is reset breaks off at the other side; one that is ended is read to its end', async () => {
    const { value } = await call(`
      const net = require('node:net');
      const server = net.createServer({ allowHalfOpen: true }, (socket) => {
        socket.on('data', (bytes) => {
          if (String(bytes) === 'reset') socket.resetAndDestroy();
        }).on('end', () => socket.end('all of it')).on('error', () => undefined);
      });
      await new Promise((done) => server.listen(7000, done));
      const say = (text, end) => new Promise((done) => {
        let heard = '';
        const socket = net.connect(7000, () => (end ? socket.end(text) : socket.write(text)));
        socket.on('data', (bytes) => { heard += bytes; }).on('error', (error) => done(error.code)).on('end', () => done(heard));
      });
      return [await say('reset', false), await say('bye', true)];`);
    expect(value).toEqual(['ECONNRESET', 'all of it']);
  });

  it('a server listens at a path of the file system of its service', async () => {
    const { value } = await call(`
      const http = require('node:http');
      const server = http.createServer((request, response) => response.end('at ' + request.url));
      await new Promise((done) => server.listen('/tmp/own.sock', done));
      const text = await new Promise((done, failed) => http.get({ socketPath: '/tmp/own.sock', path: '/x' }, (response) => {
        response.setEncoding('utf8').on('data', done);
      }).on('error', failed));
      return [text, server.address()];`);
    expect(value).toEqual(['at /x', '/tmp/own.sock']);
  });

  it('names are looked up through promises made of callbacks, for both families, and through every resolver', async () => {
    const { value, error } = await call(`
      const dns = require('node:dns');
      const { promisify } = require('node:util');
      const code = async (work) => { try { return await work(); } catch (thrown) { return [thrown.code, thrown.syscall, thrown.hostname]; } };
      const address = (await dns.promises.lookup('api.example')).address;
      const resolver = new dns.Resolver();
      resolver.setServers(['192.0.2.1']);
      dns.setServers(['192.0.2.2']);
      const asked = (on, verb, ...args) => new Promise((done) => on[verb](...args, (failed, found) => done(failed ? failed.code : found)));
      return [
        await promisify(dns.lookup)('api.example') ,
        await promisify(dns.lookup)('api.example', { all: true }),
        await promisify(dns.lookupService)(address, 80),
        await promisify(dns.resolve4)('api.example'),
        await code(() => dns.promises.lookup('api.example', { family: 6 })),
        await code(() => dns.promises.lookup('localhost', 6)),
        await asked(dns, 'lookup', 'localhost', 6),
        await dns.promises.resolve('api.example', 'A'),
        await dns.promises.resolve4('api.example', { ttl: true }),
        await asked(resolver, 'resolve4', 'api.example'),
        await asked(resolver, 'reverse', address),
        await asked(dns, 'reverse', '203.0.113.9'),
        await code(() => dns.promises.resolveSrv('billing')),
        resolver.getServers(), dns.getServers(), dns.promises.getServers(),
      ];`);
    expect(error).toBeUndefined();
    const address = '10.1.0.1';
    expect(value).toEqual([
      { address, family: 4 },
      [{ address, family: 4 }],
      { hostname: 'api.example', service: '80' },
      [address],
      ['ENOTFOUND', 'getaddrinfo', 'api.example'],
      { address: '::1', family: 6 },
      '::1',
      [address],
      [{ address, ttl: 60 }],
      [address],
      ['api.example'],
      'ENOTFOUND',
      ['ENODATA', 'querySrv', 'billing'],
      ['192.0.2.1'],
      ['192.0.2.2'],
      ['192.0.2.2'],
    ]);
  });

  it('sockets of classes from before there were classes are sockets, and connect', async () => {
    const { value } = await call(`
      const net = require('node:net');
      function Old() { net.Socket.call(this, { allowHalfOpen: true }); }
      require('node:util').inherits(Old, net.Socket);
      const server = net.createServer((socket) => socket.end('hello'));
      await new Promise((done) => server.listen(0, done));
      const socket = new Old();
      socket.connect(server.address().port);
      let text = '';
      for await (const part of socket) text += part;
      return [text, socket instanceof net.Socket, socket instanceof Old];`);
    expect(value).toEqual(['hello', true, true]);
  });

  it('names are looked up in every form', async () => {
    const { value } = await call(`
      const dns = require('node:dns');
      const resolver = new dns.promises.Resolver();
      resolver.setServers(['192.0.2.1']);
      const [address] = await resolver.resolve4('api.example');
      const called = (work) => new Promise((done) => work((error, found) => done(error ? error.code : found)));
      return [
        address === (await dns.promises.lookup('api.example')).address,
        resolver.getServers(),
        await dns.promises.reverse(address),
        await called((done) => dns.resolve('api.example', 'A', done)),
        await called((done) => dns.resolve6('api.example', done)),
        await called((done) => new dns.Resolver().resolve('api.example', done)),
      ];`);
    expect(value).toEqual([true, ['192.0.2.1'], ['api.example'], ['10.1.0.1'], 'ENODATA', ['10.1.0.1']]);
  });
});
