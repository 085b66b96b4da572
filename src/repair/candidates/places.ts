import type { Hunk } from '../../codebase/hunk.ts';
import { functionsOf, type SourceFunction } from '../../codebase/symbols.ts';
import { isCode } from '../../diagnosis/kinds-of-files.ts';
import type { EnclosingFunction, RootCause } from '../../diagnosis/root-cause.ts';
import type { FunctionRun } from '../../simulation/trace.ts';
import type { Breakage } from '../breakage.ts';

/** A file at head in which something may be at fault. */
export interface Place {
  file: string;
  source: string;
  /** Lines of head that came with what flips the verdict; what was only taken out is between two of them. */
  lines: number[];
  /** Functions of head that may be at fault, the likeliest first. */
  functions: SourceFunction[];
  /** What stood at the lines before the change, where one is known. */
  removed: string[];
  /** The file before the change. */
  earlier?: string;
}

const mostFiles = 4;
const mostFunctions = 6;

/** Where head may be at fault: around the hunks of the cause, or in the suspects where there is no cause. */
export async function placesOf(breakage: Breakage, ran: FunctionRun[]): Promise<Place[]> {
  const { cause } = breakage;
  return cause ? placesOfCause(breakage, cause) : placesOfSuspects(breakage, breakage.suspects ?? ranIn(ran));
}

async function placesOfCause({ mirror, head }: Breakage, cause: RootCause): Promise<Place[]> {
  const { id } = cause.commit;
  const later = id === head ? [] : await mirror.hunks(id, head);
  const named = [...cause.functions, ...(cause.nearby ?? [])];
  const files = [...new Set([...cause.hunks, ...named].map(({ file }) => file))].filter(isCode);
  const places: Place[] = [];
  for (const file of files.slice(0, mostFiles)) {
    const source = await mirror.read(head, file);
    if (source === undefined) continue;
    const hunks = cause.hunks.filter((hunk) => hunk.file === file && !hunk.whole);
    const moves = later.filter((hunk) => hunk.file === file);
    const lines = [...new Set(hunks.flatMap(linesOf).flatMap((line) => moved(line, moves)))];
    const found = functionsOf(source, file);
    const around = found.filter((one) => lines.some((line) => one.line <= line && line <= one.endLine));
    const byName = named.filter((one) => one.file === file).map(({ name }) => name);
    const wanted = [...around.sort(innermost), ...found.filter(({ name }) => byName.includes(name))];
    places.push({
      file,
      source,
      lines,
      functions: [...new Set(wanted)].slice(0, mostFunctions),
      removed: hunks.flatMap(({ removed }) => removed),
      earlier: await mirror.read(cause.good, file),
    });
  }
  return places;
}

async function placesOfSuspects({ mirror, head }: Breakage, suspects: EnclosingFunction[]): Promise<Place[]> {
  const places: Place[] = [];
  const files = [...new Set(suspects.map(({ file }) => file))].filter(isCode);
  for (const file of files.slice(0, mostFiles)) {
    const source = await mirror.read(head, file);
    if (source === undefined) continue;
    const found = functionsOf(source, file);
    const functions = suspects
      .filter((one) => one.file === file)
      .flatMap((one) => found.filter(({ endLine, name }) => endLine === one.endLine || name === one.name).slice(0, 1));
    places.push({ file, source, lines: [], functions: functions.slice(0, mostFunctions), removed: [] });
  }
  return places;
}

/** Functions that ran, those that ran least first: what everything passes through is seldom at fault. */
function ranIn(ran: FunctionRun[]): EnclosingFunction[] {
  return ran
    .filter(({ file }) => isCode(file) && !file.includes('node_modules/'))
    .sort((a, b) => a.calls - b.calls)
    .map(({ name, file, line, endLine }) => ({ name, file, line, endLine }));
}

/** The lines that a hunk brought; of a pure deletion those on both sides. */
function linesOf({ newStart, newLines }: Hunk): number[] {
  return newLines === 0 ? [newStart, newStart + 1] : Array.from({ length: newLines }, (_, at) => newStart + at);
}

/** Where a line stands after some hunks; nowhere when they took it out. */
function moved(line: number, hunks: Hunk[]): number[] {
  let by = 0;
  for (const { oldStart, oldLines, newLines } of hunks) {
    const last = oldStart + Math.max(oldLines, 1) - 1;
    if (oldLines > 0 && oldStart <= line && line <= last) return [];
    if (oldLines === 0 ? oldStart < line : last < line) by += newLines - oldLines;
  }
  return [line + by];
}

function innermost(a: SourceFunction, b: SourceFunction): number {
  return a.endLine - a.line - (b.endLine - b.line);
}
