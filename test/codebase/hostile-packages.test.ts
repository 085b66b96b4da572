import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, install, linkPackages } from '../../src/codebase/dependencies.ts';
import { keyOf } from '../../src/codebase/package-root.ts';
import { refusedWish } from '../../src/codebase/package-wishes.ts';
import { isFailure } from '../../src/errors.ts';
import { detectOuterWall } from '../../src/world/sandbox/outer-wall.ts';
import { temporaryFolder } from '../support/made-history.ts';
import { openRegistry, type Packed } from '../support/small-registry.ts';

const manifest = (name: string): Packed => ({
  name: 'package/package.json',
  text: JSON.stringify({ name, version: '1.0.0' }),
});
const packages: Record<string, Packed[]> = {
  climbing: [
    manifest('climbing'),
    { name: 'package/../../../../climbed', text: 'x' },
    { name: '../../../climbed', text: 'x' },
    { name: '/tmp/rehearse-climbed', text: 'x' },
    { name: 'package/ok.js', text: 'exports.ok = 1' },
  ],
  linking: [
    manifest('linking'),
    { name: 'package/out', type: '2', leads: '/etc' },
    { name: 'package/out/rehearse-climbed', text: 'x' },
    { name: 'package/passwd', type: '1', leads: '/etc/passwd' },
    { name: 'package/ok.js', text: 'exports.ok = 1' },
  ],
  privileged: [manifest('privileged'), { name: 'package/root', text: '#!/bin/sh\n', mode: 0o6755 }],
  bomb: [manifest('bomb'), { name: 'package/zeros', zeros: 300 << 20 }],
  huge: [manifest('huge'), { name: 'package/noise', noise: 80 << 20 }],
  crowded: [manifest('crowded'), ...Array.from({ length: 5_000 }, (_, at) => ({ name: `package/f${at}`, text: 'x' }))],
  running: [
    {
      name: 'package/package.json',
      text: JSON.stringify({
        name: 'running',
        version: '1.0.0',
        scripts: { install: 'touch /tmp/rehearse-ran', postinstall: 'touch /tmp/rehearse-ran' },
      }),
    },
  ],
};

let registry: Awaited<ReturnType<typeof openRegistry>>;
let cacheFolder: string;
let isWalled: boolean;
beforeAll(async () => {
  registry = await openRegistry(packages);
  cacheFolder = temporaryFolder('cache');
  isWalled = (await detectOuterWall()) === 'bubblewrap';
});
afterAll(() => registry[Symbol.asyncDispose]());

/** Installs one root from the registry of this file. */
function installed(files: Record<string, object>, walled = isWalled): Promise<Installed> {
  const texts = new Map(Object.entries(files).map(([file, value]) => [file, JSON.stringify(value)]));
  const key = `${keyOf(texts)}${walled ? '' : '-bare'}`;
  const root = { folder: '', key, files: texts, locked: texts.has('package-lock.json') };
  const environment = { npm_config_registry: registry.address, npm_config_fetch_retries: '0' };
  const room = { bytes: 60 << 20, files: 2_000 };
  return install(root, cacheFolder, {
    path: process.env.PATH,
    environment,
    isWalled: walled,
    room,
    timeoutMs: 120_000,
  });
}

const wanting = (name: string) => ({ 'package.json': { name: 'app', dependencies: { [name]: '1.0.0' } } });

async function refusal(files: Record<string, object>): Promise<string> {
  const thrown: unknown = await installed(files).catch((one: unknown) => one);
  if (!isFailure(thrown)) return 'installed';
  expect(thrown.code).toBe('DEPENDENCIES_FAILED');
  expect(thrown.message.length).toBeLessThan(600);
  return String(thrown.facts.says);
}

describe('a tarball', { timeout: 150_000 }, () => {
  it.each(['climbing', 'linking'])(
    'that means to write elsewhere writes nowhere but into its own folder: %s',
    async (name) => {
      for (const walled of [true, false].filter((one) => isWalled || !one)) {
        const { cache } = await installed(wanting(name), walled);
        expect(readFileSync(path.join(cache, 'node_modules', name, 'ok.js'), 'utf8')).toContain('ok');
        for (const place of [
          '/tmp/rehearse-climbed',
          '/etc/rehearse-climbed',
          path.join(cacheFolder, 'climbed'),
          path.join(cacheFolder, 'packages/climbed'),
        ])
          expect(existsSync(place), place).toBe(false);
        const own = readdirSync(path.join(cache, 'node_modules', name), { withFileTypes: true });
        expect(own.filter((one) => !one.isFile()).filter((one) => !one.isDirectory())).toEqual([]);
        expect(own.some((one) => one.name === 'passwd')).toBe(false);
      }
    },
  );

  it('keeps no bit that makes a program run as somebody else', async () => {
    const { cache } = await installed(wanting('privileged'));
    expect(statSync(path.join(cache, 'node_modules/privileged/root')).mode & 0o6000).toBe(0);
  });

  it.each([
    ['bomb', /decompression ratio|more than 60 MB/],
    ['huge', /more than 60 MB/],
    ['crowded', /more than 2000 files/],
  ])('that unpacks to more than there is room for is refused, and nothing of it stays: %s', async (name, told) => {
    expect(await refusal(wanting(name))).toMatch(told);
    const left = readdirSync(path.join(cacheFolder, 'packages')).filter((one) => !one.endsWith('.lock'));
    for (const one of left)
      expect(existsSync(path.join(cacheFolder, 'packages', one, 'node_modules', name))).toBe(false);
  });

  it('runs no script of its own', async () => {
    await installed(wanting('running'));
    expect(existsSync('/tmp/rehearse-ran')).toBe(false);
  });
});

const depending = (wishes: object, more: object = {}) => ({
  'package.json': { name: 'app', dependencies: wishes, ...more },
});
const locked = (entries: object) => ({
  'package.json': { name: 'app', dependencies: { a: '1.0.0' } },
  'package-lock.json': {
    name: 'app',
    lockfileVersion: 3,
    packages: { '': { name: 'app', dependencies: { a: '1.0.0' } }, ...entries },
  },
});

describe('a wish is refused in one sentence, before anything is asked for', () => {
  it.each<[string, Record<string, object>]>([
    ['a name that is a path', depending({ '../../x': '1.0.0' })],
    ['a name that is absolute', depending({ '/etc/passwd': '1.0.0' })],
    ['a name of the prototype', { 'package.json': JSON.parse('{"name":"app","dependencies":{"__proto__":"1.0.0"}}') }],
    ['a name of other letters', depending({ 'lеft-pad': '1.0.0' })],
    ['a name of a thousand letters', depending({ ['a'.repeat(1_000)]: '1.0.0' })],
    ['a name with a line of its own', depending({ 'a\nb': '1.0.0' })],
    ['a name that is an option', depending({ '--registry=http://x': '1.0.0', './-g': '1' })],
    ['a folder above', depending({ a: 'file:../../..' })],
    ['a folder above, in escapes', depending({ a: 'file:%2e%2e/%2e%2e/x' })],
    ['a folder of the machine', depending({ a: 'file:///etc' })],
    ['a folder of the user', depending({ a: '~/secrets' })],
    ['a link above', depending({ a: 'link:../../x' })],
    ['a path without a word', depending({ a: '../../x' })],
    ['git of the machine', depending({ a: 'git+file:///srv/repo.git' })],
    ['git over ssh of some host', depending({ a: 'git+ssh://git@10.0.0.7/secret.git' })],
    ['git in the short form', depending({ a: 'git@intranet:team/secret.git' })],
    ['git with an option for a host', depending({ a: 'git+ssh://-oProxyCommand=touch/x' })],
    ['an address of this machine', depending({ a: 'http://127.0.0.1:8080/x.tgz' })],
    ['an address of this machine as a number', depending({ a: 'http://2130706433/x.tgz' })],
    ['an address of this machine in the sixth version', depending({ a: 'http://[::1]/x.tgz' })],
    ['an address of the cloud', depending({ a: 'http://169.254.169.254/latest/meta-data' })],
    ['a name within the network', depending({ a: 'http://vault.internal/x.tgz' })],
    ['a protocol that is none', depending({ a: 'data:text/plain,x' })],
    ['an override outside', depending({ a: '1.0.0' }, { overrides: { b: { c: 'file:../../x' } } })],
    ['a resolution outside', depending({ a: '1.0.0' }, { resolutions: { c: 'file:../../x' } })],
    ['a lockfile with a place outside', locked({ 'node_modules/../../../x': { version: '1.0.0' } })],
    ['a lockfile with an absolute place', locked({ '/tmp/x': { version: '1.0.0' } })],
    [
      'a lockfile with a place among the packages of others',
      locked({ '../other/node_modules/a': { version: '1.0.0' } }),
    ],
    ['a lockfile with a link outside', locked({ 'node_modules/a': { resolved: '../../../etc', link: true } })],
    [
      'a lockfile with a file of the machine',
      locked({ 'node_modules/a': { version: '1.0.0', resolved: 'file:///etc/passwd' } }),
    ],
    [
      'a lockfile with an address of this machine',
      locked({ 'node_modules/a': { version: '1.0.0', resolved: 'http://localhost:9/a.tgz' } }),
    ],
    ['a lockfile with git over ssh', locked({ 'node_modules/a': { version: 'git+ssh://git@10.1.1.1/a.git' } })],
    [
      'an old lockfile with a file outside',
      {
        'package.json': { name: 'app', dependencies: { a: '1' } },
        'package-lock.json': {
          lockfileVersion: 1,
          dependencies: {
            a: { version: 'file:../../x', dependencies: { b: { version: '1', resolved: 'http://10.0.0.1/b.tgz' } } },
          },
        },
      },
    ],
  ])('%s', async (_, files) => {
    const before = registry.asked.length;
    const says = await refusal(files);
    expect(says).toMatch(/^("|its lockfile )/);
    expect(says).not.toMatch(/\n/);
    expect(registry.asked.length).toBe(before);
  });

  it.each<[string, object]>([
    ['what registries have', { a: '^1.0.0', '@scope/b': 'npm:c@2', d: 'latest', e: '*', 'Old_Name.js': '>=1 <2 || 3' }],
    [
      'public hosts of git',
      {
        a: 'github:user/a',
        b: 'user/b',
        c: 'git+https://github.com/user/c.git#v1',
        d: 'git+ssh://git@github.com/user/d.git',
        e: 'git@gitlab.com:user/e.git',
      },
    ],
    ['public tarballs', { a: 'https://example.com/a.tgz' }],
    ['folders of the tree', { a: 'file:./a', b: 'file:../b', c: 'link:packages/c', d: 'workspace:*' }],
  ])('and is let through where people write it so: %s', (_, wishes) => {
    const files = new Map([['package.json', JSON.stringify({ dependencies: wishes })]]);
    expect(refusedWish({ folder: 'services/web', key: '', files, locked: false }, [])).toBeUndefined();
  });
});

it('a link of an install that leads out of the tree is not laid into it', async () => {
  const cache = temporaryFolder('installed');
  const tree = temporaryFolder('tree');
  mkdirSync(path.join(cache, 'node_modules/@scope'), { recursive: true });
  symlinkSync('../../../../../../etc', path.join(cache, 'node_modules/out'));
  symlinkSync('/etc', path.join(cache, 'node_modules/@scope/out'));
  symlinkSync('../packages/own', path.join(cache, 'node_modules/own'));
  writeFileSync(path.join(cache, 'package.json'), '{}');
  await linkPackages({ folder: '', key: 'k', cache }, tree);
  expect(readdirSync(path.join(tree, 'node_modules')).sort()).toEqual(['@scope', 'own']);
  expect(readdirSync(path.join(tree, 'node_modules/@scope'))).toEqual([]);
});
