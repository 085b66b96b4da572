import { expect, it } from 'vitest';
import { rehearsal, withPackages } from './rehearsal.ts';

const { simulate } = rehearsal({ memoryMb: 512, timeoutMs: 100_000 });

const server = `
  const pg = require('pg');
  const at = (database) => new pg.Pool({ host: 'db', user: 'shop', password: 'pw', database });
  const [shop, orders] = [at('shop'), at('orders')];
  require('node:http').createServer(async (request, response) => {
    const { rows: [{ n }] } = await orders.query('insert into placed (item) select name from stock returning (select count(*)::int from stock) as n');
    await shop.query('insert into seen (n) values ($1)', [n]);
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ n }));
  }).listen(3000);`;
const application = () =>
  withPackages({
    'package.json': { name: 'app', scripts: { start: 'node server.js' } },
    'server.js': server,
    'compose.yaml': {
      services: {
        app: { build: '.', ports: ['3000'], depends_on: ['db'] },
        db: {
          image: 'postgres:18',
          environment: { POSTGRES_USER: 'shop', POSTGRES_PASSWORD: 'pw', POSTGRES_DB: 'shop' },
          volumes: ['./init:/docker-entrypoint-initdb.d'],
        },
      },
    },
    'init/1.sql': `create table seen (n int);
create database orders;
\\connect orders
create table stock (name text);
create table placed (item text);
`,
  });
const stock = { rows: { store: 'postgres/orders', table: 'stock', rows: [{ name: 'pen' }] } };
const when = [{ http: { id: 'place', to: 'app', method: 'POST', path: '/' } }];

it('a plan fills and looks into any database of a store', async () => {
  const { verdict } = await simulate(application(), {
    given: [stock, { sql: { store: 'db/orders', text: `insert into stock values ('ink')` } }],
    when,
    then: [
      { check: 'place.body.n = 2' },
      { sql: { store: 'postgres/orders', text: 'select item from placed', check: '$join(item, ",") = "pen,ink"' } },
      { sql: { store: 'postgres', text: 'select n from seen', check: '$[0].n = 2' } },
      { sql: { store: 'db/shop', text: 'select n from seen', check: '$count($) = 1' } },
    ],
  });
  expect(verdict).toMatchObject({ outcome: 'holds', reason: 'All 4 expectations are met.' });
}, 300_000);

it('a database or store that is not there leaves the verdict unknown, with the names there are', async () => {
  const rows = { ...stock.rows, store: 'postgres/order' };
  const filled = await simulate(application(), { given: [{ rows }], when });
  expect(filled.verdict).toMatchObject({ outcome: 'unknown', code: 'WORLD_UNMODELLED' });
  expect(filled.verdict.reason).toMatch(/a database "order" in the store \S+.*shop; postgres; orders/);
  const asked = await simulate(application(), {
    when,
    given: [stock],
    then: [{ sql: { store: 'redis/orders', text: 'select 1', check: 'true' } }],
  });
  expect(asked.verdict).toMatchObject({ outcome: 'unknown', code: 'WORLD_UNMODELLED' });
}, 300_000);
