import vm from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type Instrumented, instrument } from '../../../src/simulation/source/instrument.ts';

/** Programs that tell by their value whether anything about their functions has changed. */
const programs: [name: string, source: string][] = [
  [
    'a plain function keeps its name, length and value',
    'function add(a, b = 2) { return a + b } [add(1), add.name, add.length]',
  ],
  [
    'an arrow keeps its expression',
    'const f = (a) => a * 2; const g = () => ({ a: 1 }); const h = x => y => (x, y); [f(2), f.name, g(), h(1)(2)]',
  ],
  [
    'a strict function stays strict',
    "function f() { 'use strict'; return this } function g() { return typeof this } [f(), g()]",
  ],
  ['a directive without a semicolon stays one', "function f() {\n'use strict'\nreturn this === undefined }\nf()"],
  ['`arguments` stays live and complete', 'function f(a) { a = 9; arguments[1] = 3; return [...arguments] } f(1, 2)'],
  ['an arrow sees the `arguments` around it', 'function f() { return (() => arguments.length)() } f(1, 2, 3)'],
  [
    '`this` reaches methods, getters and setters',
    'const o = { n: 1, get a() { return this.n }, set a(v) { this.n = v }, m() { return this.n } }; o.a = 5; [o.a, o.m()]',
  ],
  [
    'a class keeps constructor, statics and private names',
    'class A { #x = 1; static s = (() => 7)(); constructor(y) { this.y = y } get x() { return this.#x } static of(y) { return new A(y) } } [A.of(2).y, A.of(2).x, A.s, A.length, A.name]',
  ],
  [
    'a derived constructor calls super before this',
    'class A { constructor(x) { this.x = x } } class B extends A { constructor(x) { super(x + 1); this.y = this.x } m() { return super.toString === Object.prototype.toString } } const b = new B(1); [b.x, b.y, b.m()]',
  ],
  ['a constructor that returns an object gives it', 'class A { constructor() { return { other: 1 } } } new A().other'],
  [
    '`new.target` and calls without new',
    'function F() { return new.target === undefined } class C { constructor() { this.t = new.target.name } } [F(), new C().t]',
  ],
  [
    'a generator yields, returns and is closed early',
    'const log = []; function* g() { try { const x = yield 1; log.push(x); yield* [2, 3]; return 4 } finally { log.push("closed") } } const all = []; const i = g(); all.push(i.next(), i.next("in"), i.next(), i.next(), i.next()); const j = g(); j.next(); all.push(j.return(9)); [all, log]',
  ],
  [
    'throws keep their value and finally runs',
    'const log = []; function f() { try { throw new RangeError("x") } finally { log.push(1) } } try { f() } catch (e) { log.push(e.name, e.message) } log',
  ],
  ['finally overrides return', 'function f() { try { return 1 } finally { return 2 } } f()'],
  [
    'loops, labels and switches return from within',
    'function f(n) { outer: for (const i of [1, 2, 3]) { switch (i) { case n: return i * 10; default: continue outer } } return -1 } [f(2), f(9)]',
  ],
  [
    'hoisted functions are called before they stand',
    'function f() { return g(); function g() { return h() + 1 } function h() { return 1 } } f()',
  ],
  [
    'a var and a function of one name stay legal',
    'function f() { var g; function g() { return 1 } return typeof g } f()',
  ],
  [
    'two functions of one name stay legal',
    'function f() { function g() { return 1 } function g() { return 2 } return g() } f()',
  ],
  ['a parameter and a function of one name', 'function f(g) { function g() { return 2 } return g() } f(() => 1)'],
  [
    'defaults see earlier parameters and not the body',
    'const x = 1; function f(a, b = () => a + x) { const x = 50; a = 2; return b() } f(1)',
  ],
  [
    'destructured parameters',
    'const f = ({ a, b: [c, ...d] }, { e = 5 } = {}) => [a, c, d, e]; f({ a: 1, b: [2, 3, 4] })',
  ],
  [
    'a return with a comma, a comment and no value',
    'function f(a) { if (a) return (1, 2); else return /* nothing */; } function g() { return 1, 3 } [f(1), f(0), g()]',
  ],
  [
    'automatic semicolons',
    'function f() { return\n1 }\nfunction g() { const a = 1\n;[2].forEach(x => x)\nreturn a }\n[f(), g()]',
  ],
  [
    'closures in loops each keep their own',
    'const f = []; for (let i = 0; i < 3; i++) f.push(() => i); f.map(g => g())',
  ],
  [
    'computed and numeric members',
    'const k = "z"; const o = { [k]() { return 1 }, 2() { return 3 }, "a-b"() { return 4 } }; [o.z(), o[2](), o["a-b"](), o.z.name]',
  ],
  [
    'recursion and inferred names',
    'const fact = function self(n) { return n < 2 ? 1 : n * self(n - 1) }; const anon = function () {}; const { d = () => 1 } = {}; [fact(5), fact.name, anon.name, d.name]',
  ],
  ['a comment before the closing brace', 'function f() { return 1 // one\n // two\n }\nf()'],
  [
    'templates and regular expressions with braces',
    'const f = (x) => `a${x}}{`; const g = () => /[}{]/.test("{"); [f(1), g()]',
  ],
  [
    'object spread, optional chains and nullish',
    'const f = (o) => ({ ...o, a: o?.b?.c ?? 7 }); [f({}), f({ b: { c: 1 } })]',
  ],
  [
    'tagged templates and accessors by definition',
    'const t = (s, ...v) => s.raw.join("|") + v; const o = {}; Object.defineProperty(o, "p", { get() { return 3 } }); [t`a${1}b`, o.p]',
  ],
];

const later: [name: string, source: string][] = [
  [
    'async values and errors',
    'async function f(x) { await null; if (x) throw new TypeError("no"); return 5 } Promise.all([f(0), f(1).catch(e => e.name)])',
  ],
  [
    'a returned promise is not caught inside',
    'async function f() { try { return Promise.reject(new Error("x")) } catch { return "caught" } } f().catch(() => "outside")',
  ],
  [
    'the order of microtasks',
    'const log = []; async function a() { log.push("a1"); await b(); log.push("a2"); return Promise.resolve(1) } async function b() { log.push("b"); return 2 } const run = async () => { const p = a().then(() => log.push("a3")); await null; log.push("m1"); await null; log.push("m2"); await null; log.push("m3"); await p; return log }; run()',
  ],
  [
    'async arrows and generators',
    'const f = async x => x + 1; async function* g() { yield 1; yield await f(1); return 9 } (async () => { const all = []; for await (const x of g()) all.push(x); return [await f(1), all] })()',
  ],
];

describe('instrumented code', () => {
  for (const [name, source] of programs) {
    it(`means the same: ${name}`, () => {
      expect(plain(watched(source))).toEqual(plain(vm.runInNewContext(source)));
    });
  }

  for (const [name, source] of later) {
    it(`means the same: ${name}`, async () => {
      expect(plain(await watched(source))).toEqual(plain(await vm.runInNewContext(source)));
    });
  }

  it('has as many lines as the original', () => {
    for (const [, source] of [...programs, ...later]) {
      expect(instrumented(source).code.split('\n').length).toBe(source.split('\n').length);
    }
  });

  it('tells what ran with names and lines of the original', () => {
    const seen: unknown[] = [];
    const source =
      'class Cart {\n  total() {\n    return sum([1, 2]);\n  }\n}\nconst sum = (all) => all.length;\nnew Cart().total()';
    watched(source, seen);
    expect(seen).toEqual([
      ['call', 'Cart.total', 2, []],
      ['call', 'sum', 6, [[1, 2]]],
      ['return', 'sum', 2],
      ['return', 'Cart.total', 2],
    ]);
  });

  it('tells the settled value of an async function, not its promise', async () => {
    const seen: unknown[] = [];
    await watched('async function f() { return Promise.resolve(3) } f()', seen);
    expect(seen).toContainEqual(['return', 'f', 3]);
  });

  it('names where a file does not parse', () => {
    expect(instrument('a.js', 'const a = 1;\nconst = 2;')).toEqual({ error: expect.stringContaining('line 2') });
  });
});

function instrumented(source: string): Instrumented {
  const made = instrument('a.js', source);
  if ('error' in made) throw new Error(made.error);
  return made;
}

/** Runs a source with its functions reporting into `seen`. */
function watched(source: string, seen: unknown[] = []): unknown {
  const { code, functions } = instrumented(source);
  const __rehearse = (_file: string, fn: number, args: ArrayLike<unknown>) => {
    const { name, line } = functions[fn] ?? { name: '', line: 0 };
    seen.push(['call', name, line, Array.from(args)]);
    let isOver = false;
    const tell = (value: unknown): unknown => {
      if (!isOver) seen.push(['return', name, value]);
      isOver = true;
      return value;
    };
    const settle = (value: Promise<unknown>): unknown => {
      isOver = true;
      Promise.resolve(value).then(
        (settled) => seen.push(['return', name, settled]),
        (thrown) => seen.push(['throw', name, thrown]),
      );
      return value;
    };
    const fail = (): void => {
      isOver = true;
    };
    return { r: tell, a: settle, t: fail, f: () => tell(undefined) };
  };
  return vm.runInNewContext(code, { __rehearse });
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null, (_, inner) => (inner === undefined ? '(undefined)' : inner)));
}
