import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { discover } from '../../src/world/discover.ts';
import { written } from '../support/written-tree.ts';

const shop = { id: 'shop', path: path.resolve(import.meta.dirname, '../fixtures/worlds/compose') };

describe('a repository with a compose file', () => {
  it('tells code, modelled stores and what is not modelled apart', async () => {
    const world = await discover(shop);
    expect(world.services.map((service) => service.name)).toEqual(['billing', 'notifications', 'web']);
    expect(world.stores.map((store) => [store.name, store.kind])).toEqual([
      ['db', 'postgres'],
      ['redis', 'redis'],
      ['mail', 'smtp'],
    ]);
    expect(world.unmodelled.map((one) => [one.name, one.image, one.ports])).toEqual([
      ['legacy', 'built from ./services/legacy', []],
    ]);
  });

  it('follows npm start to the file that Node is given, and keeps its arguments', async () => {
    const [billing] = (await discover(shop)).services;
    expect(billing).toMatchObject({
      folder: 'services/billing',
      entry: 'services/billing/src/server.ts',
      args: ['--fast'],
      ports: [3000],
      hosts: ['billing', 'shop-billing', 'invoices'],
      needs: ['db'],
      from: 'compose.yaml:19',
    });
  });

  it('fills variables as compose does, over the defaults of the example environment', async () => {
    const [billing, notifications] = (await discover(shop)).services;
    expect(billing?.environment).toEqual({
      FX_ROUNDING: 'half-up',
      NODE_ENV: 'production',
      LOG_LEVEL: 'debug',
      REDIS_URL: 'redis://redis:6379',
      DATABASE_URL: 'postgres://shop:secret@db:5432/shop',
      PRICE: '$5',
      EMPTY: '',
    });
    expect(notifications).toMatchObject({
      entry: 'services/notifications/worker.ts',
      args: ['--once'],
      environment: { QUEUE: 'invoices', MODE: 'a=b', LOG_LEVEL: 'debug' },
      ports: [],
      needs: ['redis'],
    });
  });

  it('reads the last stage of a Dockerfile and finds the source of a built file', async () => {
    const web = (await discover(shop)).services[2];
    expect(web).toMatchObject({
      folder: 'services/web',
      entry: 'services/web/src/main.ts',
      ports: [8000, 8001],
      environment: { NODE_ENV: 'production', THEME: 'dark blue' },
    });
  });

  it('orders migrations by number, without those that undo, after the scripts mounted for the first start', async () => {
    const [db, redis] = (await discover(shop)).stores;
    expect(db).toMatchObject({ port: 5432, database: 'shop', user: 'shop', password: 'secret', hosts: ['db'] });
    expect(db?.migrations).toEqual([
      'db/init/00.sql',
      'services/billing/migrations/2_customers.sql',
      'services/billing/migrations/10_schema.sql',
    ]);
    expect(redis).toMatchObject({ port: 6379, password: 'hush' });
  });

  it('reads flags with their defaults', async () => {
    expect((await discover(shop)).flags).toEqual({
      file: 'config/flags.json',
      values: { 'new-proration': false, tax: true },
    });
  });
});

describe('a repository without a compose file', () => {
  it('takes each workspace with a start script as a service, and the stores its environment names', async () => {
    const tree = written({
      'package.json': { workspaces: ['packages/*'] },
      'packages/api/package.json': { name: '@x/api', scripts: { start: 'node --import tsx src/index.ts' } },
      'packages/api/src/index.ts': '',
      'packages/api/.env.example': 'PORT=4000\nDATABASE_URL=postgres://me:pw@localhost:5433/app\n',
      'packages/api/migrations/001.sql': 'select 1',
      'packages/shared/package.json': { name: '@x/shared', main: 'index.js' },
    });
    const world = await discover(tree);
    expect(world.services).toMatchObject([{ name: 'api', entry: 'packages/api/src/index.ts', ports: [4000] }]);
    expect(world.stores).toMatchObject([
      {
        kind: 'postgres',
        hosts: ['localhost', '127.0.0.1'],
        port: 5433,
        database: 'app',
        migrations: ['packages/api/migrations/001.sql'],
      },
    ]);
  });

  it('reads a Procfile', async () => {
    const tree = written({
      Procfile: 'release: node migrate.js\nweb: node web.js\nworker: node work.js --all',
      'web.js': '',
      'work.js': '',
    });
    const { services } = await discover(tree);
    expect(services.map(({ name, entry, args, from }) => [name, entry, args, from])).toEqual([
      ['web', 'web.js', [], 'Procfile:2'],
      ['worker', 'work.js', ['--all'], 'Procfile:3'],
    ]);
  });

  it('gives a library an empty world', async () => {
    const tree = written({
      'package.json': { name: 'lib', main: 'index.js', scripts: { test: 'tap' } },
      'index.js': '',
    });
    expect(await discover(tree)).toEqual({ services: [], stores: [], unmodelled: [], flags: null });
  });
});

describe('a repository in which Node could run nothing', () => {
  it('is named as such, not taken for a library', async () => {
    await expect(discover(written({ 'main.py': 'print(1)\n' }))).rejects.toMatchObject({ code: 'REPOSITORY_FOREIGN' });
    expect((await discover(written({ 'index.js': '' }))).services).toEqual([]);
  });
});

describe('rehearse.yaml', () => {
  it('changes, adds and removes what was discovered', async () => {
    const tree = written({
      'compose.yaml': 'services:\n  a: { build: ./a }\n  b: { build: ./b }\n  db: { image: postgres }\n',
      'a/package.json': { scripts: { start: 'node a.js' } },
      'a/a.js': '',
      'b/package.json': { scripts: { start: 'node b.js' } },
      'b/b.js': '',
      'setup/1.sql': 'select 1',
      'rehearse.yaml':
        'services:\n  a: { environment: { X: 1 }, ports: [9] }\n  b: false\n  c: { entry: a/a.js }\nstores:\n  db: { migrations: [setup] }\n',
    });
    const world = await discover(tree);
    expect(
      world.services.map(({ name, entry, ports, environment, from }) => [name, entry, ports, environment, from]),
    ).toEqual([
      ['a', 'a/a.js', [9], { X: '1' }, 'rehearse.yaml:2'],
      ['c', 'a/a.js', [], {}, 'rehearse.yaml:4'],
    ]);
    expect(world.stores[0]?.migrations).toEqual(['setup/1.sql']);
  });

  it.each([
    ['an unknown field', 'services:\n  a:\n    entry: a.js\n    colour: red\n', 'rehearse.yaml:2'],
    ['a file that is not there', 'services:\n  a:\n    entry: none.js\n', 'rehearse.yaml:2'],
    ['a port that is none', 'stores:\n  db:\n    kind: redis\n    port: 70000\n', 'rehearse.yaml:4'],
  ])('with %s is refused with its line', async (_, text, where) => {
    await expect(discover(written({ 'rehearse.yaml': text }))).rejects.toMatchObject({
      code: 'WORLD_INVALID',
      facts: { where },
    });
  });
});
