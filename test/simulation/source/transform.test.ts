import vm from 'node:vm';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Setting, transform } from '../../../src/simulation/source/transform.ts';
import { decorating } from '../../../src/world/sandbox/inside/decorating.ts';

const modern: Setting = {
  type: null,
  jsx: { runtime: 'automatic' },
  decorators: false,
  strictNulls: true,
  classFields: true,
  modules: null,
  interop: true,
  babel: false,
};

describe('a TypeScript source', () => {
  it.each([true, false])('keeps parameter properties and fields in order, class fields %s', (classFields) => {
    const source = `
      class A { constructor(public a: number) {} }
      class B extends A {
        z = 5;
        constructor(private readonly b: string, c: number) { super(c); this.seen = [this.a, this.b, this.z]; }
        declare seen: unknown[];
      }
      new B('b', 7).seen`;
    expect(value(source, { ...modern, decorators: true, classFields })).toEqual([7, 'b', 5]);
  });

  it('keeps enums, namespaces, generics, overloads and this parameters', () => {
    const source = `
      enum E { X = 1, Y }
      namespace N { export const q = 3 }
      const k = <T,>(x: T): T => x;
      function over(a: string): number; function over(a: number): number;
      function over(this: { v: number } | void, a: unknown) { return (this as { v: number }).v + (a as number) }
      [E.Y, E[1], N.q, k(2)!, over.call({ v: 2 }, 1 as any)] satisfies unknown[]`;
    expect(value(source)).toEqual([2, 'X', 3, 2, 3]);
  });

  it('gives decorators the types of what they decorate', () => {
    const source = `
      const seen: unknown[] = [];
      Object.assign(Reflect, { metadata: (key: string, value: any) => () => { seen.push([key, value.name ?? value.map((one: any) => one.name).join()]) } });
      const mark = (name: string): any => (target: any, key?: string) => { seen.push([name, key ?? target.name]) };
      const first = (target: any, key: any, at: number) => { seen.push(['parameter', at]) };
      class Dep {}
      @mark('class') class A { constructor(@first d: Dep, n: number) {} @mark('method') m(a: string): boolean { return !!a } }
      seen`;
    expect(value(source, { ...modern, decorators: true })).toEqual([
      ['design:returntype', 'Boolean'],
      ['design:paramtypes', 'String'],
      ['design:type', 'Function'],
      ['method', 'm'],
      ['design:paramtypes', 'Dep,Number'],
      ['parameter', 0],
      ['class', 'A'],
    ]);
  });

  it('gives decorators the type beside null and undefined where strictNullChecks is off', () => {
    const source = `
      const seen: unknown[] = [];
      Object.assign(Reflect, { metadata: (key: string, value: any) => () => { seen.push([key, value.name]) } });
      const mark: any = () => {};
      class A { @mark a: Date | null; @mark b?: undefined | string; @mark c: null | number | undefined; @mark d: string | number | null }
      seen`;
    const types = (strictNulls: boolean) => value(source, { ...modern, decorators: true, strictNulls });
    expect(types(false)).toEqual([
      ['design:type', 'Date'],
      ['design:type', 'String'],
      ['design:type', 'Number'],
      ['design:type', 'Object'],
    ]);
    expect(types(true)).toEqual(Array.from({ length: 4 }, () => ['design:type', 'Object']));
  });

  it('is read as the module system that its package and syntax say', () => {
    const format = (file: string, source: string, type: Setting['type'] = null) => {
      const made = transform(file, source, { ...modern, type });
      return 'format' in made ? made.format : made.error;
    };
    expect(format('a.js', 'module.exports = 1')).toBe('commonjs');
    expect(format('a.js', 'export default 1')).toBe('module');
    expect(format('a.ts', 'import x from "./x"; x()')).toBe('module');
    expect(format('a.cjs', 'exports.a = 1', 'module')).toBe('commonjs');
    expect(format('a.js', 'foo()', 'module')).toBe('module');
  });

  it('names the file and line when it does not parse', () => {
    expect(transform('a.ts', 'const a: = 2', modern)).toEqual({ error: expect.stringContaining('line 1') });
  });
});

function value(source: string, setting = modern): unknown {
  const made = transform('a.ts', source, setting);
  if ('error' in made) throw new Error(made.error);
  const quiet = { r: (x: unknown) => x, a: (x: unknown) => x, t: () => undefined, f: () => undefined };
  Object.assign(globalThis, { __rehearse: () => quiet, babelHelpers: decorating });
  onTestFinished(() => {
    for (const [from, name] of [
      [globalThis, '__rehearse'],
      [globalThis, 'babelHelpers'],
      [Reflect, 'metadata'],
    ] as const) {
      Reflect.deleteProperty(from, name);
    }
  });
  return vm.runInThisContext(`{${made.code}\n}`);
}
