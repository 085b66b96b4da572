import { lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { install } from '../../src/codebase/dependencies.ts';
import { networkOf } from '../../src/codebase/git.ts';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { detectOuterWall } from '../../src/world/sandbox/outer-wall.ts';
import { type Change, makeHistory, temporaryFolder } from '../support/made-history.ts';

let cacheFolder: string;
beforeAll(() => {
  cacheFolder = temporaryFolder('cache');
});

async function tree(changes: Change[], revision = 'main') {
  const mirror = await openMirror({ source: makeHistory(changes).folder, cacheFolder, path: process.env.PATH });
  return mirror.tree(revision);
}

const manifest = (fields: object) => JSON.stringify({ version: '1.0.0', ...fields });

it('workspaces lead back into the tree, through a real folder of links', async () => {
  const shop = await tree([
    {
      files: {
        'package.json': manifest({ name: 'shop', private: true, workspaces: ['packages/*', 'services/*'] }),
        'packages/kernel/package.json': manifest({ name: '@shop/kernel' }),
        'packages/kernel/index.js': 'exports.here = 1\n',
        'services/web/package.json': manifest({ name: 'web', dependencies: { '@shop/kernel': '*' } }),
      },
    },
  ]);
  const modules = path.join(shop.path, 'node_modules');
  expect(lstatSync(modules).isSymbolicLink()).toBe(false);
  expect(readdirSync(modules).sort()).toEqual(['@shop', 'web']);
  expect(realpathSync(path.join(modules, '@shop/kernel/index.js'))).toBe(
    realpathSync(path.join(shop.path, 'packages/kernel/index.js')),
  );
  expect(shop.dependencies).toHaveLength(1);
});

it('packages are installed once for all revisions that ask for the same, and nothing of them is run', async () => {
  const local = { 'vendor-src/left/package.json': manifest({ name: 'left', scripts: { install: 'touch ran' } }) };
  const root = (version: string) =>
    manifest({
      name: 'app',
      version,
      workspaces: ['vendor-src/*'],
      dependencies: { left: '*' },
      scripts: { preinstall: 'touch ran' },
    });
  const changes: Change[] = [{ files: { ...local, 'package.json': root('1.0.0') } }, { files: { 'a.txt': 'one\n' } }];
  const [first, second] = [await tree(changes, 'main~1'), await tree(changes)];
  expect(second.dependencies).toEqual(first.dependencies);
  expect(second.id).not.toBe(first.id);
  const installed = first.dependencies?.[0] ?? '';
  expect(readdirSync(installed)).not.toContain('ran');
  expect(readFileSync(path.join(installed, 'package.json'), 'utf8')).not.toContain('touch');
});

it('a tree that asks for no packages gets none', async () => {
  const plain = await tree([{ files: { 'package.json': manifest({ name: 'plain' }), 'index.js': '1\n' } }]);
  expect(plain.dependencies).toBeUndefined();
  expect(readdirSync(plain.path).sort()).toEqual(['index.js', 'package.json']);
});

it('without a lockfile no developer’s tool is asked for, not even by name', async () => {
  const dev = { devDependencies: { tool: 'git+https://host.invalid/tool.git' } };
  const workspace = { 'parts/left/package.json': manifest({ name: 'left', ...dev }) };
  const root = { name: 'app', workspaces: ['parts/*'], dependencies: { left: '*' } };
  const shop = await tree([{ files: { ...workspace, 'package.json': manifest({ ...root, ...dev }) } }]);
  const installed = shop.dependencies?.[0] ?? '';
  for (const file of ['package.json', 'parts/left/package.json'])
    expect(readFileSync(path.join(installed, file), 'utf8')).not.toContain('tool');
  expect(readdirSync(path.join(shop.path, 'node_modules'))).toEqual(['left']);
});

it('workspaces of pnpm lead back into the tree as those of npm do', async () => {
  const shop = await tree([
    {
      files: {
        'package.json': manifest({ name: 'shop', private: true }),
        'pnpm-workspace.yaml': "packages: ['packages/*']\n",
        'pnpm-lock.yaml': 'packages: {}\n',
        'packages/left/package.json': manifest({ name: 'left', dependencies: { right: 'workspace:*' } }),
        'packages/right/package.json': manifest({ name: 'right' }),
      },
    },
  ]);
  expect(readdirSync(path.join(shop.path, 'node_modules')).sort()).toEqual(['left', 'right']);
  expect(readFileSync(path.join(shop.path, 'node_modules/right/package.json'), 'utf8')).toContain('right');
});

it('a tree that is only read needs no packages, and is never taken for a whole one', async () => {
  const gone = manifest({ name: 'app', dependencies: { gone: 'file:./gone.tgz' } });
  const source = makeHistory([
    { files: { 'package.json': manifest({ name: 'app' }) } },
    { files: { 'package.json': gone } },
  ]);
  const mirror = await openMirror({ source: source.folder, cacheFolder, path: process.env.PATH });
  const bare = await mirror.tree('main', { packages: false });
  expect(readdirSync(bare.path)).toEqual(['package.json']);
  await expect(mirror.tree('main')).rejects.toMatchObject({ code: 'DEPENDENCIES_FAILED' });
  const [whole, read] = [await mirror.tree('main~1'), await mirror.tree('main~1', { packages: false })];
  expect(read.id).not.toBe(whole.id);
  expect(read.path).not.toBe(whole.path);
});

it('what cannot be installed is said in npm’s words, and leaves nothing behind', async () => {
  const changes = [{ files: { 'package.json': manifest({ name: 'app', dependencies: { gone: 'file:./gone.tgz' } }) } }];
  await expect(tree(changes)).rejects.toMatchObject({
    code: 'DEPENDENCIES_FAILED',
    message: expect.stringMatching(/gone\.tgz/),
  });
  const kept = readdirSync(path.join(cacheFolder, 'packages')).filter((name) => /-\w{6}$/.test(name));
  expect(kept).toEqual([]);
});

it('within bubblewrap npm reaches the registry and installs the same', async () => {
  if ((await detectOuterWall()) === 'none') return;
  const root = {
    folder: '',
    locked: false,
    files: new Map([['package.json', manifest({ name: 'app', dependencies: { ms: '2.1.3' } })]]),
  };
  const npm = { path: process.env.PATH, environment: networkOf(process.env), isWalled: true };
  const walled = await install({ ...root, key: 'walled' }, cacheFolder, npm);
  expect(readdirSync(path.join(walled.cache, 'node_modules'))).toContain('ms');
});
