import { readdirSync, readFileSync } from 'node:fs';

const lookMs = 250;

/** Every process that this one started, and what they started. */
export function descendants(): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!pid) continue;
    const [, rest = ''] = read(`/proc/${pid}/stat`).split(/\) (?=[A-Z] )/);
    parents.set(pid, Number(rest.split(' ')[1]));
  }
  const found = [process.pid];
  for (let at = 0; at < found.length; at += 1) {
    for (const [pid, parent] of parents) if (parent === found[at]) found.push(pid);
  }
  return found.slice(1);
}

/** Looks at the memory of this process and its descendants until told to stop; gives the most that was seen, in MB. */
export function watchFamily(): { stop(): number } {
  let most = 0;
  const look = (): void => {
    const now = [process.pid, ...descendants()].reduce((sum, pid) => sum + share(pid), 0);
    most = Math.max(most, now);
  };
  const timer = setInterval(look, lookMs);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

/** Milliseconds of processor time that this process and those that it started, and that have ended, took so far. */
export function cpuMs(): number {
  const [, rest = ''] = read('/proc/self/stat').split(/\) (?=[A-Z] )/);
  const [user = 0, system = 0, usersBelow = 0, systemsBelow = 0] = rest.split(' ').slice(11, 15).map(Number);
  return (user + system + usersBelow + systemsBelow) * 10;
}

/** The memory of a process in MB, where what is shared counts once among those who share it. */
function share(pid: number): number {
  const [, kilobytes = '0'] = /^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`)) ?? [];
  return Number(kilobytes) / 1_024;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
