import type { Git } from './git.ts';
import type { Entry } from './hunk.ts';

/** One path of a tree in git. */
export interface Listed extends Entry {
  file: string;
  /** Bytes; 0 for a submodule. */
  size: number;
}

const mostListed = 100 << 20;

/** Every path of a commit or tree, in git's order. */
export async function entries(git: Git, tree: string): Promise<Listed[]> {
  const out = await git.text(['ls-tree', '-r', '-z', '-l', '--full-tree', tree], { maxBytes: mostListed });
  return out
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const tab = line.indexOf('\t');
      const [mode = '', , id = '', size = ''] = line.slice(0, tab).split(/ +/);
      return { file: line.slice(tab + 1), mode, id, size: Number(size) || 0 };
    });
}

/** What stands under one path of a commit or tree, if anything does. */
export async function entry(git: Git, tree: string, file: string): Promise<Entry | undefined> {
  const out = await git.text(['ls-tree', '-z', '--full-tree', tree, '--', file]);
  const found = /^(\d+) (\w+) ([0-9a-f]+)\t([^\0]*)\0$/.exec(out);
  if (found?.[2] !== 'blob' || found[4] !== file) return undefined;
  return { mode: found[1] ?? '', id: found[3] ?? '' };
}

/** The content of a blob. */
export function blob(git: Git, id: string): Promise<Buffer> {
  return git.bytes(['cat-file', 'blob', id]);
}

/** The contents of many blobs, asked for in pieces that stay within memory. */
export async function* blobs(git: Git, wanted: { id: string; size: number }[]): AsyncGenerator<[id: string, Buffer]> {
  const batch: { id: string; size: number }[] = [];
  let held = 0;
  for (const next of wanted) {
    if (batch.length > 0 && held + next.size > 32 << 20) {
      yield* together(git, batch.splice(0));
      held = 0;
    }
    batch.push(next);
    held += next.size;
  }
  if (batch.length > 0) yield* together(git, batch);
}

async function* together(git: Git, wanted: { id: string }[]): AsyncGenerator<[id: string, Buffer]> {
  const out = await git.bytes(['cat-file', '--batch'], { input: `${wanted.map(({ id }) => id).join('\n')}\n` });
  let at = 0;
  for (const { id } of wanted) {
    const end = out.indexOf(10, at);
    const size = Number(out.toString('utf8', at, end).split(' ')[2]);
    yield [id, out.subarray(end + 1, end + 1 + size)];
    at = end + 1 + size + 1;
  }
}
