import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { blob, entry } from './entries.ts';
import type { Git } from './git.ts';
import type { Entry, Hunk } from './hunk.ts';
import type { Edit } from './mirror.ts';
import { inverse, splice } from './splice.ts';

/** What becomes of some paths of a tree: a new entry, or gone. */
type Edits = Map<string, Entry | undefined>;

/** The id of the git tree that a revision becomes with some of the hunks that start from it; null when one does not fit. */
export async function withHunks(git: Git, base: string, hunks: Hunk[], scratch: string): Promise<string | null> {
  const edits = await edited(git, base, hunks);
  return edits && written(git, base, edits, scratch);
}

/**
 * The id of the git tree that `head` becomes when hunks that came with the commit `from` are undone. Each file is
 * merged three ways (the file as it came with `from`, as it is at head, and as it came without the hunks), so later
 * changes beside them stay; null when later changes touched the same lines.
 */
export async function withoutHunks(
  git: Git,
  { head, from, hunks, scratch }: { head: string; from: string; hunks: Hunk[]; scratch: string },
): Promise<string | null> {
  const undone = await edited(git, from, hunks.map(inverse));
  if (!undone || head === from) return undone && written(git, head, undone, scratch);
  const merged: Edits = new Map();
  for (const [file, theirs] of undone) {
    const base = await entry(git, from, file);
    const at = await followed(git, { from, head, file });
    const ours = await entry(git, head, at);
    if (same(ours, base)) merged.set(at, theirs);
    else if (same(ours, theirs)) continue;
    else if (!base || !ours || !theirs) return null;
    else {
      const id = await mergedBlob(git, { base, ours, theirs }, scratch);
      if (!id) return null;
      merged.set(at, { mode: ours.mode, id });
    }
  }
  return written(git, head, merged, scratch);
}

async function edited(git: Git, base: string, hunks: Hunk[]): Promise<Edits | null> {
  const edits: Edits = new Map();
  for (const [file, own] of Map.groupBy(hunks, (hunk) => hunk.file)) {
    const was = await entry(git, base, file);
    const become = await fileWith(git, was, own);
    if (become === null) return null;
    edits.set(file, become);
  }
  return edits;
}

/** The entry that a path becomes, undefined for none, null when a hunk does not fit. */
async function fileWith(git: Git, was: Entry | undefined, hunks: Hunk[]): Promise<Entry | undefined | null> {
  let now = was;
  const lines = hunks.filter((hunk) => !hunk.whole);
  if (lines.length > 0) {
    const created = lines.find((hunk) => hunk.created)?.created;
    if (created ? now !== undefined : now === undefined) return null;
    const text = now ? (await blob(git, now.id)).toString('utf8') : '';
    const spliced = splice(text, lines);
    if (spliced === null) return null;
    const gone = spliced === '' && lines.some((hunk) => hunk.deleted);
    const mode = now?.mode ?? created ?? '100644';
    now = gone ? undefined : { mode, id: await stored(git, spliced) };
  }
  for (const { whole } of hunks) {
    if (!whole) continue;
    const onlyMode = whole.before && whole.after && whole.before.id === whole.after.id;
    if (onlyMode && whole.after) {
      if (now?.mode !== whole.before?.mode) return null;
      now = now && { ...now, mode: whole.after.mode };
    } else {
      if (!same(now, whole.before)) return null;
      now = whole.after;
    }
  }
  return now;
}

async function stored(git: Git, text: string): Promise<string> {
  return (await git.text(['hash-object', '-w', '--stdin', '--no-filters'], { input: text })).trim();
}

async function written(git: Git, base: string, edits: Edits, scratch: string): Promise<string> {
  const folder = await mkdtemp(path.join(scratch, 'index-'));
  const index = path.join(folder, 'index');
  try {
    await git.bytes(['read-tree', base], { index });
    const gone = '0'.repeat(40);
    const lines = [...edits].map(([file, now]) => `${now?.mode ?? 0} ${now?.id ?? gone}\t${file}\0`).join('');
    await git.bytes(['update-index', '-z', '--index-info'], { index, input: lines });
    return (await git.text(['write-tree'], { index })).trim();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The id of the git tree that a revision becomes with a change on it; null when the change does not fit. */
export async function withEdit(git: Git, base: string, edit: Edit, scratch: string): Promise<string | null> {
  if ('patch' in edit) return withPatch(git, base, edit.patch, scratch);
  if ('hunks' in edit) return withHunks(git, base, edit.hunks, scratch);
  if ('undo' in edit) return withoutHunks(git, { head: base, from: edit.undo.commit, hunks: edit.undo.hunks, scratch });
  const edits: Edits = new Map();
  for (const [file, text] of Object.entries(edit.files)) {
    const was = await entry(git, base, file);
    if (!was?.mode.startsWith('100')) return null;
    edits.set(file, { mode: was.mode, id: await stored(git, text) });
  }
  return written(git, base, edits, scratch);
}

/** The id of a git tree with one file put in, or in the place of what was there. */
export async function withFile(
  git: Git,
  { base, file, text, scratch }: { base: string; file: string; text: string; scratch: string },
): Promise<string> {
  return written(git, base, new Map([[file, { mode: '100644', id: await stored(git, text) }]]), scratch);
}

/** The id of the git tree that `git apply` makes of a revision; null when git does not take the patch. */
export async function withPatch(git: Git, base: string, patch: string, scratch: string): Promise<string | null> {
  const folder = await mkdtemp(path.join(scratch, 'index-'));
  const index = path.join(folder, 'index');
  try {
    await git.bytes(['read-tree', base], { index });
    const { code } = await git.attempt(['apply', '--cached', '--whitespace=nowarn', '-'], { index, input: patch });
    return code === 0 ? (await git.text(['write-tree'], { index })).trim() : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where a file of an older commit stands at head: under its own path, or under the one it was renamed to. */
async function followed(git: Git, { from, head, file }: { from: string; head: string; file: string }): Promise<string> {
  if (await entry(git, head, file)) return file;
  const out = await git.text(['diff-tree', '-r', '-z', '-M', '--diff-filter=R', '--name-status', from, head]);
  const names = out.split('\0');
  const at = names.findIndex((name, index) => index % 3 === 1 && name === file);
  return at >= 0 ? (names[at + 1] ?? file) : file;
}

async function mergedBlob(
  git: Git,
  sides: { base: Entry; ours: Entry; theirs: Entry },
  scratch: string,
): Promise<string | null> {
  const folder = await mkdtemp(path.join(scratch, 'merge-'));
  try {
    for (const side of ['base', 'ours', 'theirs'] as const)
      await writeFile(path.join(folder, side), await blob(git, sides[side].id));
    const [ours, base, theirs] = ['ours', 'base', 'theirs'].map((side) => path.join(folder, side));
    const { code, out } = await git.attempt(['merge-file', '-p', '-q', ours ?? '', base ?? '', theirs ?? '']);
    return code === 0
      ? (await git.text(['hash-object', '-w', '--stdin', '--no-filters'], { input: out })).trim()
      : null;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function same(a: Entry | undefined, b: Entry | undefined): boolean {
  return a?.id === b?.id && a?.mode === b?.mode;
}
