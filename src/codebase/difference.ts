import type { Git } from './git.ts';
import type { Entry, Hunk } from './hunk.ts';

/** One path that differs between two trees; a side that lacks it is absent. */
interface Changed {
  file: string;
  before?: Entry;
  after?: Entry;
}

const nothing = /^0+$/;
const header = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** The hunks that lead from one commit or tree to another, without context; a rename is a deletion and a creation. */
export async function difference(git: Git, before: string, after: string): Promise<Hunk[]> {
  const args = ['-r', '-z', '--raw', '-p', '-U0', '--full-index', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const out = await git.bytes(['diff-tree', ...args, '--no-color', '--diff-algorithm=histogram', before, after]);
  const { changed, patch } = split(out);
  const sections = patch.length === 0 ? [] : cut(patch);
  let at = 0;
  return changed.flatMap((entry) => {
    const pieces = isTypeChange(entry) ? 2 : 1;
    const own = sections.slice(at, at + pieces);
    at += pieces;
    return hunksOf(entry, pieces === 1 ? own[0] : undefined);
  });
}

function split(out: Buffer): { changed: Changed[]; patch: Buffer } {
  const changed: Changed[] = [];
  let at = 0;
  while (out[at] === 58 /* : */) {
    const meta = out.indexOf(0, at);
    const end = out.indexOf(0, meta + 1);
    const [from = '', to = '', fromId = '', toId = ''] = out.toString('utf8', at + 1, meta).split(' ');
    changed.push({
      file: out.toString('utf8', meta + 1, end),
      ...(nothing.test(from) ? {} : { before: { mode: from, id: fromId } }),
      ...(nothing.test(to) ? {} : { after: { mode: to, id: toId } }),
    });
    at = end + 1;
  }
  return { changed, patch: out.subarray(out[at] === 0 ? at + 1 : at) };
}

/** Without context no line of content starts with "diff ", so the sections can be told apart. */
function cut(patch: Buffer): Buffer[] {
  const starts = [0];
  for (let at = patch.indexOf('\ndiff --git '); at >= 0; at = patch.indexOf('\ndiff --git ', at + 1))
    starts.push(at + 1);
  return starts.map((start, index) => patch.subarray(start, starts[index + 1]));
}

function isTypeChange({ before, after }: Changed): boolean {
  return before !== undefined && after !== undefined && before.mode.slice(0, 2) !== after.mode.slice(0, 2);
}

function hunksOf({ file, before, after }: Changed, section: Buffer | undefined): Hunk[] {
  const text = section?.toString('utf8') ?? '';
  const readable = section !== undefined && Buffer.from(text, 'utf8').equals(section);
  const isFile = [before, after].every((entry) => !entry || entry.mode.startsWith('100'));
  const lines = readable && isFile ? read(file, text) : [];
  if (lines.length === 0) return [indivisible(file, before, after)];
  const first = lines[0];
  if (first && !before && after) first.created = after.mode;
  if (first && before && !after) first.deleted = before.mode;
  if (before && after && before.mode !== after.mode)
    return [...lines, indivisible(file, before, { mode: after.mode, id: before.id })];
  return lines;
}

function indivisible(file: string, before?: Entry, after?: Entry): Hunk {
  const none = { oldStart: 0, oldLines: 0, newStart: 0, newLines: 0, removed: [], added: [] };
  return { file, ...none, whole: { ...(before && { before }), ...(after && { after }) } };
}

function read(file: string, section: string): Hunk[] {
  const hunks: Hunk[] = [];
  let last: 'removed' | 'added' | undefined;
  for (const line of section.split('\n')) {
    const found = header.exec(line);
    const hunk = hunks.at(-1);
    if (found) {
      const [oldStart = 0, oldLines = 1, newStart = 0, newLines = 1] = found
        .slice(1)
        .map((count) => (count === undefined ? undefined : Number(count)));
      hunks.push({ file, oldStart, oldLines, newStart, newLines, removed: [], added: [] });
    } else if (hunk && line.startsWith('-')) {
      hunk.removed.push(line.slice(1));
      last = 'removed';
    } else if (hunk && line.startsWith('+')) {
      hunk.added.push(line.slice(1));
      last = 'added';
    } else if (hunk && last && line.startsWith('\\')) {
      hunk.unended = { removed: false, added: false, ...hunk.unended, [last]: true };
    }
  }
  return hunks;
}
