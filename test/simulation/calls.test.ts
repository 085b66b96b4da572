import { describe, expect, it } from 'vitest';
import { written } from '../support/written-tree.ts';
import { rehearsal } from './rehearsal.ts';

const { call, simulate } = rehearsal();

describe('a call', () => {
  it('gives tagged values to the code and gets them back', async () => {
    const args = [
      { $date: '2020-02-03T04:05:06.000Z' },
      { $bigint: '9' },
      { $undefined: true },
      { $bytes: 'AQI=' },
      { $js: 'x => x + 1' },
      { $map: [[1, { $bigint: '2' }]] },
      { $number: 'NaN' },
      { $regexp: '/a/gi' },
      { a: [null, { $set: [1] }] },
    ];
    const { value } = await call(
      'return [args, args[4](1), args[0] instanceof Date, args[3] instanceof Uint8Array, args[7].test("A"), args[5].get(1) === 2n]',
      ...args,
    );
    const back = args.with(4, { $function: '' } as never);
    expect(value).toEqual([back, 2, true, true, true, true]);
  });

  it.each([
    ['undefined', { $undefined: true }],
    ['({ a: undefined, b: [undefined] })', { b: [{ $undefined: true }] }],
    ['[-0, NaN, Infinity, -Infinity]', ['-0', 'NaN', 'Infinity', '-Infinity'].map(($number) => ({ $number }))],
    ['(() => { const o = { n: 1 }; o.self = o; return o })()', { n: 1, self: { $circular: true } }],
    ['new (class Point { #secret = 1; x = 1; get y() { return 2 } })()', { x: 1 }],
    ['Object.assign(new RangeError("no"), { code: "E" })', { name: 'RangeError', message: 'no', code: 'E' }],
    ['Symbol("s")', { $symbol: 's' }],
    ['new Proxy({ a: 1 }, {})', { a: 1 }],
    ['Object.create(null, { a: { value: 1, enumerable: true } })', { a: 1 }],
    ['new Date(NaN)', { $date: 'Invalid Date' }],
  ])('shows %s as JSON', async (expression, shown) => {
    expect((await call(`return ${expression}`)).value).toEqual(shown);
  });

  it.each([
    ['needs a package that is not there', "require('left-padder'); exports.f = () => 1;"],
    ['throws when it is loaded', "throw new Error('no licence'); exports.f = () => 1;"],
    ['does not parse', 'exports.f = ('],
  ])('of a module that %s is unknown, with what it said, and not violated', async (_what, source) => {
    const tree = written({ 'main.js': source });
    const when = [{ call: { id: 'p', module: 'main.js', export: 'f' } }];
    const { verdict } = await simulate(tree, { when, then: [{ check: 'p.value = 1' }] });
    expect(verdict.outcome).toBe('unknown');
    expect(verdict.reason).toMatch(/left-padder|no licence|Expected/);
  });

  it('builds an object and goes on with it', async () => {
    const tree = written({
      'counter.mjs':
        'export class Counter { constructor(n) { this.n = n } inc(by) { this.n += by; return this } get raw() { return `#${this.n}` } }',
    });
    const { results } = await simulate(tree, {
      when: [
        {
          call: {
            id: 'c',
            module: 'counter.mjs',
            export: 'Counter',
            new: true,
            args: [1],
            then: [{ call: 'inc', args: [2] }, { call: 'inc', args: [3] }, { get: 'raw' }],
          },
        },
      ],
    });
    expect(results.c).toEqual({ value: '#6' });
  });

  it.each([
    ['a.cjs', 'module.exports = function f() { return 1 }', undefined],
    ['a.cjs', 'exports.f = () => 1', 'f'],
    ['a.cjs', 'module.exports = { deep: { f() { return this.n }, n: 1 } }', 'deep.f'],
    [
      'a.cjs',
      "'use strict'; Object.defineProperty(exports, '__esModule', { value: true }); exports.default = () => 1",
      'default',
    ],
    ['a.mjs', 'export default () => 1', undefined],
    ['a.mjs', 'export const f = () => 1', 'f'],
    ['a.ts', 'export function f(this: void, x?: number): number { return (x ?? 1) as number }', 'f'],
    ['a.ts', "import { n } from './b'; export default async () => n", 'default'],
    ['a.ts', "import { n } from './b.js'; export default () => n", undefined],
    ['a.ts', "import { n } from '@lib/b'; export default () => n", undefined],
    ['a.tsx', 'const h = (tag: string) => 1; export default () => (<p />)', undefined, '/** @jsx h */\n'],
    ['src/a.js', "import n from './c'; export default () => n", undefined],
  ])('reaches what %s exports: %s', async (module, source, name, head = '') => {
    const tree = written({
      [module]: head + source,
      'b.ts': 'export enum E { one = 1 } export const n: number = E.one;',
      'src/c/index.js': 'export default 1',
      'tsconfig.json':
        '{ "compilerOptions": { "jsx": "react", "paths": { "@lib/*": ["./*"], }, } } // as people write it',
    });
    const { results } = await simulate(tree, { when: [{ call: { id: 'p', module, export: name } }] });
    expect(results.p).toEqual({ value: 1 });
  });

  it('does not run a getter or a trap to look at what passes by', async () => {
    const { value } = await call(`
      let touched = 0;
      const shy = { get a() { touched++; return 1 }, toJSON() { touched++ }, [Symbol.toPrimitive]() { touched++ }, get [Symbol.toStringTag]() { touched++; return 'x' } };
      const guarded = new Proxy({}, { get() { touched++ }, ownKeys() { touched++; return [] }, getPrototypeOf() { touched++; return null } });
      (function look(...args) { return args[0] })(shy, guarded, new Proxy(() => 1, { get() { touched++ } }));
      return touched;`);
    expect(value).toBe(0);
  });

  it('names the lines of the original in stacks', async () => {
    const tree = written({
      'a.ts':
        'interface Big {\n  a: number;\n}\nenum E { A }\nexport function f(x: Big) {\n  throw new Error(`at ${E.A}`);\n}\nexport const g = () => { try { f({ a: 1 }); } catch (error) { return (error as Error).stack; } };',
    });
    const { results } = await simulate(tree, { when: [{ call: { id: 'p', module: 'a.ts', export: 'g' } }] });
    expect((results.p as { value: string }).value).toMatch(/a\.ts:6:/);
  });
});
