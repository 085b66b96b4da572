import { readFileSync } from 'node:fs';

const lookMs = 100;
const pageBytes = 4_096;
const mostDescendants = 8;
/** What Node itself needs beside the heap that it is given: code, stacks, buffers on their way. */
const besideMb = 192;

/**
 * Looks at what a process and those within it hold for themselves, buffers outside the heap included, and calls back
 * once when it is more than the heap may have and Node needs beside it. Does nothing where there is no `/proc`.
 */
export function watchMemory(pid: number | undefined, heapMb: number, exceeded: (limitMb: number) => void): () => void {
  if (pid === undefined) return () => undefined;
  const limitMb = heapMb + besideMb;
  const timer = setInterval(() => {
    const held = family(pid).reduce((sum, one) => sum + heldBy(one), 0);
    if (held <= limitMb * 2 ** 20) return;
    clearInterval(timer);
    exceeded(limitMb);
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** The process itself and the processes that it made; bubblewrap stands before the one that matters. */
function family(pid: number): number[] {
  const found = [pid];
  for (let at = 0; at < found.length && found.length < mostDescendants; at += 1) {
    const children = read(`/proc/${found[at]}/task/${found[at]}/children`).trim();
    if (children) found.push(...children.split(' ').map(Number));
  }
  return found;
}

/** Bytes of memory that are this process's alone. */
function heldBy(pid: number): number {
  const [, resident = 0, shared = 0] = read(`/proc/${pid}/statm`).split(' ').map(Number);
  return Math.max(0, resident - shared) * pageBytes;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // It ended between two looks, or there is no such thing here.
    return '';
  }
}
