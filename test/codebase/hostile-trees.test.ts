import { execFileSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import { isFailure } from '../../src/errors.ts';
import { discover } from '../../src/world/discover.ts';
import { makeHistory, temporaryFolder } from '../support/made-history.ts';

let cacheFolder: string;
beforeAll(() => {
  cacheFolder = temporaryFolder('cache');
});

type Entry = [mode: string, name: string, id: string];

/** A repository whose trees are written byte by byte, as no tool of git's would write them. */
function crafted(
  make: (raw: { blob(text: string | Buffer): string; tree(entries: Entry[]): string }) => string,
): string {
  const folder = temporaryFolder('crafted');
  const git = (args: string[], input?: Buffer | string) =>
    execFileSync('git', args, { cwd: folder, input, maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'ignore'] })
      .toString()
      .trim();
  git(['init', '--bare', '--quiet', '--initial-branch=main', '.']);
  const put = (type: string, bytes: Buffer | string) =>
    git(['hash-object', '-t', type, '-w', '--literally', '--stdin'], bytes);
  const tree = (entries: Entry[]) =>
    put(
      'tree',
      Buffer.concat(
        entries.map(([mode, name, id]) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')])),
      ),
    );
  const top = make({ blob: (text) => put('blob', text), tree });
  const who = 'Ada Example <ada@example.com> 1700000000 +0000';
  const commit = put('commit', `tree ${top}\nauthor ${who}\ncommitter ${who}\n\nmade by hand\n`);
  git(['update-ref', 'refs/heads/main', commit]);
  return folder;
}

async function laid(source: string): Promise<string> {
  const mirror = await openMirror({ source, cacheFolder, path: process.env.PATH });
  return (await mirror.tree('main')).path;
}

/** In words why a repository is refused; where it is laid out, what lies there. */
async function outcome(source: string): Promise<string> {
  try {
    return `laid out: ${readdirSync(await laid(source))
      .sort()
      .join(', ')}`;
  } catch (thrown) {
    if (!isFailure(thrown)) throw thrown;
    return String(thrown.facts.says);
  }
}

const evil = 'an evil file\n';

describe('a tree that was made by hand', () => {
  it.each<[string, (id: string, tree: (entries: Entry[]) => string) => Entry[], RegExp]>([
    ['with a path that climbs', (id) => [['100644', '../../climbed', id]], /^laid out: $/],
    ['with a folder that climbs', (id, tree) => [['40000', '..', tree([['100644', 'climbed', id]])]], /^laid out: $/],
    ['with an absolute path', (id) => [['100644', '/tmp/rehearse-climbed', id]], /^laid out: $/],
    ['with hooks of git', (id, tree) => [['40000', '.git', tree([['100755', 'hooks', id]])]], /^laid out: $/],
    [
      'with hooks of git in capitals',
      (id, tree) => [['40000', '.GIT', tree([['100755', 'post-checkout', id]])]],
      /^laid out: $/,
    ],
    [
      'with hooks of git in disguise',
      (id) => [
        ['100755', '.g\u200cit', id],
        ['100755', '.git.', id],
        ['100755', 'GIT~1', id],
      ],
      /^laid out: $/,
    ],
    [
      'with one path twice',
      (id) => [
        ['100644', 'a', id],
        ['100644', 'a', id],
      ],
      /holds "a" twice/,
    ],
    [
      'with a link and a file of one name',
      (id) => [
        ['100644', 'a', id],
        ['120000', 'a', id],
      ],
      /holds "a" twice/,
    ],
    [
      'with a file that is a folder too',
      (id, tree) => [
        ['100644', 'a', id],
        ['40000', 'a', tree([['100644', 'b', id]])],
      ],
      /"a" as a file and as a folder/,
    ],
    [
      'with a link that is a folder too',
      (id, tree) => [
        ['120000', 'a', id],
        ['40000', 'a', tree([['100644', 'b', id]])],
      ],
      /"a" as a file and as a folder/,
    ],
    ['with a name of 300 bytes', (id) => [['100644', 'n'.repeat(300), id]], /too long/],
    ['with control characters', (id) => [['100644', 'a\u001b[31m\nb', id]], /^laid out: a/],
    [
      'with names that differ in case alone',
      (id) => [
        ['100644', 'A', id],
        ['100644', 'a', id],
      ],
      /^laid out: A, a$|one and the same/,
    ],
    [
      'with a mode that no file has',
      (id) => [
        ['100777', 'a', id],
        ['140000', 's', id],
      ],
      /./,
    ],
    ['with a submodule', () => [['160000', 'sub', 'ab'.repeat(20)]], /^laid out: sub$/],
    ['without anything', () => [], /^laid out: $/],
  ])('%s is refused in words, or laid out without it', async (_, make, told) => {
    const source = crafted(({ blob, tree }) => tree(make(blob(evil), tree)));
    expect(await outcome(source)).toMatch(told);
    for (const place of [
      '/tmp/rehearse-climbed',
      path.join(cacheFolder, 'climbed'),
      path.join(cacheFolder, 'trees/climbed'),
    ])
      expect(existsSync(place)).toBe(false);
  });

  it('cannot change what other repositories have in common with it', async () => {
    const victim = makeHistory([{ files: { 'pay.js': 'exports.pay = () => 1;\n' } }]).folder;
    await laid(victim);
    const source = crafted(({ blob, tree }) =>
      tree([
        ['100644', 'pay.js', blob('exports.pay = () => 1;\n')],
        ['100644', 'pay.js', blob('exports.pay = () => 1_000_000;\n')],
      ]),
    );
    expect(await outcome(source)).toMatch(/twice/);
    const other = makeHistory([{ files: { 'pay.js': 'exports.pay = () => 1;\n', 'b.js': '' } }]).folder;
    for (const one of [victim, other])
      expect(readFileSync(path.join(await laid(one), 'pay.js'), 'utf8')).toBe('exports.pay = () => 1;\n');
  });

  it('with folders in folders, deeper than a path can be, is refused in words', { timeout: 60_000 }, async () => {
    const source = crafted(({ blob, tree }) => {
      let id = tree([['100644', 'a', blob(evil)]]);
      for (let depth = 0; depth < 30; depth += 1) id = tree([['40000', 'a'.repeat(200), id]]);
      return id;
    });
    expect(await outcome(source)).toMatch(/too long|before it was through/);
  });

  it('with ten thousand million files in ten small trees is refused in words', { timeout: 120_000 }, async () => {
    const source = crafted(({ blob, tree }) => {
      let id = tree([['100644', 'a', blob(evil)]]);
      for (let level = 0; level < 10; level += 1)
        id = tree(Array.from({ length: 10 }, (_, at): Entry => ['40000', `d${at}`, id]));
      return id;
    });
    const held = process.memoryUsage.rss();
    expect(await outcome(source)).toMatch(/larger than the limit|more than 500000 files/);
    expect((process.memoryUsage.rss() - held) / 2 ** 20).toBeLessThan(1_200);
  });
});

describe('links', () => {
  it('that lead to files of the machine are left out, whatever names they take', async () => {
    const targets = [
      '/etc/passwd',
      '../../../../etc/passwd',
      './../x',
      'a/../../etc',
      '/proc/self/environ',
      '\0',
      '',
      'a\nb/../../..',
    ];
    const source = crafted(({ blob, tree }) =>
      tree(
        targets.map((target, at): Entry => ['120000', `l${at}`, blob(target)]).sort(([, a], [, b]) => (a < b ? -1 : 1)),
      ),
    );
    const folder = await laid(source);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that lead to themselves, or round in a circle, keep nobody', async () => {
    const { folder } = makeHistory([
      {
        files: {
          'package.json': '{"workspaces":["**"]}',
          self: 'self',
          'a/up': '..',
          'b/there': '../c/back',
          'c/back': '../b/there',
          'compose.yaml': 'services: { a: { build: ./a/up/a/up/a, command: node x.js } }',
          'rehearse.yaml': 'flags: self\n',
        },
        modes: { self: '120000', 'a/up': '120000', 'b/there': '120000', 'c/back': '120000' },
      },
    ]);
    const mirror = await openMirror({ source: folder, cacheFolder });
    const tree = await mirror.tree('main', { packages: false });
    const thrown: unknown = await discover(tree).catch((one: unknown) => one);
    expect(isFailure(thrown) || (typeof thrown === 'object' && thrown !== null && 'services' in thrown)).toBe(true);
  });
});

describe('a file of refs', () => {
  it('that is a bundle with hooks among its files runs none of them', async () => {
    const { folder } = makeHistory([
      {
        files: { 'hooks/post-checkout': '#!/bin/sh\ntouch /tmp/rehearse-hooked\n', 'a.txt': '1' },
        modes: { 'hooks/post-checkout': '100755' },
      },
    ]);
    const bundle = path.join(temporaryFolder('bundle'), '--upload-pack=touch x.bundle');
    execFileSync('git', ['bundle', 'create', '--quiet', bundle, 'main'], { cwd: folder });
    expect(readdirSync(await laid(bundle)).sort()).toEqual(['a.txt', 'hooks']);
    expect(existsSync('/tmp/rehearse-hooked')).toBe(false);
  });

  it('that is no bundle, or a broken one, is refused in words', async () => {
    for (const text of [
      '',
      '# v2 git bundle\n',
      `# v2 git bundle\n${'a'.repeat(40)} refs/heads/main\n\nPACK`,
      '\0'.repeat(1000),
    ]) {
      const file = path.join(temporaryFolder('bundle'), 'broken.bundle');
      writeFileSync(file, text);
      await expect(openMirror({ source: file, cacheFolder })).rejects.toMatchObject({ code: 'REPOSITORY_UNREADABLE' });
    }
  });

  it('with names that are options, or hold what a shell would read, is listed and asked by name', async () => {
    const { folder, commits } = makeHistory([{ files: { a: '1' } }]);
    const names = ['--upload-pack=x', '-x', '$(touch x)', 'a;b', 'HEAD', 'ünïcode'];
    const [commit = ''] = commits;
    const refs = names.map((name) => `${commit} refs/heads/${name}\n`);
    writeFileSync(
      path.join(folder, 'packed-refs'),
      `# pack-refs with: peeled fully-peeled sorted\n${refs.sort().join('')}`,
    );
    const opened = await openMirror({ source: folder, cacheFolder }).catch((refused: { code: string }) => refused.code);
    expect(readdirSync(folder)).not.toContain('x');
    if (typeof opened === 'string') return expect(opened).toBe('REPOSITORY_UNREADABLE');
    const mirror = opened;
    expect(await mirror.resolve('main')).toBe(commit);
    for (const name of names)
      expect(await mirror.resolve(name).catch((refused: { code: string }) => refused.code)).toMatch(
        /^[0-9a-f]{40}$|REVISION_UNKNOWN/,
      );
    expect(readdirSync(folder)).not.toContain('x');
  });

  it('a revision that would never be found is looked for in little time', { timeout: 30_000 }, async () => {
    const { folder } = makeHistory([{ files: { a: '1' }, subject: 'a'.repeat(5_000) }]);
    const mirror = await openMirror({ source: folder, cacheFolder });
    for (const name of [
      'main~99999999999',
      `main${'^'.repeat(400)}`,
      ':/(a*)*b',
      'HEAD^{/(a+)+$b}',
      '@{-1}',
      'main@{1000 years ago}',
      'a'.repeat(10_000),
    ])
      expect(await mirror.resolve(name).catch((refused: { code: string }) => refused.code)).toMatch(
        /^[0-9a-f]{40}$|REVISION_UNKNOWN|REPOSITORY_UNREADABLE/,
      );
  });
});

it('contents that trees share cannot be written to through a tree', async () => {
  const folder = await laid(makeHistory([{ files: { 'a.txt': 'one\n' } }]).folder);
  expect(lstatSync(path.join(folder, 'a.txt')).mode & 0o222).toBe(0);
});
