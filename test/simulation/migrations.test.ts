import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { discover } from '../../src/world/discover.ts';
import { ormApplication } from '../support/orm-application.ts';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { simulate } = rehearsal({ timeoutMs: 40_000, memoryMb: 512 });
const look = (to: string) => ({ when: [{ http: { id: 'look', to, method: 'GET', path: '/orders' } }] });
const orders = {
  then: [{ sql: { store: 'postgres', text: 'select count(*)::int as n from orders', check: '$[0].n = 0' } }],
};
const environment = 'PORT=3000\nDATABASE_URL=postgres://shop:secret@localhost:5432/shop\n';
const server = `require('node:http').createServer((_, response) => response.end('{}')).listen(3000);`;

it('a migration in code that throws leaves the verdict unknown, with the tool and what it said', async () => {
  const tree = await ormApplication('knex');
  writeFileSync(
    path.join(tree.path, 'migrations/20240102000000_next.js'),
    `exports.up = () => { throw new Error('no such colour'); };\nexports.down = () => {};\n`,
  );
  const { verdict } = await simulate(tree, { ...orders, ...look('knex') });
  expect(verdict).toMatchObject({ outcome: 'unknown', code: 'MIGRATION_FAILED' });
  expect(verdict.reason).toContain('tool: knex');
  expect(verdict.reason).toContain('no such colour');
});

it('a data source that finds no migration is not taken for an empty schema', async () => {
  const tree = await ormApplication('typeorm');
  const source = `import 'reflect-metadata';\nimport { DataSource } from 'typeorm';\nexport default new DataSource({ type: 'postgres', url: process.env.DATABASE_URL, migrations: ['dist/none/*.js'] });\n`;
  writeFileSync(path.join(tree.path, 'src/data-source.ts'), source);
  const { verdict } = await simulate(tree, { ...orders, ...look('typeorm') });
  expect(verdict.code).toBe('MIGRATION_FAILED');
  expect(verdict.reason).toContain('finds no migration');
});

it('a tool that is not understood is named, and nothing is held for true', async () => {
  const tree = written({
    'package.json': { name: 'shop', scripts: { start: 'node server.js', 'db:migrate': 'prisma db push' } },
    '.env.example': environment,
    'server.js': server,
  });
  const { verdict } = await simulate(tree, look('shop'));
  expect(verdict).toMatchObject({ outcome: 'unknown', code: 'WORLD_UNMODELLED' });
  expect(verdict.reason).toContain('prisma db push');
});

it('a script of the repository that migrates is run as it is, and discovery says so', async () => {
  const tree = await ormApplication('sequelize');
  const manifest = {
    name: 'shop',
    scripts: { start: 'node server.js', migrate: 'node scripts/migrate.js' },
    dependencies: { pg: '*' },
  };
  writeFileSync(path.join(tree.path, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(tree.path, 'server.js'), server);
  const script = `const { Client } = require('pg');
    const client = new Client(process.env.DATABASE_URL);
    client.connect().then(() => client.query('create table orders (id int)')).then(() => client.end());`;
  mkdirSync(path.join(tree.path, 'scripts'));
  writeFileSync(path.join(tree.path, 'scripts/migrate.js'), script);
  rmSync(path.join(tree.path, '.sequelizerc'));
  expect((await discover(tree)).migrations).toMatchObject([{ tool: 'script', config: 'scripts/migrate.js' }]);
  expect((await simulate(tree, { ...orders, ...look('shop') })).verdict).toMatchObject({ outcome: 'holds' });
});
