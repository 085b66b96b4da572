import { globSync, mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../errors.ts';
import { beginTrace, type KeptTrace, openTrace, type TraceFile } from './trace-file.ts';

/** The traces of a cache folder, each under its hash: equal runs are kept once. */
export interface Traces {
  begin(): TraceFile;
  /** A kept trace by its hash or the first eight or more signs of it; throws TRACE_UNKNOWN. */
  open(hash: string): KeptTrace;
}

const mostTraces = 5_000;
const prunedEvery = 500;

/** Opens the traces that are kept in a cache folder; only the newest few thousand stay. */
export function openTraces(cacheFolder: string, most = mostTraces): Traces {
  const folder = path.join(cacheFolder, 'traces');
  mkdirSync(folder, { recursive: true });
  clear(folder);
  let begun = 0;
  return {
    begin() {
      if (begun % prunedEvery === 0) prune(folder, most);
      begun += 1;
      return beginTrace(folder, `${process.pid}-${begun}`);
    },
    open(hash) {
      if (!/^[0-9a-f]{8,64}$/.test(hash)) throw new Failure('TRACE_UNKNOWN', { trace: hash });
      const [found, ...others] = globSync(path.join(folder, hash.slice(0, 2), `${hash}*.trace`));
      if (others.length > 0) throw new Failure('TRACE_UNKNOWN', { trace: hash, problem: 'several begin with that' });
      return openTrace(folder, found ? path.basename(found, '.trace') : hash);
    },
  };
}

/** Takes away what processes that are gone left half-written. */
function clear(folder: string): void {
  for (const file of globSync(path.join(folder, '*.partial'))) {
    if (!isRunning(Number.parseInt(path.basename(file), 10))) rmSync(file, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    return isFailureOf(thrown, 'EPERM');
  }
}

function isFailureOf(thrown: unknown, code: string): boolean {
  return typeof thrown === 'object' && thrown !== null && 'code' in thrown && thrown.code === code;
}

/** Takes away the oldest traces beyond a number; what another process took away meanwhile is no matter. */
function prune(folder: string, most: number): void {
  const kept = globSync(path.join(folder, '*', '*.trace'));
  if (kept.length <= most) return;
  const dated = kept.map((file) => ({ file, at: statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0 }));
  dated.sort((a, b) => a.at - b.at);
  for (const { file } of dated.slice(0, kept.length - most)) rmSync(file, { force: true });
}
