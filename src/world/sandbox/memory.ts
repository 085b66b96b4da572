import { descendants, read } from './kin.ts';

const lookMs = 100;
const pageBytes = 4_096;
/** Bubblewrap stands before the one that matters. */
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
    const held = descendants(pid, mostDescendants).reduce((sum, one) => sum + heldBy(one), 0);
    if (held <= limitMb * 2 ** 20) return;
    clearInterval(timer);
    exceeded(limitMb);
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** Bytes of memory that are this process's alone. */
function heldBy(pid: number): number {
  const [, resident = 0, shared = 0] = read(`/proc/${pid}/statm`).split(' ').map(Number);
  return Math.max(0, resident - shared) * pageBytes;
}
