import { describe, expect, it } from 'vitest';
import type { Tree } from '../../../src/codebase/tree.ts';
import { rehearsal, withPackages } from '../../simulation/rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 60_000 });
const compose =
  'services: { bus: { image: "rabbitmq:4-management", environment: { RABBITMQ_DEFAULT_USER: app, RABBITMQ_DEFAULT_PASS: secret } } }';

/** A tree with a broker in its world, whose module does what the body says with a channel of amqplib. */
function bus(body: string): Tree {
  return withPackages({
    'compose.yaml': compose,
    'main.js': `
      const amqp = require('amqplib');
      module.exports = async () => {
        const connection = await amqp.connect('amqp://app:secret@bus');
        const channel = await connection.createChannel();
        const next = (queue, options) => new Promise((resolve, reject) => {
          channel.consume(queue, resolve, options).catch(reject);
        });
        const text = (message) => message && message.content.toString();
        ${body}
      };`,
  });
}

async function outcome(body: string, more: object = {}) {
  const { results, verdict, trace } = await simulate(bus(body), {
    when: [{ call: { id: 'p', module: 'main.js' } }],
    ...more,
  });
  return { value: (results.p as { value?: unknown } | undefined)?.value, result: results.p, verdict, trace };
}

describe('a broker of the world', () => {
  it('hands messages from exchanges of every type to the queues that they are for', async () => {
    const { value, result } = await outcome(`
      const got = {};
      const bind = async (name, type, keys, args) => {
        await channel.assertExchange(name, type);
        for (const key of keys) {
          const { queue } = await channel.assertQueue('', { exclusive: true });
          await channel.bindQueue(queue, name, key, args);
          await channel.consume(queue, (message) => { (got[name + ' ' + key] ??= []).push(text(message)); }, { noAck: true });
        }
      };
      await bind('d', 'direct', ['a', 'b']);
      await bind('f', 'fanout', ['', 'x']);
      await bind('t', 'topic', ['order.*', 'order.#', '#.paid', '*.*.*']);
      await bind('h', 'headers', [''], { 'x-match': 'all', kind: 'big', land: 'DE' });
      channel.publish('d', 'a', Buffer.from('1'));
      channel.publish('f', 'whatever', Buffer.from('2'));
      for (const key of ['order.paid', 'order', 'order.line.paid', 'x.y.z']) channel.publish('t', key, Buffer.from(key));
      channel.publish('h', '', Buffer.from('3'), { headers: { kind: 'big', land: 'DE', more: 1 } });
      channel.publish('h', '', Buffer.from('4'), { headers: { kind: 'big' } });
      await new Promise((resolve) => setTimeout(resolve, 10));
      return got;`);
    expect(value, JSON.stringify(result)).toEqual({
      'd a': ['1'],
      'f ': ['2'],
      'f x': ['2'],
      't order.*': ['order.paid'],
      't order.#': ['order.paid', 'order', 'order.line.paid'],
      't #.paid': ['order.paid', 'order.line.paid'],
      't *.*.*': ['order.line.paid', 'x.y.z'],
      'h ': ['3'],
    });
  });

  it('keeps to the window of a consumer, shares out in turn, and puts back what was not settled', async () => {
    const { value } = await outcome(`
      await channel.assertQueue('work');
      const other = await connection.createChannel();
      await channel.prefetch(1);
      const seen = [];
      await channel.consume('work', (message) => seen.push(['a', text(message), message.fields.redelivered]));
      await other.prefetch(2);
      await other.consume('work', (message) => seen.push(['b', text(message), message.fields.redelivered]));
      for (const one of ['1', '2', '3', '4']) channel.sendToQueue('work', Buffer.from(one));
      await new Promise((resolve) => setTimeout(resolve, 10));
      const before = [...seen];
      await other.close();
      await channel.prefetch(0);
      await new Promise((resolve) => setTimeout(resolve, 10));
      return { before, waiting: (await channel.checkQueue('work')).messageCount, after: seen.slice(before.length) };`);
    expect(value).toEqual({
      before: [
        ['a', '1', false],
        ['b', '2', false],
        ['b', '3', false],
      ],
      waiting: 3,
      after: [],
    });
  });

  it('buries what is refused, too old or too much, with the note of how it died', async () => {
    const { value } = await outcome(`
      await channel.assertQueue('dead');
      await channel.assertQueue('live', { arguments: { 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'dead', 'x-message-ttl': 60000, 'x-max-length': 2 } });
      for (const one of ['1', '2', '3']) channel.sendToQueue('live', Buffer.from(one));
      channel.reject(await channel.get('live'), false);
      await new Promise((resolve) => setTimeout(resolve, 61000));
      const dead = [];
      for (let message; (message = await channel.get('dead', { noAck: true })); ) {
        const [death] = message.properties.headers['x-death'];
        dead.push([text(message), death.reason, death.queue, death.count]);
      }
      return dead;`);
    expect(value).toEqual([
      ['1', 'maxlen', 'live', 1],
      ['2', 'rejected', 'live', 1],
      ['3', 'expired', 'live', 1],
    ]);
  });

  it('confirms what is published, returns what nobody gets, and answers as RabbitMQ does to what cannot be', async () => {
    const { value } = await outcome(`
      const said = [];
      const confirming = await connection.createConfirmChannel();
      confirming.on('return', (message) => said.push(['returned', message.fields.replyText, text(message)]));
      confirming.publish('', 'nobody', Buffer.from('lost'), { mandatory: true });
      await confirming.waitForConfirms();
      const attempt = async (work) => {
        const own = await connection.createChannel();
        own.on('error', () => undefined);
        await work(own).catch((error) => said.push([error.code, error.message.replace(/^.*?with message "/, '').slice(0, 90)]));
      };
      await channel.assertQueue('firm', { durable: true });
      await attempt((own) => own.checkQueue('missing'));
      await attempt((own) => own.assertQueue('firm', { durable: false }));
      await attempt((own) => own.bindQueue('firm', 'missing', ''));
      await attempt((own) => own.deleteQueue('firm', { ifEmpty: true, ifUnused: true }).then(() => own.assertExchange('amq.own', 'direct')));
      return said;`);
    expect(value).toEqual([
      ['returned', 'NO_ROUTE', 'lost'],
      [404, expect.stringContaining("NOT_FOUND - no queue 'missing' in vhost '/'")],
      [406, expect.stringContaining("PRECONDITION_FAILED - inequivalent arg 'durable' for queue 'firm'")],
      [404, expect.stringContaining("NOT_FOUND - no exchange 'missing'")],
      [403, expect.stringContaining('ACCESS_REFUSED')],
    ]);
  });

  it('carries messages larger than a frame, and their properties', async () => {
    const { value } = await outcome(`
      await channel.assertQueue('big');
      channel.sendToQueue('big', Buffer.alloc(400000, 7), { correlationId: 'c', headers: { a: [1, { b: true }] }, priority: 3, contentType: 'x/y' });
      const message = await next('big', { noAck: true });
      const { correlationId, headers, priority, contentType } = message.properties;
      return [message.content.length, message.content.every((byte) => byte === 7), correlationId, headers, priority, contentType];`);
    expect(value).toEqual([400_000, true, 'c', { a: [1, { b: true }] }, 3, 'x/y']);
  });

  it('lets nobody in with another password', async () => {
    const tree = withPackages({
      'compose.yaml': compose,
      'main.js': "module.exports = () => require('amqplib').connect('amqp://app:wrong@bus');",
    });
    const { results } = await simulate(tree, { when: [{ call: { id: 'p', module: 'main.js' } }] });
    expect(results.p).toMatchObject({ error: { message: expect.stringMatching(/ACCESS[_-]REFUSED/) } });
  });

  it('answers bytes that are not of its language, whatever they are, and goes on with others', async () => {
    const tree = withPackages({
      'compose.yaml': compose,
      'main.js': `
        const net = require('node:net');
        const hello = Buffer.from('AMQP\\0\\0\\x09\\x01', 'latin1');
        const hostile = [Buffer.from('GET / HTTP/1.1\\r\\n\\r\\n'), Buffer.concat([hello, Buffer.alloc(64, 255)]), Buffer.concat([hello, Buffer.from([1, 0, 0, 0, 0, 0, 4, 0, 10, 0, 11, 206])]), Buffer.concat([hello, Buffer.from([9, 0, 0, 0, 0, 0, 0, 206])]), Buffer.concat([hello, Buffer.from([2, 0, 0, 0, 0, 0, 2, 0, 60, 206])])];
        module.exports = async () => {
          const ends = [];
          for (const bytes of hostile) ends.push(await new Promise((resolve) => {
            const socket = net.connect(5672, 'bus', () => socket.write(bytes));
            socket.on('data', () => undefined).on('close', () => resolve('closed')).on('error', () => undefined);
          }));
          const connection = await require('amqplib').connect('amqp://app:secret@bus');
          await connection.close();
          return ends;
        };`,
    });
    const { results, verdict } = await simulate(tree, { when: [{ call: { id: 'p', module: 'main.js' } }] });
    expect(results.p, verdict.reason).toEqual({ value: Array(5).fill('closed') });
  });

  it('is published to by a plan, tells what it carried in the trace, and is the same in every replay', async () => {
    const body = `
      await channel.assertQueue('invoices');
      await channel.assertExchange('mail', 'topic');
      await channel.bindQueue('invoices', 'mail', 'invoice.*');
      const seen = globalThis.seen ??= [];
      await channel.consume('invoices', (message) => { seen.push(text(message)); channel.ack(message); });
      return seen;`;
    const more = {
      when: [
        { call: { id: 'p', module: 'main.js' } },
        { publish: { queue: 'invoices', message: { id: 1 } } },
        { publish: { queue: 'mail/invoice.sent', message: 'plain' } },
        { call: { id: 'q', module: 'main.js' } },
      ],
      then: [
        { check: 'q.value = ["{\\"id\\":1}", "plain"]' },
        { sql: { store: 'bus', text: 'invoices', check: '$[0].messages = 0' } },
      ],
    };
    const first = await outcome(body, more);
    expect(first.verdict).toMatchObject({ outcome: 'holds' });
    expect(
      first.trace.events
        .filter(({ kind }) => kind === 'publish' || kind === 'message')
        .map(({ service, kind, what }) => [service, kind, what]),
    ).toEqual([
      ['plan', 'publish', 'invoices'],
      ['call', 'message', 'invoices'],
      ['plan', 'publish', 'mail/invoice.sent'],
      ['call', 'message', 'invoices'],
    ]);
    expect((await outcome(body, more)).trace.hash).toBe(first.trace.hash);
  });

  it('says what there is when a plan publishes to a name that nobody has', async () => {
    const { verdict } = await outcome("await channel.assertQueue('here');", {
      when: [{ call: { id: 'p', module: 'main.js' } }, { publish: { queue: 'there', message: 1 } }],
    });
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      code: 'WORLD_UNMODELLED',
      reason: expect.stringMatching(/there.*here/s),
    });
  });
});
