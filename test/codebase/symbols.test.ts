import { describe, expect, it } from 'vitest';
import { enclosingFunctions, functionsOf } from '../../src/codebase/symbols.ts';

const names = (source: string, file = 'lib/stringify.ts') => functionsOf(source, file).map(({ name }) => name);

describe('a function is called', () => {
  it.each([
    ['function parse() {}', ['parse']],
    ['const parse = () => 1', ['parse']],
    ['const parse = function inner() {}', ['parse']],
    [
      'class SemVer { constructor() {} inc() {} static of() {} get raw() { return 1 } compare = () => 0 }',
      ['SemVer.constructor', 'SemVer.inc', 'SemVer.of', 'SemVer.raw', 'SemVer.compare'],
    ],
    ['const Range = class { test() {} }', ['Range.test']],
    ['SemVer.prototype.inc = function () {}', ['SemVer.inc']],
    ['exports.valid = () => 1; module.exports.clean = function () {}', ['valid', 'clean']],
    ['module.exports = function (object) {}', ['stringify']],
    ['module.exports = function named() {}', ['named']],
    ['export default function () {}', ['stringify']],
    ['export default () => 1', ['stringify']],
    ['const routes = { get() {}, post: () => 1 }', ['routes.get', 'routes.post']],
    [
      'function parseRange(all) { return all.map((one) => one.trim(() => 2)) }',
      ['parseRange', 'parseRange > map callback', 'parseRange > map callback > trim callback'],
    ],
    ['app.get("/x", async () => 1)', ['get callback']],
  ])('%s', (source, expected) => {
    expect(names(source)).toEqual(expected);
  });

  it('after its folder when its file is an index', () => {
    expect(names('export default () => 1', 'src/billing/index.ts')).toEqual(['billing']);
  });
});

describe('around a line', () => {
  const source = [
    'class Cart {',
    '  total() {',
    '    return this.lines',
    '      .map((line) => {',
    '        return line.cents;',
    '      });',
    '  }',
    '}',
    '',
  ].join('\n');

  it('functions are listed innermost first, with where they begin and end', () => {
    expect(enclosingFunctions(source, 'cart.js', 5)).toEqual([
      { name: 'Cart.total > map callback', file: 'cart.js', line: 4, endLine: 6 },
      { name: 'Cart.total', file: 'cart.js', line: 2, endLine: 7 },
    ]);
  });

  it('there are none outside of functions, or in a file that does not parse', () => {
    expect(enclosingFunctions(source, 'cart.js', 8)).toEqual([]);
    expect(enclosingFunctions('function (', 'cart.js', 1)).toEqual([]);
    expect(enclosingFunctions('# words', 'README.md', 1)).toEqual([]);
  });
});
