import type { Hunk } from './hunk.ts';

/** The same hunk read backwards: what undoes it. */
export function inverse(hunk: Hunk): Hunk {
  const { created, deleted, unended, whole, ...rest } = hunk;
  return {
    ...rest,
    oldStart: hunk.newStart,
    oldLines: hunk.newLines,
    newStart: hunk.oldStart,
    newLines: hunk.oldLines,
    removed: hunk.added,
    added: hunk.removed,
    ...(created && { deleted: created }),
    ...(deleted && { created: deleted }),
    ...(unended && { unended: { removed: unended.added, added: unended.removed } }),
    ...(whole && {
      whole: { ...(whole.after && { before: whole.after }), ...(whole.before && { after: whole.before }) },
    }),
  };
}

/**
 * A text with some hunks put in, each at exactly the old line that it names, where exactly the removed lines must
 * stand; null when one of them finds anything else. Positions are those of the text as given: earlier hunks do not
 * move later ones.
 */
export function splice(text: string, hunks: Hunk[]): string | null {
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const out: string[] = [];
  let at = 0;
  for (const hunk of [...hunks].sort((a, b) => start(a) - start(b))) {
    const from = start(hunk);
    const removed = ended(hunk.removed, hunk.unended?.removed);
    if (from < at || from + removed.length > lines.length) return null;
    if (removed.some((line, index) => line !== lines[from + index])) return null;
    out.push(...lines.slice(at, from), ...ended(hunk.added, hunk.unended?.added));
    at = from + removed.length;
  }
  out.push(...lines.slice(at));
  const unfinished = out.findIndex((line) => !line.endsWith('\n'));
  return unfinished >= 0 && unfinished < out.length - 1 ? null : out.join('');
}

/** Index of the first line that the hunk replaces, or before which it adds. */
function start({ oldStart, oldLines }: Hunk): number {
  return oldLines === 0 ? oldStart : oldStart - 1;
}

function ended(lines: string[], unended = false): string[] {
  return lines.map((line, index) => (unended && index === lines.length - 1 ? line : `${line}\n`));
}
