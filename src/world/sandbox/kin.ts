import { readFileSync } from 'node:fs';

const mostKin = 400;

/** A process that one of ours made. */
export interface Kin {
  /** Its number here, whatever it is called within its own walls. */
  pid: number;
  /** Ends it, and never another process that got its number since. */
  kill(): void;
}

/** The process with this number of its own among all that descend from one of ours; undefined where it cannot be told. */
export function findWithin(root: number | undefined, own: number): Kin | undefined {
  const found = root === undefined ? [] : descendants(root, mostKin);
  const pid = found.findLast((one) => ownNumber(one) === own);
  const birth = pid === undefined ? '' : birthOf(pid);
  if (pid === undefined || birth === '') return undefined;
  return {
    pid,
    kill() {
      try {
        if (birthOf(pid) === birth) process.kill(pid, 'SIGKILL');
      } catch (thrown) {
        // It ended by itself in between.
        if (Object(thrown).code !== 'ESRCH') throw thrown;
      }
    },
  };
}

/** The process itself and those that it and its own made, at most so many. */
export function descendants(root: number, most: number): number[] {
  const found = [root];
  for (let at = 0; at < found.length && found.length < most; at += 1) {
    const children = read(`/proc/${found[at]}/task/${found[at]}/children`).trim();
    if (children) found.push(...children.split(' ').map(Number));
  }
  return found;
}

/** The number that a process knows of itself: the last one where it is within walls of its own. */
function ownNumber(pid: number): number {
  const [line] = /^NSpid:.*$/m.exec(read(`/proc/${pid}/status`)) ?? [];
  return Number(line?.split(/\s+/).at(-1));
}

/** When a process was started, in ticks since the machine was; empty when it is gone. */
function birthOf(pid: number): string {
  const text = read(`/proc/${pid}/stat`);
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** A file of `/proc`; empty when the process ended meanwhile, or where there is no such thing. */
export function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
