import { symlinkSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFailure } from '../../src/errors.ts';
import { discover } from '../../src/world/discover.ts';
import { words } from '../../src/world/discovery/shell.ts';
import { written } from '../support/written-tree.ts';

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x]',
  ...'bcdefghi'.split('').map((name, index) => {
    const before = 'abcdefgh'[index];
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`;
  }),
  'services: { x: { image: postgres, environment: *i } }',
].join('\n');

describe('a hostile or broken compose file is refused in words', () => {
  it.each([
    ['a bomb of aliases', bomb, 'compose.yaml:1'],
    ['an indentation that does not parse', 'services:\n  a:\n   b: 1\n  - c\n', 'compose.yaml:4'],
    ['a service that is a number', 'services:\n  a:\n    image: postgres\n  b: 7\n', 'compose.yaml:4'],
    ['ports that are a word', 'services:\n  a:\n    image: postgres\n    ports: many\n', 'compose.yaml:4'],
    ['a build outside of the tree', 'services:\n  a:\n    build: ../../etc\n', 'compose.yaml:3'],
    ['an absolute build', 'services:\n  a:\n    build: /etc\n', 'compose.yaml:3'],
    ['an environment file outside', 'services:\n  a:\n    image: redis\n    env_file: ../../.ssh/x\n', 'compose.yaml'],
    ['a service twice', 'services:\n  a: { image: redis }\n  a: { image: redis }\n', 'compose.yaml:3'],
  ])('%s', async (_, text, where) => {
    await expect(discover(written({ 'compose.yaml': text }))).rejects.toMatchObject({
      code: 'WORLD_INVALID',
      facts: { where },
    });
  });

  it('a manifest of the wrong shape', async () => {
    const tree = written({ 'package.json': '{\n  "scripts": { "start": 1 }\n}' });
    await expect(discover(tree)).rejects.toMatchObject({ facts: { where: 'package.json:2' } });
  });
});

it('a symbolic link that leaves the tree is not followed', async () => {
  const outside = written({ 'secret.env': 'TOKEN=1' });
  const tree = written({ 'package.json': { scripts: { start: 'node a.js' } }, 'a.js': '' });
  symlinkSync(path.join(outside.path, 'secret.env'), path.join(tree.path, '.env'));
  expect((await discover(tree)).services[0]?.environment).toEqual({});
});

it('scripts that call each other in a circle are no service', async () => {
  const tree = written({ 'package.json': { scripts: { start: 'npm run again', again: 'npm start' } } });
  expect((await discover(tree)).services).toEqual([]);
});

it('whatever stands in a compose file, it is read or refused with a Failure', async () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
  const field = fc.oneof(scalar, fc.array(scalar), fc.dictionary(fc.string(), scalar));
  const names = ['image', 'build', 'environment', 'env_file', 'ports', 'command', 'depends_on', 'volumes', 'extends'];
  const service = fc.dictionary(fc.constantFrom(...names), field);
  const tree = (value: object) => written({ 'compose.yaml': JSON.stringify({ services: value }) });
  await fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), service), async (services) => {
      const outcome = await discover(tree(services)).catch((thrown: unknown) => thrown);
      expect(isFailure(outcome) || (typeof outcome === 'object' && outcome !== null && 'services' in outcome)).toBe(
        true,
      );
    }),
    { numRuns: 150 },
  );
});

it('words of a command survive being quoted', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^'";&|]+$/), { minLength: 1 }), (parts) => {
      expect(words(parts.map((part) => `'${part}'`).join(' '))).toEqual(parts);
    }),
  );
});
