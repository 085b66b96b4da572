import { describe, expect, it } from 'vitest';
import { readCallGraph } from '../../src/codebase/reach.ts';
import { functionsOf } from '../../src/codebase/symbols.ts';
import { written } from '../support/written-tree.ts';

const files = {
  'package.json': { name: 'shop', workspaces: ['packages/*'] },
  'packages/money/package.json': { name: '@shop/money', exports: { '.': './index.ts' } },
  'packages/money/index.ts': "export { round as toCents } from './round.ts';\nexport * from './round.ts';\n",
  'packages/money/round.ts':
    'export function round(x: number) {\n  return Math.round(x);\n}\nexport const other = () => 1;\n',
  'src/price.ts': "import { round } from '@shop/money';\nexport const price = (x: number) => round(x * 2);\n",
  'src/cart.ts': [
    "import * as prices from './price.ts';",
    'export class Cart {',
    '  total() {',
    '    return prices.price(3);',
    '  }',
    '}',
    '',
  ].join('\n'),
  'src/old.js': "const { price } = require('./price.ts');\nmodule.exports = function old() {\n  return price(1);\n};\n",
  'src/oldest.js': "const ask = require('./old');\nexports.oldest = () => ask();\n",
  'src/apart.ts':
    "import { other } from '@shop/money';\nexport const apart = () => other() + round(1);\nfunction round(x: number) {\n  return x;\n}\n",
  'src/types.ts': "import type { round } from '@shop/money';\nexport const typed = (f: typeof round) => f;\n",
  'test/price.test.ts': "import { price } from '../src/price.ts';\nexport const tested = () => price(1);\n",
};

async function reaching(file: keyof typeof files, name: string) {
  const graph = await readCallGraph(written(files));
  const targets = functionsOf(String(files[file]), file).filter((one) => one.name === name);
  expect(targets).toHaveLength(1);
  return graph.reaching(targets, file);
}

describe('what reaches a function', () => {
  it('is followed through workspaces, names handed on, namespaces, classes and require; tests, types and namesakes are not', async () => {
    const { functions, modules } = await reaching('packages/money/round.ts', 'round');
    expect(functions.map(({ name }) => name).sort()).toEqual(['Cart.total', 'old', 'oldest', 'price']);
    expect(modules.sort()).toEqual(['src/apart.ts', 'src/cart.ts', 'src/old.js', 'src/oldest.js', 'src/price.ts']);
  });

  it('is only what leads to it', async () => {
    const { functions } = await reaching('packages/money/round.ts', 'other');
    expect(functions.map(({ name }) => name)).toEqual(['apart']);
  });

  it('has the functions around it among it, and ends where everything goes round in a circle', async () => {
    const tree = written({
      'a.js':
        'const a = (n) => {\n  const inner = () => b(n);\n  return inner();\n};\nconst b = (n) => a(n - 1);\nexports.a = a;\n',
    });
    const [inner] = functionsOf(
      'const a = (n) => {\n  const inner = () => b(n);\n  return inner();\n};\n',
      'a.js',
    ).filter(({ name }) => name === 'inner');
    const { functions } = (await readCallGraph(tree)).reaching(inner ? [inner] : [], 'a.js');
    expect(functions.map(({ name }) => name).sort()).toEqual(['a', 'b']);
  });
});
