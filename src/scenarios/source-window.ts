import type { Hunk } from '../codebase/hunk.ts';
import type { RootCause } from '../diagnosis/root-cause.ts';
import type { SourceWindow } from './sheet.ts';

const around = 6;
const mostLines = 120;
const longestLine = 400;

/** The lines of a file around the hunks of a cause, at the commit that brought them; hunks that lie close share a window. */
export function windowsOf(cause: RootCause, file: string, source: string | undefined): SourceWindow[] {
  const lines = source?.split('\n') ?? [];
  const hunks = cause.hunks.filter((hunk) => hunk.file === file && !hunk.whole);
  const revision = cause.commit.id;
  if (source === undefined) return hunks.map((hunk) => goneWhole(revision, hunk));
  const windows: SourceWindow[] = [];
  for (const hunk of hunks.toSorted((a, b) => a.newStart - b.newStart)) {
    const span = spanOf(hunk, lines.length);
    const last = windows.at(-1);
    const joins = last !== undefined && span.from <= last.from + last.lines.length;
    const window = joins ? last : { file, revision, from: span.from, lines: [], marked: [], gone: [] };
    const to = Math.min(span.to, window.from + mostLines - 1);
    window.lines = lines.slice(window.from - 1, to).map(shortened);
    window.marked.push(...Array.from({ length: hunk.newLines }, (_, index) => hunk.newStart + index));
    if (hunk.removed.length > 0)
      window.gone.push({
        before: hunk.newLines === 0 ? hunk.newStart + 1 : hunk.newStart,
        lines: hunk.removed.slice(0, mostLines).map(shortened),
      });
    if (!joins) windows.push(window);
  }
  for (const window of windows)
    if (cause.file === file && cause.line >= window.from && cause.line < window.from + window.lines.length)
      window.first = cause.line;
  return windows;
}

function spanOf({ newStart, newLines }: Hunk, length: number): { from: number; to: number } {
  const last = newStart + Math.max(newLines, 1) - 1;
  return { from: Math.max(1, newStart - around), to: Math.min(length, last + around) };
}

/** A file that the commit took away: there is nothing to show but what stood in it. */
function goneWhole(revision: string, { file, removed }: Hunk): SourceWindow {
  const lines = removed.slice(0, mostLines).map(shortened);
  return { file, revision, from: 1, lines: [], marked: [], gone: [{ before: 1, lines }] };
}

function shortened(line: string): string {
  return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
}
