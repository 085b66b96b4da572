import { expect, it } from 'vitest';
import { rehearsal, withPackages } from '../../simulation/rehearsal.ts';

const { simulate } = rehearsal();

const shared = `
  const grpc = require('@grpc/grpc-js');
  const bytes = (value) => Buffer.from(JSON.stringify(value));
  const value = (bytes) => JSON.parse(String(bytes));
  const of = (path, responseStream) => ({
    path, requestStream: false, responseStream,
    requestSerialize: bytes, requestDeserialize: value, responseSerialize: bytes, responseDeserialize: value,
  });
  const Rates = { get: of('/Rates/Get', false), watch: of('/Rates/Watch', true) };
`;
const compose = `
services:
  web:
    build: web
    ports: ["4000:4000"]
    depends_on: [rates]
  rates:
    build: rates
    ports: ["50051:50051"]
`;

const services = () =>
  withPackages({
    'compose.yaml': compose,
    'web/package.json': { name: 'web', scripts: { start: 'node main.js' } },
    'web/main.js': `${shared}
      const Client = grpc.makeGenericClientConstructor(Rates, 'Rates');
      const client = new Client('rates:50051', grpc.credentials.createInsecure());
      const get = (currency) => new Promise((done) => client.get({ currency }, { deadline: Date.now() + 5000 }, (error, answer) => done(error ? { code: error.code, details: error.details } : answer)));
      require('node:http').createServer(async (request, response) => {
        const watched = [];
        for await (const one of client.watch({ currency: 'EUR' })) watched.push(one.rate);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify([await get('EUR'), await get('XXX'), watched]));
      }).listen(4000);`,
    'rates/package.json': { name: 'rates', scripts: { start: 'node main.js' } },
    'rates/main.js': `${shared}
      const server = new grpc.Server();
      server.addService(Rates, {
        get(call, done) {
          if (call.request.currency === 'EUR') done(null, { rate: 1.25 });
          else done({ code: grpc.status.NOT_FOUND, details: 'no such currency' });
        },
        watch(call) {
          for (const rate of [1, 2, 3]) call.write({ rate });
          call.end();
        },
      });
      server.bindAsync('0.0.0.0:50051', grpc.ServerCredentials.createInsecure(), (error) => { if (error) throw error; });`,
  });

it('gRPC services call each other: one answer, a stream of answers, and an error with its code', async () => {
  const tree = services();
  const plan = {
    when: [{ http: { id: 'a', to: 'web', path: '/' } }],
    then: [{ check: 'a.status = 200' }, { sent: { to: 'rates', on: 'POST /Rates/Get', times: 2 } }],
  };
  const [first, second] = [await simulate(tree, plan), await simulate(tree, plan)];
  expect(first.verdict).toMatchObject({ outcome: 'holds' });
  expect(first.results.a).toMatchObject({
    body: [{ rate: 1.25 }, { code: 5, details: 'no such currency' }, [1, 2, 3]],
  });
  expect(first.trace.events).toContainEqual(
    expect.objectContaining({ service: 'web', kind: 'request', what: 'POST http://rates:50051/Rates/Get' }),
  );
  const missed = first.trace.events.find(({ value }) => value?.text === 'grpc-status 5 no such currency');
  expect(missed).toMatchObject({ kind: 'response', service: 'rates', what: '200' });
  expect(second.trace.hash).toBe(first.trace.hash);
});

it('gRPC calls suffer a fault one by one', async () => {
  const { results } = await simulate(services(), {
    world: { faults: [{ on: 'rates/Rates/Get', nth: 1, do: 'status:503' }] },
    when: [{ http: { id: 'a', to: 'web', path: '/' } }],
  });
  const unavailable = { code: 14, details: expect.stringContaining('503') };
  expect(results.a).toMatchObject({ body: [unavailable, { code: 5, details: 'no such currency' }, [1, 2, 3]] });
});
