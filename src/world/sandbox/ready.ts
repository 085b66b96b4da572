import type { ChildProcess } from 'node:child_process';
import { hold } from './hold.ts';
import { type Program, start } from './process.ts';

/** Processes that were started ahead: they have loaded our own scripts, wait to be told what they are, and ran nothing else. */
export interface Ready extends AsyncDisposable {
  /** A waiting process that was started exactly as this program would be; it is never given twice. */
  take(program: Program): ChildProcess | undefined;
  /** A program has been run and is gone: the second time one more is started for the next run. */
  ended(program: Program): void;
}

const mostKnown = 400;

/** Keeps at most so many waiting processes, of which the one that waits longest goes first. */
export function keepReady(most: number): Ready {
  const waiting: { key: string; child: ChildProcess }[] = [];
  const known = new Map<string, number>();
  let isClosed = false;
  const taken = new WeakSet<ChildProcess>();
  const forget = (child: ChildProcess): void => {
    const at = waiting.findIndex((one) => one.child === child);
    if (at >= 0) waiting.splice(at, 1);
    // Whoever took it reads to the end; of one that nobody took, the open ends would keep this process up for ever.
    if (!taken.has(child)) letGo(child);
  };
  const launch = (key: string, program: Program): void => {
    const child = start(program);
    const lost = (): void => forget(child);
    child.once('exit', lost);
    child.on('error', lost);
    hold(child, false);
    waiting.push({ key, child });
    while (waiting.length > most) waiting.shift()?.child.kill('SIGKILL');
  };
  return {
    take(program) {
      const key = keyOf(program);
      const at = waiting.findIndex((one) => one.key === key && one.child.exitCode === null && !one.child.killed);
      const child = at < 0 ? undefined : waiting.splice(at, 1)[0]?.child;
      if (child) {
        taken.add(child);
        hold(child, true);
      }
      return child;
    },
    ended(program) {
      const key = keyOf(program);
      const runs = (known.get(key) ?? 0) + 1;
      known.delete(key);
      known.set(key, runs);
      const [oldest] = known.keys();
      if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
      if (!isClosed && runs > 1 && most > 0) launch(key, program);
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      const left = waiting.splice(0);
      await Promise.all(left.map(({ child }) => over(child)));
    },
  };
}

function over(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      letGo(child);
      resolve();
    };
    if (child.exitCode !== null || child.signalCode !== null) return end();
    child.ref();
    child.once('exit', end);
    child.once('error', end);
    child.kill('SIGKILL');
  });
}

function letGo(child: ChildProcess): void {
  for (const stream of child.stdio) stream?.destroy();
}

/** Everything that a process is given before it is told what it is. */
function keyOf({ beginning, entry, args, folder, readable, memoryMb, outerWall }: Program): string {
  const { tree, runtime, isWalled, copies, suite } = beginning;
  const started = [tree, runtime, isWalled, copies, Boolean(suite), entry, args, folder];
  return JSON.stringify([...started, readable, memoryMb, outerWall]);
}
