import { describe, expect, it } from 'vitest';
import { rehearsal } from '../../simulation/rehearsal.ts';
import { written } from '../../support/written-tree.ts';

const { simulate, call } = rehearsal();

const files = {
  'compose.yaml': `
services:
  web:
    build: web
    ports: ["4000:4000"]
    depends_on: [counter]
  counter:
    build: counter
    ports: ["5000:5000"]
  agent:
    image: datadog-agent:7
`,
  'web/package.json': { name: 'web', scripts: { start: 'node main.js' } },
  'web/main.js': `
    const socket = require('node:dgram').createSocket('udp4');
    require('node:http').createServer((request, response) => {
      const host = request.url.slice(1);
      const timer = setTimeout(() => response.end('nothing'), 3000);
      socket.once('message', (bytes, { port }) => {
        clearTimeout(timer);
        response.end(String(bytes) + ' from ' + port);
      });
      const [name, port] = host.split(':');
      socket.send([Buffer.from('hits:'), '1|c'], Number(port), name);
    }).listen(4000);`,
  'counter/package.json': { name: 'counter', scripts: { start: 'node main.js' } },
  'counter/main.js': `
    const socket = require('dgram').createSocket({ type: 'udp4' }, (bytes, { address, port }) => {
      socket.send('got ' + bytes, port, address);
    });
    socket.bind(8125, () => require('http').createServer((_, response) => response.end()).listen(5000));`,
};
const asking = (to: string, faults: object[] = []) =>
  simulate(written(files), {
    world: { faults },
    when: [{ http: { id: 'a', to: 'web', path: `/${to}` } }],
    then: [{ check: 'a.status = 200' }],
  });

describe('datagrams', () => {
  it('reach the service that has bound the port, which answers, and stand in the trace', async () => {
    const tree = written(files);
    const plan = { when: [{ http: { id: 'a', to: 'web', path: '/counter:8125' } }] };
    const [first, second] = [await simulate(tree, plan), await simulate(tree, plan)];
    expect(first.verdict.reason).toBe('The expectation is met.');
    expect(first.results.a).toMatchObject({ body: 'got hits:1|c from 8125' });
    const told = first.trace.events.filter(({ what }) => what.startsWith('UDP'));
    expect(told.map(({ kind, service, what, value }) => [kind, service, what, value?.text])).toEqual([
      ['publish', 'web', 'UDP counter:8125', 'hits:1|c'],
      ['message', 'counter', 'UDP from web', 'hits:1|c'],
      ['publish', 'counter', 'UDP 10.0.0.2:40001', 'got hits:1|c'],
      ['message', 'web', 'UDP from counter', 'got hits:1|c'],
    ]);
    expect(second.trace.hash).toBe(first.trace.hash);
  });

  it.each([
    ['drop:1', 'nothing', 3000],
    ['timeout', 'nothing', 3000],
    ['delay:PT1S', 'got hits:1|c from 8125', 1000],
  ])('suffer the faults of their link: %s', async (what, body, ms) => {
    const { results, verdict } = await asking('counter:8125', [{ on: 'counter', do: what }]);
    expect(verdict.reason).toBe('The expectation is met.');
    expect(results.a).toMatchObject({ body, ms });
  });

  it.each(['agent:9999', 'localhost:12201', 'metrics.example:8125'])(
    'that only report something are taken by nobody, as datagrams are: %s',
    async (to) => {
      const { verdict, results } = await asking(to);
      expect(verdict.outcome).toBe('holds');
      expect(results.a).toMatchObject({ body: 'nothing' });
    },
  );

  it('to anybody else leave the verdict unknown by name', async () => {
    const { verdict } = await asking('time.example:123');
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      reason: expect.stringContaining('time.example on UDP port 123'),
    });
  });

  it('have sockets that behave as those of Node', async () => {
    const { value, error } = await call(`
      const dgram = require('node:dgram');
      const { once } = require('node:events');
      const server = dgram.createSocket('udp4');
      server.bind(7000);
      await once(server, 'listening');
      const client = dgram.createSocket('udp4');
      client.connect(7000, 'localhost');
      await once(client, 'connect');
      const sent = await new Promise((done) => client.send('one two', 4, 3, (failed, bytes) => done(failed ?? bytes)));
      const [bytes, from] = await once(server, 'message');
      const taken = dgram.createSocket('udp4').bind(7000);
      const [failed] = await once(taken, 'error');
      const long = await new Promise((done) => client.send(Buffer.alloc(70000), (failed) => done(failed.code)));
      const code = (work) => { try { return work(); } catch (thrown) { return thrown.code; } };
      const port = client.address().port;
      client.close();
      await once(client, 'close');
      return [String(bytes), sent, from.port === port, from.address, server.address().port, failed.code, long,
        code(() => client.close()), code(() => dgram.createSocket('tcp')), code(() => server.send('x', 0)), server.unref() === server];`);
    expect(error).toBeUndefined();
    expect(value).toEqual([
      ...['two', 3, true, '127.0.0.1', 7000, 'EADDRINUSE', 'EMSGSIZE'],
      ...['ERR_SOCKET_DGRAM_NOT_RUNNING', 'ERR_SOCKET_BAD_TYPE', 'ERR_SOCKET_BAD_PORT', true],
    ]);
  });
});
