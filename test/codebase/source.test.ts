import { expect, it } from 'vitest';
import { nameOf } from '../../src/codebase/source.ts';

it.each([
  ['https://robot:t0k3n@code.example/team/shop.git', 'https://code.example/team/shop.git'],
  ['https://t0k3n@code.example/team/shop.git', 'https://code.example/team/shop.git'],
  ['https://code.example/team/shop@2.git', 'https://code.example/team/shop@2.git'],
  ['ssh://git@code.example/team/shop.git', 'ssh://git@code.example/team/shop.git'],
  ['git@code.example:team/shop.git', 'git@code.example:team/shop.git'],
  ['/repos/shop', '/repos/shop'],
])('%s is remembered and shown without a password', (source, name) => {
  expect(nameOf(source)).toBe(name);
});
