import type { Hunk } from '../codebase/hunk.ts';
import type { Mirror } from '../codebase/mirror.ts';
import { enclosingFunctions, functionsOf } from '../codebase/symbols.ts';
import type { FunctionRun } from '../simulation/trace.ts';
import { cite, linesOf } from './cite.ts';
import { isCode } from './kinds-of-files.ts';
import type { EnclosingFunction } from './root-cause.ts';

/** The place to open first, and the functions around what changed, the likeliest first. */
export interface Place {
  file: string;
  /** 0 for the file as a whole. */
  line: number;
  text: string;
  /** Where it stands when that is not the commit. */
  revision?: string;
  functions: EnclosingFunction[];
  nearby: EnclosingFunction[];
}

interface Seen {
  hunk: Hunk;
  lines: string[];
  line: number;
  functions: EnclosingFunction[];
  rank: number;
}

/** What a place is looked for in. */
interface Changed {
  /** The parent, where lines stand that went with the commit. */
  good: string;
  /** The hunks that flip the verdict. */
  hunks: Hunk[];
  /** All hunks of the commit. */
  all: Hunk[];
  /** The functions that the violated run passed through. */
  ran: FunctionRun[];
}

/** Hunks with the likeliest first: those that change what the violated run passed through, the larger the earlier. */
export async function likeliestFirst(
  mirror: Mirror,
  commit: string,
  { hunks, ran }: Pick<Changed, 'hunks' | 'ran'>,
): Promise<Hunk[]> {
  return (await look(mirror, commit, hunks, ran)).map(({ hunk }) => hunk);
}

/** Points at the likeliest of the hunks that flip the verdict, and names the functions around them. */
export async function placeOf(mirror: Mirror, commit: string, { good, hunks, all, ran }: Changed): Promise<Place> {
  const seen = await look(mirror, commit, hunks, ran);
  const first = seen.find(({ lines }) => lines.length > 0) ?? seen[0];
  const executed = (found: EnclosingFunction) => ran.some((run) => overlaps(run, found));
  const functions = unique(seen.flatMap((each) => each.functions)).sort(
    (a, b) => Number(executed(b)) - Number(executed(a)),
  );
  const others = await look(
    mirror,
    commit,
    all.filter(({ file }) => isCode(file)),
    ran,
  );
  const named = new Set(functions.map(key));
  return {
    ...(await openFirst(mirror, commit, { first, good })),
    functions,
    nearby: unique(others.flatMap((each) => each.functions)).filter(
      (found) => executed(found) && !named.has(key(found)),
    ),
  };
}

/** The first line of a hunk at the commit; of a file that went, at its parent; of what has no lines, the file. */
async function openFirst(
  mirror: Mirror,
  commit: string,
  { first, good }: { first: Seen | undefined; good: string },
): Promise<Pick<Place, 'file' | 'line' | 'text' | 'revision'>> {
  const file = first?.hunk.file ?? '';
  const none = { file, line: 0, text: '' };
  if (!first || first.hunk.whole) return none;
  const gone = first.lines.length === 0;
  const at = gone ? { revision: good, file, line: first.hunk.oldStart } : { revision: commit, file, line: first.line };
  const found = await cite(mirror, at);
  if (!found) return none;
  return { file, line: found.line, text: found.text, ...(gone && { revision: good }) };
}

async function look(mirror: Mirror, commit: string, hunks: Hunk[], ran: FunctionRun[]): Promise<Seen[]> {
  const sources = new Map<string, string | undefined>();
  for (const { file, deleted, whole } of hunks)
    if (!deleted && !whole && !sources.has(file)) sources.set(file, await mirror.read(commit, file));
  const seen: Seen[] = [];
  for (const hunk of hunks) {
    const source = hunk.deleted || hunk.whole ? undefined : sources.get(hunk.file);
    const lines = linesOf(source);
    const line = Math.max(1, Math.min(firstLine(hunk), lines.length));
    const functions = source === undefined ? [] : around(source, hunk, line);
    seen.push({ hunk, lines, line, functions, rank: rankOf({ hunk, functions, ran }) });
  }
  return seen.sort((a, b) => a.rank - b.rank || size(b.hunk) - size(a.hunk));
}

/** The first changed line that says something; of a pure deletion the line that follows. */
function firstLine({ newStart, newLines, added }: Hunk): number {
  if (newLines === 0) return newStart + 1;
  const telling = added.findIndex((line) => /\w/.test(line) && !isComment(line));
  return newStart + Math.max(0, telling);
}

/** Functions around every changed line, the innermost of the first line first. */
function around(source: string, { file, newStart, newLines }: Hunk, first: number): EnclosingFunction[] {
  const last = newStart + Math.max(newLines, 1) - 1;
  const touched = functionsOf(source, file).filter((found) => found.line <= last && newStart <= found.endLine);
  return unique([...enclosingFunctions(source, file, first), ...touched]);
}

/**
 * 0: it changes a function that ran; 1: it adds functions that ran; 2: it stands beside all functions, so it ran when
 * the module was loaded; 3: it did not run; 4: it is no code.
 */
function rankOf({ hunk, functions, ran }: { hunk: Hunk; functions: EnclosingFunction[]; ran: FunctionRun[] }): number {
  if (!isCode(hunk.file) || hunk.whole || [...hunk.added, ...hunk.removed].every((line) => isComment(line))) return 4;
  const executed = functions.filter((found) => ran.some((run) => overlaps(run, found)));
  if (executed.some((found) => hunk.removed.length > 0 || !isWithin(found, hunk))) return 0;
  if (executed.length > 0) return 1;
  return functions.length === 0 ? 2 : 3;
}

/** Whether a function came whole with the hunk. */
function isWithin({ line, endLine }: EnclosingFunction, { newStart, newLines }: Hunk): boolean {
  return newStart <= line && endLine < newStart + newLines;
}

function overlaps(run: FunctionRun, found: EnclosingFunction): boolean {
  return (
    run.file === found.file && run.line <= found.endLine && found.line <= run.endLine && run.endLine === found.endLine
  );
}

function unique(found: EnclosingFunction[]): EnclosingFunction[] {
  return [...new Map(found.map((each) => [key(each), each])).values()];
}

function key({ file, line, endLine, name }: EnclosingFunction): string {
  return `${file}:${line}:${endLine}:${name}`;
}

function size({ added, removed }: Hunk): number {
  return added.length + removed.length;
}

function isComment(line: string): boolean {
  return /^\s*(\/\/|\/\*|\*|#|<!--|$)/.test(line);
}
