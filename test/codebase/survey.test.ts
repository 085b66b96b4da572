import { describe, expect, it } from 'vitest';
import { survey } from '../../src/codebase/read-survey.ts';
import { written } from '../support/written-tree.ts';

const exported = async (files: Record<string, string>) =>
  (await survey(written(files))).exports.map(
    ({ module, export: name, kind, parameters, defined }) =>
      `${module}#${name ?? ''} ${kind}(${parameters})${defined ? ` = ${defined.module}#${defined.export ?? ''}` : ''}`,
  );

describe('exports', () => {
  it('of CommonJS are followed through the modules that only hand them on', async () => {
    expect(
      await exported({
        'index.js': `
          const inc = require('./functions/inc');
          const { clean } = require('./functions/clean');
          module.exports = { inc, clean, valid: require('./functions/valid'), get Range() { return require('./range') }, SPEC: '2' };`,
        'functions/inc.js':
          'const inc = (version, release) => 1;\nmodule.exports = inc;\nmodule.exports.twice = (v) => v;',
        'functions/clean.js': 'exports.clean = function (version, { loose }) {};',
        'functions/valid.js': 'module.exports = function valid(v, ...rest) {};',
        'range.js': 'class Range { constructor(range, options = {}) {} test(v) {} }\nmodule.exports = Range;',
      }),
    ).toEqual([
      'functions/clean.js#clean function(version,{})',
      'functions/inc.js# function(version,release)',
      'functions/inc.js#twice function(v)',
      'functions/valid.js# function(v,...rest)',
      'index.js#inc function(version,release) = functions/inc.js#',
      'index.js#clean function(version,{}) = functions/clean.js#clean',
      'index.js#valid function(v,...rest) = functions/valid.js#',
      'index.js#Range class(range,options) = range.js#',
      'index.js#SPEC value()',
      'range.js# class(range,options)',
    ]);
  });

  it('of ECMAScript modules are followed through lists, stars and new names, types left out', async () => {
    expect(
      await exported({
        'package.json': '{ "type": "module" }',
        'src/index.ts':
          "export * from './money.ts';\nexport { total as sum } from './cart.js';\nexport * as tax from './tax';\nexport type { X } from './money.ts';",
        'src/money.ts':
          'export interface X {}\nexport const round = (cents: number): number => cents;\nexport default class Money {}',
        'src/cart.ts':
          "import { round as r } from './money.ts';\nexport function total(lines: number[]) {}\nexport { r as rounded };",
        'src/tax.ts': 'const vat = async (net: number) => net;\nexport { vat };',
      }),
    ).toEqual([
      'src/cart.ts#total function(lines)',
      'src/cart.ts#rounded function(cents) = src/money.ts#round',
      'src/index.ts#sum function(lines) = src/cart.ts#total',
      'src/index.ts#tax value()',
      'src/index.ts#round function(cents) = src/money.ts#round',
      'src/money.ts#round function(cents)',
      'src/money.ts#default class()',
      'src/tax.ts#vat function(net)',
    ]);
  });

  it('of an old script are read, though it could not be a module', async () => {
    expect(await exported({ 'old.js': 'var yes = 010; with (Math) {}\nexports.old = function (a) {};' })).toEqual([
      'old.js#old function(a)',
    ]);
  });

  it('leave out tests, what is installed or built, and files that do not parse', async () => {
    expect(
      await exported({
        'a.js': 'exports.a = () => 1',
        'a.test.js': 'exports.t = () => 1',
        'test/b.js': 'exports.b = () => 1',
        'node_modules/x/index.js': 'exports.x = () => 1',
        'dist/a.js': 'exports.d = () => 1',
        'broken.js': 'exports.b = ((',
      }),
    ).toEqual(['a.js#a function()']);
  });

  it('that go round in a circle end', async () => {
    expect(
      await exported({
        'a.js': "export * from './b.js'",
        'b.js': "export * from './a.js'\nexport { x } from './a.js'",
      }),
    ).toEqual(['a.js#x value() = b.js#x', 'b.js#x value()']);
  });
});

it('packages lead to the source that their names mean', async () => {
  const { packages } = await survey(
    written({
      'package.json': { name: 'root', main: './lib' },
      'lib/index.js': '',
      'packages/a/package.json': {
        name: '@x/a',
        main: './dist/index.js',
        exports: { '.': { types: './t.d.ts', import: './dist/index.js' }, './utils': './src/utils.ts' },
      },
      'packages/a/src/index.ts': '',
      'packages/a/src/utils.ts': '',
      'broken/package.json': '{',
    }),
  );
  expect(packages).toEqual([
    { name: 'root', folder: '', main: 'lib/index.js' },
    {
      name: '@x/a',
      folder: 'packages/a',
      main: 'packages/a/src/index.ts',
      subpaths: { './utils': 'packages/a/src/utils.ts' },
    },
  ]);
});

describe('routes', () => {
  const routes = async (files: Record<string, string>) =>
    (await survey(written(files))).routes.map(({ method, path, file, line }) => `${method} ${path} ${file}:${line}`);

  it('of Express stand under the prefixes that they are mounted at', async () => {
    expect(
      await routes({
        'app.js': `const express = require('express');
const app = express();
app.get('/health', (q, s) => s.end());
app.use('/v1', require('./orders'));
app.get('setting');
axios.get('/elsewhere', { headers });`,
        'orders.js': `const { Router } = require('express');
const router = Router();
router.route('/orders/:id').get(read).delete(remove);
router.use('/deep', nested);
const nested = Router();
nested.post('/x', (q, s) => 1);
module.exports = router;`,
      }),
    ).toEqual([
      'GET /health app.js:3',
      'DELETE /v1/orders/:id orders.js:3',
      'GET /v1/orders/:id orders.js:3',
      'POST /v1/deep/x orders.js:6',
    ]);
  });

  it('of Fastify plugins, Hono, Koa and NestJS are read too', async () => {
    expect(
      await routes({
        'fastify.ts':
          "import f from 'fastify';\nimport users from './users.ts';\nconst app = f();\nconst api = fastify();\napi.register(users, { prefix: '/users' });\napi.route({ method: 'PUT', url: '/x', handler });",
        'users.ts': 'export default async function (app) {\n  app.get("/:id", async () => 1);\n}',
        'hono.ts':
          "const app = new Hono().basePath('/api');\napp.get('/y', (c) => c.text('y')).post('/z', (c) => c.text('z'));",
        'koa.js': "const router = new Router({ prefix: '/koa' });\nrouter.get('/a', async (ctx) => {});",
        'nest.ts': "@Controller('cats')\nexport class Cats {\n  @Get(':id') one() {}\n  @Post() make() {}\n}",
      }),
    ).toEqual([
      'PUT /x fastify.ts:6',
      'POST /api/z hono.ts:2',
      'GET /api/y hono.ts:2',
      'GET /koa/a koa.js:2',
      'GET /cats/:id nest.ts:3',
      'POST /cats nest.ts:4',
      'GET /users/:id users.ts:2',
    ]);
  });
});

it('tables, environment and flags are found where they stand', async () => {
  const found = await survey(
    written({
      'db/1.sql':
        '-- create table no (x int);\ncreate table if not exists "app"."orders" (\n  id serial primary key,\n  total numeric(10, 2) default 0,\n  constraint c check (total > 0)\n);',
      'db/2.sql': 'alter table orders add column "paidAt" timestamptz, add constraint x unique (id);',
      'src/a.js':
        "const { PORT, HOST: host } = process.env;\nconst url = process.env['DATABASE_URL'];\nif (flags.isEnabled('new-tax')) process.env.PORT;",
    }),
  );
  expect(found.tables).toEqual([{ name: 'orders', columns: ['id', 'total', 'paidAt'], file: 'db/1.sql', line: 2 }]);
  expect(found.environment.map(({ name, line }) => [name, line])).toEqual([
    ['PORT', 1],
    ['HOST', 1],
    ['DATABASE_URL', 2],
  ]);
  expect(found.flags).toEqual([{ name: 'new-tax', file: 'src/a.js', line: 3 }]);
});
