import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { openMirror } from '../../src/codebase/git-mirror.ts';
import type { Hunk } from '../../src/codebase/hunk.ts';
import { inverse, splice } from '../../src/codebase/splice.ts';
import { type Change, makeHistory, temporaryFolder } from '../support/made-history.ts';

let cacheFolder: string;
beforeAll(() => {
  cacheFolder = temporaryFolder('cache');
});

async function mirrored(changes: Change[]) {
  const { folder, commits } = makeHistory(changes);
  return { mirror: await openMirror({ source: folder, cacheFolder }), commits };
}

const line = fc.constantFrom('a', 'b', 'c', '', 'd\r', '@@ -1 +1 @@', '--- a', '+++ b', 'diff --git x y', '\\ no');
const content = fc
  .tuple(fc.array(line, { maxLength: 8 }), fc.boolean())
  .map(([lines, ended]) => (lines.length === 0 ? '' : lines.join('\n') + (ended ? '\n' : '')));
const files = fc.dictionary(fc.constantFrom('a.js', 'b c.js', 'é/ü.js', '"q".txt', 'deep/x.md'), content, {
  minKeys: 1,
});
const odd = fc.constant<Record<string, Buffer>>({ 'logo.png': Buffer.from([0, 255, 1, 2]) });

it('all hunks between two revisions make the one out of the other, either way, whatever is in them', async () => {
  await fc.assert(
    fc.asyncProperty(files, files, odd, async (before, after, binary) => {
      const gone = Object.fromEntries(Object.keys(before).map((file) => [file, null]));
      const { mirror } = await mirrored([
        { files: { ...before, ...binary } },
        { files: { ...gone, ...after, 'logo.png': Buffer.from([0, 9]) } },
      ]);
      const [base, head] = [await mirror.tree('main~1'), await mirror.tree('main')];
      const hunks = await mirror.hunks('main~1', 'main');
      expect(await mirror.applied('main~1', hunks)).toEqual(head);
      const undone = await mirror.reverted('main', { commit: 'main', hunks });
      expect(undone?.tree).toEqual(base);
      expect(await mirror.patched('main', undone?.patch ?? '')).toEqual(base);
    }),
    { numRuns: 25 },
  );
});

it('a file that becomes a link, runnable, empty or binary, and what came and went, make the round as well', async () => {
  const { mirror } = await mirrored([
    { files: { link: 'text\n', run: 'x\n', both: 'x\ny\n', empty: '', full: 'x', data: 'text\n', old: '1\n2\n' } },
    {
      files: {
        link: 'run',
        run: 'x\n',
        both: 'x\nz\n',
        empty: null,
        full: '',
        data: Buffer.from([0, 200, 10]),
        old: null,
        new: 'n',
      },
      modes: { link: '120000', run: '100755', both: '100755' },
    },
  ]);
  const hunks = await mirror.hunks('main~1', 'main');
  expect(await mirror.applied('main~1', hunks)).toEqual(await mirror.tree('main'));
  const undone = await mirror.reverted('main', { commit: 'main', hunks });
  expect(undone?.tree).toEqual(await mirror.tree('main~1'));
  expect(await mirror.patched('main', undone?.patch ?? '')).toEqual(undone?.tree);
  const onlyMode = hunks.filter(({ file, whole }) => file === 'both' && whole);
  expect(await mirror.applied('main~1', onlyMode)).not.toBeNull();
});

it('any part of the hunks goes in, and comes out again, line for line', () => {
  const hunk = (oldStart: number, removed: string[], added: string[]): Hunk => ({
    file: 'f',
    oldStart,
    oldLines: removed.length,
    newStart: 0,
    newLines: added.length,
    removed,
    added,
  });
  const parts = fc.array(fc.tuple(fc.boolean(), fc.array(line, { maxLength: 3 })), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(parts, (rows) => {
      const text = rows.map((_, at) => `old ${at}\n`).join('');
      const all = rows.map(([, added], at) => hunk(at + 1, [`old ${at}`], added));
      const chosen = all.filter((_, at) => rows[at]?.[0]);
      const expected = rows
        .map(([taken, added], at) => (taken ? added.map((one) => `${one}\n`).join('') : `old ${at}\n`))
        .join('');
      expect(splice(text, chosen)).toBe(expected);
    }),
  );
});

describe('a hunk', () => {
  const hunk: Hunk = { file: 'f', oldStart: 2, oldLines: 1, newStart: 2, newLines: 1, removed: ['b'], added: ['B'] };

  it('goes in only where exactly its lines stand', () => {
    expect(splice('a\nb\nc\n', [hunk])).toBe('a\nB\nc\n');
    for (const text of ['b\na\nc\n', 'a\nb \nc\n', 'a\nb\r\nc\n', 'a\nb', 'a\n', ''])
      expect(splice(text, [hunk])).toBeNull();
  });

  it('read backwards undoes itself', () => {
    expect(splice('a\nB\nc\n', [inverse(hunk)])).toBe('a\nb\nc\n');
    expect(inverse(inverse(hunk))).toEqual(hunk);
  });
});

describe('undoing an older commit at head', () => {
  const original = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', ''].join('\n');
  const broken = original.replace('three', 'THREE');

  it('keeps later work around it, though lines have moved and the file has a new name', async () => {
    const { mirror, commits } = await mirrored([
      { files: { 'a.txt': original } },
      { files: { 'a.txt': broken, 'b.txt': 'with it\n' } },
      { files: { 'a.txt': `zero\n${broken.replace('eight', 'EIGHT')}` } },
      { files: { 'a.txt': null, 'c.txt': `zero\n${broken.replace('eight', 'EIGHT')}` } },
    ]);
    const culprit = commits[1] ?? '';
    const hunks = (await mirror.hunks(`${culprit}^`, culprit)).filter(({ file }) => file === 'a.txt');
    const undone = await mirror.reverted('main', { commit: culprit, hunks });
    expect(undone?.patch).toContain('-THREE\n+three');
    expect(undone?.patch).toContain('b/c.txt');
    const mended = await mirror.patched('main', undone?.patch ?? '');
    expect(mended).toEqual(undone?.tree);
  });

  it('is refused where later work stands on the same lines', async () => {
    const { mirror, commits } = await mirrored([
      { files: { 'a.txt': original } },
      { files: { 'a.txt': broken } },
      { files: { 'a.txt': broken.replace('THREE', 'drei') } },
    ]);
    const culprit = commits[1] ?? '';
    const hunks = await mirror.hunks(`${culprit}^`, culprit);
    expect(await mirror.reverted('main', { commit: culprit, hunks })).toBeNull();
  });
});

it('a patch that writes outside of the tree, or does not fit, is not taken', async () => {
  const { mirror } = await mirrored([{ files: { 'a.txt': 'one\n' } }]);
  const misfit = 'diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-two\n+three\n';
  const outside = 'diff --git a/../x b/../x\nnew file mode 100644\n--- /dev/null\n+++ b/../x\n@@ -0,0 +1 @@\n+x\n';
  const inGit = outside.replaceAll('../x', '.git/hooks/x');
  for (const patch of [misfit, outside, inGit, 'no patch at all', ''])
    expect(await mirror.patched('main', patch)).toBeNull();
});
