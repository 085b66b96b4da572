import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { type Change, makeHistory, temporaryFolder } from '../support/made-history.ts';

let cacheFolder: string;
beforeAll(() => {
  cacheFolder = temporaryFolder('cache');
});

const open = (source: string) => openMirror({ source, cacheFolder });

async function mirrored(changes: Change[]) {
  const { folder, commits } = makeHistory(changes);
  return { mirror: await open(folder), commits, folder };
}

describe('revisions', () => {
  it('are found by branch, short id, full id and relative name, and tell what their author wrote', async () => {
    const { mirror, commits } = await mirrored([
      { files: { 'a.txt': 'one\n' } },
      { files: { 'a.txt': 'two\n' }, subject: 'a: now two\n\nBecause one was not enough.' },
    ]);
    const tip = commits[1] ?? '';
    expect(await mirror.tip()).toBe(tip);
    for (const name of ['main', 'HEAD', 'origin/main', tip, tip.slice(0, 8)])
      expect(await mirror.resolve(name)).toBe(tip);
    expect(await mirror.resolve('main~1')).toBe(commits[0]);
    expect(await mirror.commit('main')).toEqual({
      id: tip,
      parents: [commits[0]],
      author: 'Ada Example',
      at: '2023-11-14T23:13:20+00:00',
      subject: 'a: now two',
      body: 'Because one was not enough.',
    });
    expect(await mirror.read('main', 'a.txt')).toBe('two\n');
    expect(await mirror.read('main', 'b.txt')).toBeUndefined();
  });

  it('that do not exist, or are flags in disguise, are refused by name', async () => {
    const { mirror, folder } = await mirrored([{ files: { 'a.txt': 'one\n' } }]);
    for (const name of ['nowhere', '--output=x', '-n1', '--upload-pack=touch x', '', 'a\nb', 'main:a.txt'])
      await expect(mirror.resolve(name)).rejects.toMatchObject({ code: 'REVISION_UNKNOWN' });
    expect(existsSync(path.join(folder, 'x'))).toBe(false);
  });

  it('are listed oldest first between two, newest first from one along first parents', async () => {
    const { mirror, commits } = await mirrored([
      { files: { a: '0' } },
      { files: { b: '1' }, parents: [0] },
      { files: { c: '2' }, parents: [0] },
      { files: { b: '1' }, parents: [2, 1] },
    ]);
    const [root, side, trunk, merge] = commits;
    expect((await mirror.between(root ?? '', 'main')).map(({ id }) => id).sort()).toEqual([side, trunk, merge].sort());
    expect((await mirror.ancestors('main', 9)).map(({ id }) => id)).toEqual([merge, trunk, root]);
  });

  it('of a bundle resolve under the names that it has', async () => {
    const { folder, commits } = makeHistory([{ files: { a: '0\n' } }, { files: { a: '1\n' } }]);
    const bundle = path.join(temporaryFolder('bundle'), 'repo.bundle');
    const git = (...args: string[]) => execFileSync('git', args, { cwd: folder });
    git('branch', 'cases/first/base', commits[0] ?? '');
    git('bundle', 'create', '--quiet', bundle, '--all');
    const mirror = await open(bundle);
    expect(await mirror.resolve('cases/first/base')).toBe(commits[0]);
    expect(await mirror.read('cases/first/base', 'a')).toBe('0\n');
  });

  it('of a shallow clone are as many as it has', async () => {
    const { folder } = makeHistory([{ files: { a: '0\n' } }, { files: { a: '1\n' } }, { files: { a: '2\n' } }]);
    const shallow = path.join(temporaryFolder('shallow'), 'clone');
    execFileSync('git', ['clone', '--quiet', '--depth', '2', `file://${folder}`, shallow]);
    const mirror = await open(shallow);
    expect((await mirror.ancestors('HEAD', 9)).map(({ subject }) => subject)).toEqual(['change 2', 'change 1']);
  });

  it('that came to the source after opening are there after a refresh', async () => {
    const { folder } = makeHistory([{ files: { a: '0\n' } }]);
    const mirror = await open(folder);
    const before = await mirror.tip();
    const tree = execFileSync('git', ['rev-parse', 'main^{tree}'], { cwd: folder, encoding: 'utf8' }).trim();
    const who = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    const next = execFileSync('git', [...who, 'commit-tree', tree, '-p', before, '-m', 'next'], {
      cwd: folder,
      encoding: 'utf8',
    });
    execFileSync('git', ['update-ref', 'refs/heads/main', next.trim()], { cwd: folder });
    expect(await mirror.tip()).toBe(before);
    await mirror.refresh();
    expect(await mirror.tip()).toBe(next.trim());
  });
});

describe('a source that cannot be read', () => {
  it('is refused with git’s own reason, and never taken for a command', async () => {
    for (const source of ['/nowhere/at/all', '--upload-pack=touch /tmp/x', 'ext::sh -c "touch x"', ''])
      await expect(open(source)).rejects.toMatchObject({ code: 'REPOSITORY_UNREADABLE' });
  });

  it('keeps the password of its address to itself', async () => {
    const source = 'http://someone:sesame@127.0.0.1:9/repo.git';
    await expect(open(source)).rejects.toSatisfy((thrown) => !String(thrown).includes('sesame'));
  });
});

describe('trees', () => {
  it('are laid out once, with equal ids for equal files', async () => {
    const { mirror } = await mirrored([
      { files: { 'a.txt': 'one\n', 'bin/run': 'x\n' }, modes: { 'bin/run': '100755' } },
      { files: { 'a.txt': 'two\n' } },
      { files: { 'a.txt': 'one\n' } },
    ]);
    const [first, second, third] = [
      await mirror.tree('main~2'),
      await mirror.tree('main~1'),
      await mirror.tree('main'),
    ];
    expect(third).toEqual(first);
    expect(second.id).not.toBe(first.id);
    expect(readFileSync(path.join(second.path, 'a.txt'), 'utf8')).toBe('two\n');
    expect(lstatSync(path.join(first.path, 'bin/run')).mode & 0o111).not.toBe(0);
  });

  it('keep links that stay inside and leave out those that lead away, directly or by way of another', async () => {
    const { mirror } = await mirrored([
      {
        files: {
          'top/x.txt': 'x',
          'a/in': '../top/x.txt',
          'a/out': '../../etc',
          abs: '/etc/passwd',
          'a/b/l': '../../top',
          'a/b/sly': 'l/../../x',
        },
        modes: { 'a/in': '120000', 'a/out': '120000', abs: '120000', 'a/b/l': '120000', 'a/b/sly': '120000' },
      },
    ]);
    const { path: folder } = await mirror.tree('main');
    expect(readFileSync(path.join(folder, 'a/in'), 'utf8')).toBe('x');
    expect(readdirSync(folder).sort()).toEqual(['a', 'top']);
    expect(readdirSync(path.join(folder, 'a')).sort()).toEqual(['b', 'in']);
    expect(readdirSync(path.join(folder, 'a/b'))).toEqual(['l']);
  });

  it('never run hooks or filters of the repository', async () => {
    const marker = path.join(temporaryFolder('marker'), 'ran');
    const { folder } = makeHistory([{ files: { '.gitattributes': '* filter=evil diff=evil\n', 'a.txt': 'one\n' } }]);
    for (const key of [
      'filter.evil.smudge',
      'filter.evil.clean',
      'diff.evil.textconv',
      'core.fsmonitor',
      'uploadpack.packObjectsHook',
    ])
      execFileSync('git', ['config', key, `touch ${marker}`], { cwd: folder });
    writeFileSync(path.join(folder, 'hooks-post-checkout'), `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    const mirror = await open(folder);
    const { path: laid } = await mirror.tree('main');
    expect(readFileSync(path.join(laid, 'a.txt'), 'utf8')).toBe('one\n');
    expect(existsSync(marker)).toBe(false);
  });

  it('come out the same when several ask at once', async () => {
    const { folder } = makeHistory([
      { files: Object.fromEntries([...Array(40).keys()].map((at) => [`f${at}.txt`, `${at}\n`])) },
    ]);
    const mirrors = await Promise.all([open(folder), open(folder), open(folder)]);
    const trees = await Promise.all(mirrors.flatMap((mirror) => [mirror.tree('main'), mirror.tree('main')]));
    expect(new Set(trees.map(({ id }) => id)).size).toBe(1);
    expect(readdirSync(trees[0]?.path ?? '')).toHaveLength(40);
  });
});
