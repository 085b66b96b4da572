import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { Tree } from '../../src/codebase/tree.ts';
import { openChecks } from '../../src/simulation/checks.ts';
import { openSources } from '../../src/simulation/source/sources.ts';
import { discover } from '../../src/world/discover.ts';
import { migrated } from '../../src/world/migrate.ts';
import { openStores } from '../../src/world/models.ts';
import { runtimeFolder } from '../../src/world/sandbox/runtime.ts';
import { ormApplication } from '../support/orm-application.ts';
import { written } from '../support/written-tree.ts';

const stores = openStores();
const checks = openChecks();
afterAll(() => Promise.all([stores[Symbol.asyncDispose](), checks[Symbol.asyncDispose]()]));

async function journals(tree: Tree) {
  const cache = written({}).path;
  return migrated({
    tree,
    world: await discover(tree),
    bounds: { runtime: runtimeFolder(cache), memoryMb: 512, outerWall: 'none', innerWall: true, copies: 0 },
    sources: openSources(tree.path, path.join(cache, 'prepared')),
    stores,
    checks,
    halted: new AbortController().signal,
    note: () => undefined,
  });
}

it('tools run again only when something that they read has changed', async () => {
  const tree = await ormApplication('knex');
  const change = (file: string, text: string): Tree => {
    writeFileSync(path.join(tree.path, file), text);
    return { ...tree, id: `${tree.id} ${file}` };
  };
  const first = await journals(tree);
  expect(first.get('postgres')?.get('orders')?.length).toBeGreaterThan(3);
  expect(await journals(tree)).toBe(first);
  expect(await journals(change('src/server.js', '// another program'))).toBe(first);
  expect(
    await journals(change('.env.example', 'DATABASE_URL=postgres://orders:secret@localhost:5432/orders\nPORT=3001\n')),
  ).not.toBe(first);
  const next = await journals(
    change(
      'migrations/20240102000000_b.js',
      `exports.up = (knex) => knex.raw('create table b ()');\nexports.down = () => {};\n`,
    ),
  );
  expect(
    JSON.stringify(
      [...(next.get('postgres') ?? [])].map(([, batches]) =>
        batches.map(({ messages }) => messages.map((one) => Buffer.from(one).toString('latin1'))),
      ),
    ),
  ).toContain('create table b ()');
});
