import { symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { compilerOf } from '../../../src/simulation/source/tsconfig.ts';
import { written } from '../../support/written-tree.ts';
import { rehearsal } from '../rehearsal.ts';

const { simulate } = rehearsal();

type Files = Record<string, string | object>;

async function gives(files: Files, module: string, name: string | null = 'default'): Promise<unknown> {
  const tree = written(files);
  const { results, verdict } = await simulate(tree, { when: [{ call: { id: 'p', module, export: name } }] });
  const result = results.p as { value?: unknown; error?: object } | undefined;
  if (!result || result.error) throw new Error(JSON.stringify(result ?? verdict));
  return result.value;
}

const commonjs = { compilerOptions: { module: 'commonjs', esModuleInterop: true } };
const modern = { compilerOptions: { module: 'nodenext', target: 'es2023' } };
const esm = { type: 'module' };

describe('modules', () => {
  it.each<[what: string, files: Files, module: string, value: unknown]>([
    [
      'TypeScript for CommonJS: its names, its cycles, its live bindings',
      {
        'tsconfig.json': commonjs,
        'a.ts': `import fs, { existsSync } from 'fs'; import * as path from 'node:path'; import { b, grow, size } from './b'; import K = require('./k');
          export class A { static of = 'A'; } export const late = () => b();
          export default function main() { grow(); const { size: own } = { size }; return [typeof require, __filename.endsWith('a.ts'), typeof fs.readFileSync === typeof existsSync, path.posix.sep, late(), own, new K().name, module.exports.A === A]; }`,
        'b.ts': `import { A } from './a'; export const b = () => A.of; export let size = 1; export function grow() { size++; }`,
        'k.ts': `class K { name = 'K' } export = K;`,
      },
      'a.ts',
      ['function', true, true, '/', 'A', 2, 'K', true],
    ],
    [
      'enums, namespaces, constant enums of other files, and types that vanish',
      {
        'tsconfig.json': commonjs,
        'a.ts': `import { Level, N, type Shape, Only } from './b'; const s: Shape & Only = {}; export default () => [Level.High, N.deep.q, Object.keys(s)];`,
        'b.ts': `export const enum Level { Low = 1, High = Low << 2 } export namespace N { export namespace deep { export const q = 3 } } export interface Shape {} export type Only = object;`,
      },
      'a.ts',
      [4, 3, []],
    ],
    [
      'packages compiled from ES modules, and others, under both',
      {
        'tsconfig.json': commonjs,
        'node_modules/old/package.json': { name: 'old', main: 'i.js' },
        'node_modules/old/i.js':
          'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = "d"; const make = () => { exports.late = "l" }; make();',
        'node_modules/plain/package.json': { name: 'plain', main: 'i.js' },
        'node_modules/plain/i.js': 'module.exports = () => "p"; module.exports.part = "q";',
        'a.ts': `import d, { late } from 'old'; import plain, { part } from 'plain'; import * as all from 'plain'; export default async () => [d, late, plain(), part, all.part, (await import('old')).default];`,
      },
      'a.ts',
      ['d', 'l', 'p', 'q', 'q', 'd'],
    ],
    [
      'a namespace that is called, as without esModuleInterop',
      {
        'tsconfig.json': { compilerOptions: { module: 'commonjs' } },
        'node_modules/plain/package.json': { name: 'plain', main: 'i.js' },
        'node_modules/plain/i.js': 'module.exports = () => "p";',
        'a.ts': `import * as plain from 'plain'; import own from './b'; export default () => (plain as any)() + own;`,
        'b.ts': `export default 'b';`,
      },
      'a.ts',
      'pb',
    ],
    [
      'ES modules in TypeScript, at their address, waiting at the top',
      {
        'package.json': esm,
        'tsconfig.json': modern,
        'a.ts': `import { readFile } from 'node:fs/promises'; import json from './j.json' with { type: 'json' }; import { c } from './c.cjs'; import { m } from './m.mjs';
          const text = await readFile(new URL('./j.json', import.meta.url), 'utf8'); export default () => [json.j, text.length > 5, import.meta.dirname.length > 1, import.meta.filename.endsWith('a.ts'), c, m, typeof (globalThis as any).require];`,
        'c.cts': `import { sep } from 'path'; import m = require('node:path'); export const c = sep + m.sep;`,
        'm.mts': `export const m: number = await Promise.resolve(1);`,
        'j.json': { j: 1 },
      },
      'a.ts',
      [1, true, true, true, '//', 1, 'undefined'],
    ],
    [
      'JSON, however it is asked for',
      {
        'tsconfig.json': { compilerOptions: { module: 'commonjs', resolveJsonModule: true, esModuleInterop: true } },
        'a.ts': `import j from './j.json'; import * as k from './j.json'; const l = require('./j.json'); const m = require('./j'); export default () => [j.j, (k as any).j, l.j, m.j];`,
        'j.json': { j: 1 },
      },
      'a.ts',
      [1, 1, 1, 1],
    ],
    [
      'JSON in an ES module without saying so, as bundlers and tsx take it',
      { 'package.json': esm, 'a.ts': `import j from './j.json'; export default () => j.j;`, 'j.json': { j: 1 } },
      'a.ts',
      1,
    ],
    [
      'cycles of require, half of one seen',
      {
        'a.js': `exports.first = 1; const b = require('./b'); exports.default = () => [b.seen, b.now(), require.cache[__filename] === module, require.main === module]; exports.second = 2;`,
        'b.js': `const a = require('./a'); exports.seen = Object.keys(a).length; exports.now = () => Object.keys(a).length;`,
      },
      'a.js',
      [1, 3, true, false],
    ],
    [
      'paths of tsconfig, inherited from a package and for each folder its own',
      {
        'tsconfig.json': { extends: './configs/base.json' },
        'configs/base.json': { compilerOptions: { module: 'commonjs', baseUrl: '..', paths: { '@/*': ['src/*'] } } },
        'src/app.ts': `import { x } from '@/lib/x'; import { y } from '../packages/p/src/main'; import { z } from 'src/lib/z'; export default () => [x, y, z];`,
        'src/lib/x.ts': `export const x = 'root';`,
        'src/lib/z.ts': `export const z = 'base';`,
        'packages/p/tsconfig.json': { references: [{ path: './tsconfig.app.json' }], files: [] },
        'packages/p/tsconfig.app.json': {
          extends: ['@acme/config/base.json'],
          compilerOptions: { paths: { '@/*': ['./src/*'] } },
        },
        'node_modules/@acme/config/package.json': { name: '@acme/config' },
        'node_modules/@acme/config/base.json': { compilerOptions: { module: 'commonjs' } },
        'packages/p/src/main.ts': `import { x } from '@/lib/x'; export const y = x;`,
        'packages/p/src/lib/x.ts': `export const x = 'own';`,
      },
      'src/app.ts',
      ['root', 'own', 'base'],
    ],
    [
      'packages of the repository by their name, and names of their own, not built yet',
      {
        'package.json': { name: 'root', imports: { '#env': './dist/env.js', '#lib/*': './src/lib/*.ts' } },
        'tsconfig.json': commonjs,
        'src/app.ts': `import { shared } from '@acme/shared'; import { deep } from '@acme/shared/deep'; import { env } from '#env'; import { q } from '#lib/q'; export default () => [shared, deep, env, q];`,
        'src/env.ts': `export const env = 'e';`,
        'src/lib/q.ts': `export const q = 'q';`,
        'packages/shared/package.json': {
          name: '@acme/shared',
          exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' }, './*': './dist/*.js' },
        },
        'packages/shared/src/index.ts': `export const shared: string = 's';`,
        'packages/shared/src/deep.ts': `export const deep: string = 'd';`,
        'node_modules/@acme/shared': { $link: '../../packages/shared' },
      },
      'src/app.ts',
      ['s', 'd', 'e', 'q'],
    ],
    [
      'JavaScript with import that Babel would compile',
      {
        'package.json': { devDependencies: { '@babel/node': '7' } },
        'a.js': `import { b } from './b'; export default () => [b, typeof __dirname];`,
        'b.js': `export const b = 1;`,
      },
      'a.js',
      [1, 'string'],
    ],
    [
      'JSX of another maker',
      {
        'tsconfig.json': {
          compilerOptions: { module: 'commonjs', jsx: 'react', jsxFactory: 'h', jsxFragmentFactory: 'F' },
        },
        'a.tsx': `const h = (tag: unknown, props: object | null, ...children: unknown[]) => [tag, props, ...children]; const F = 'F'; export default () => <><b a="1">x</b></>;`,
      },
      'a.tsx',
      ['F', null, ['b', { a: '1' }, 'x']],
    ],
  ])('load as they do elsewhere: %s', async (_, files, module, value) => {
    expect(await gives(files, module)).toEqual(value);
  });

  it('export as a whole what they export by default, compiled or not', async () => {
    const files = { 'tsconfig.json': commonjs, 'a.ts': 'export default () => 1; export const other = 2;' };
    expect(await gives(files, 'a.ts', null)).toBe(1);
  });

  it('are missed like any other where the repository keeps what lies there', async () => {
    const files = {
      '.gitignore': '/*\n!/src/\n',
      'src/a.js': `module.exports = () => require('./gone');`,
    };
    const when = [{ call: { id: 'p', module: 'src/a.js' } }];
    const then = [{ check: 'p.error.code = "MODULE_NOT_FOUND"' }];
    const { verdict } = await simulate(written(files), { when, then });
    expect(verdict).toMatchObject({ outcome: 'holds' });
  });

  it.each<[what: string, files: Files, told: RegExp]>([
    [
      'that the repository does not keep',
      {
        '.gitignore': '# made\n/src/routes.ts\n',
        'package.json': { scripts: { start: 'node src/a.ts', 'routes:make': 'tsoa spec-and-routes' } },
        'src/a.ts': `import { routes } from './routes'; export default () => routes;`,
      },
      /src\/routes, which `npm run routes:make` makes/,
    ],
    [
      'whose name says so',
      {
        'package.json': { scripts: { build: 'buf build' } },
        'src/a.ts': `import { Order } from '../generated/order_pb.js'; export default () => Order;`,
      },
      /generated\/order_pb\.js, which `npm run build` makes/,
    ],
  ])('leave the verdict unknown for want of a file %s, by its name', async (_, files, told) => {
    const { verdict } = await simulate(written(files), { when: [{ call: { id: 'p', module: 'src/a.ts' } }] });
    expect(verdict).toMatchObject({
      outcome: 'unknown',
      code: 'WORLD_UNMODELLED',
      reason: expect.stringMatching(told),
    });
  });
});

it('a settings file that is a link to a device, or far too large, is passed over', () => {
  const tree = written({
    'main.js': 'module.exports = () => 1;',
    'big/tsconfig.json': `{"a":"${'x'.repeat(2 << 20)}"}`,
  });
  symlinkSync('/dev/zero', path.join(tree.path, 'tsconfig.json'));
  expect(compilerOf(path.join(tree.path, 'tsconfig.json'), tree.path)).toEqual({});
  expect(compilerOf(path.join(tree.path, 'big/tsconfig.json'), tree.path)).toEqual({});
});
