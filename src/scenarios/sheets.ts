import { createHash } from 'node:crypto';
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Sheet, sheetKinds } from './sheet.ts';

/** The sheets of a cache folder, each under its id. */
export interface Sheets {
  /** Writes a sheet down and gives its id; an equal one is kept once. */
  keep(sheet: Sheet): string;
  /** The sheet of an id, or of its first eight or more signs; of several the one written last. */
  find(id: string): KeptSheet | null;
  /** The sheets that show a trace, the newest first. */
  ofTrace(hash: string): KeptSheet[];
}

/** A sheet under its id. */
export interface KeptSheet {
  id: string;
  sheet: Sheet;
}

const mostSheets = 5_000;
const prunedEvery = 100;
const signsOfTrace = 40;
const mostOfATrace = 50;

/**
 * Opens the sheets that are kept in a cache folder; only the newest few thousand stay. An id begins with the hash of
 * the trace it shows, so that whoever has the one finds the other.
 */
export function openSheets(cacheFolder: string, most = mostSheets): Sheets {
  const folder = path.join(cacheFolder, 'sheets');
  mkdirSync(folder, { recursive: true });
  let kept = 0;
  return {
    keep(sheet) {
      if (kept % prunedEvery === 0) prune(folder, most);
      kept += 1;
      const text = JSON.stringify(sheet);
      const id = idOf(sheet, text);
      const place = path.join(folder, `${id}.json`);
      const partial = `${place}.${process.pid}.partial`;
      writeFileSync(partial, text);
      renameSync(partial, place);
      return id;
    },
    find(id) {
      const [newest] = beginning(folder, id);
      const sheet = newest && read(newest);
      return sheet ? { id: idIn(newest), sheet } : null;
    },
    ofTrace(hash) {
      const files = beginning(folder, hash.slice(0, signsOfTrace)).slice(0, mostOfATrace);
      return files.flatMap((file) => {
        const sheet = read(file);
        return sheet?.head.trace.hash === hash ? [{ id: idIn(file), sheet }] : [];
      });
    },
  };
}

/** The files of the sheets whose ids begin so, the newest first. */
function beginning(folder: string, id: string): string[] {
  if (!/^[0-9a-f]{8,64}$/.test(id)) return [];
  const found = globSync(path.join(folder, `${id}*.json`)).map((file) => ({ file, at: writtenAt(file) }));
  return found.sort((a, b) => b.at - a.at || (a.file < b.file ? -1 : 1)).map(({ file }) => file);
}

function idIn(file: string): string {
  return path.basename(file, '.json');
}

function idOf({ head }: Sheet, text: string): string {
  const content = createHash('sha256').update(text).digest('hex');
  return `${head.trace.hash.slice(0, signsOfTrace)}${content}`.slice(0, 64);
}

/** A sheet that is there and whole; what is damaged is not there. */
function read(file: string): Sheet | null {
  try {
    const found: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isSheet(found) ? found : null;
  } catch (thrown) {
    if (thrown instanceof SyntaxError || writtenAt(file) === 0) return null;
    throw thrown;
  }
}

function isSheet(found: unknown): found is Sheet {
  if (typeof found !== 'object' || found === null) return false;
  const { sheet, kind, head, plan } = found as Partial<Sheet>;
  return sheet === 1 && sheetKinds.some((known) => known === kind) && Boolean(head?.verdict && head.trace && plan);
}

function writtenAt(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function prune(folder: string, most: number): void {
  const dated = globSync(path.join(folder, '*')).map((file) => ({ file, at: writtenAt(file) }));
  dated.sort((a, b) => a.at - b.at);
  for (const { file } of dated.slice(0, Math.max(0, dated.length - most))) rmSync(file, { force: true });
}
