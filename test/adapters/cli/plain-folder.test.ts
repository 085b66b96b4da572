import { expect, it } from 'vitest';
import { world } from '../../../src/adapters/cli/world.ts';
import { discover } from '../../../src/world/discover.ts';
import { written } from '../../support/written-tree.ts';

it('world reads a folder that is no repository as it lies there', async () => {
  const tree = written({ 'package.json': { name: 'web', scripts: { start: 'node main.js' } }, 'main.js': '' });
  const services = { discover } as Parameters<typeof world>[0];
  const { text, code } = await world(services)({ repo: tree.path });
  expect(code).toBe(0);
  expect(text).toContain('real code: main.js');
});
