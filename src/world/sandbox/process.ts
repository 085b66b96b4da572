import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { converse, type Sandbox } from './conversation.ts';
import { frame } from './frames.ts';
import { newMark } from './mark.ts';
import { watchMemory } from './memory.ts';
import { type OuterWall, shownProgram, walled } from './outer-wall.ts';
import type { Beginning, SourceAnswer } from './protocol.ts';

/** What a sandbox process is made of. */
export interface Program {
  beginning: Beginning;
  /** Absolute file that Node runs; nothing when the process only takes calls. */
  entry?: string;
  args: string[];
  /** Absolute working folder. */
  folder: string;
  /** Absolute folders it may read besides the tree. */
  readable: string[];
  memoryMb: number;
  outerWall: OuterWall;
}

/** A process that was started for a program of its own. */
export interface Started {
  sandbox: Sandbox;
  child: ChildProcess;
  program: Program;
  /** From now on it only waits to be copied: what its copies hold is not counted as its own. */
  rest(): void;
}

const mostComplaint = 16_000;
/**
 * Copies of a process have no threads but the one that runs JavaScript. `--single-threaded` would say the same, but with
 * it the engine compiles all of Node anew instead of taking what Node brings along: 45 ms of processor for each start.
 */
const withoutThreads = [
  '--single-threaded-gc',
  '--no-concurrent-recompilation',
  '--no-lazy-compile-dispatcher',
  '--no-parallel-compile-tasks-for-eager-toplevel',
];

/** Starts a sandbox process, or takes one that waits for its beginning; its program runs at once, behind its walls. */
export function startSandbox(program: Program, serve: (file: string) => SourceAnswer, waiting?: ChildProcess): Started {
  const { beginning } = program;
  const child = waiting ?? start(program);
  const channel = wayOf(child, 0);
  const mark = newMark();
  let complaint = '';
  let isStarved = false;
  const unwatch = watchMemory(child.pid, program.memoryMb, (limitMb) => {
    isStarved = true;
    complaint += `it held more than ${limitMb} MB`;
    child.kill('SIGKILL');
  });
  child.stderr?.on('data', (bytes: Buffer) => {
    if (complaint.length < mostComplaint) complaint += bytes.toString().slice(0, mostComplaint);
  });
  const gone = new Promise<void>((resolve) => {
    const end = (): void => {
      unwatch();
      for (let at = 1; at <= beginning.copies; at += 1) wayOf(child, at).destroy();
      resolve();
    };
    child.once('exit', () => {
      // Ways that no copy took stay open as long as somebody here holds them.
      for (let at = 1; at <= beginning.copies; at += 1) wayOf(child, at).destroy();
    });
    child.once('close', end);
    child.once('error', (cause) => {
      complaint += cause.message;
      end();
    });
  });
  const body = {
    service: beginning.service,
    channel,
    mark,
    complaint: () => complaint,
    isStarved: () => isStarved,
    kill: () => void child.kill('SIGKILL'),
    gone,
  };
  const sandbox = converse(body, serve);
  channel.write(frame({ ...beginning, mark }));
  return { sandbox, child, program, rest: unwatch };
}

/** The way between here and a process, or between here and one of its copies. */
export function wayOf(child: ChildProcess, copy: number): Duplex {
  return child.stdio[3 + copy] as Duplex;
}

/** Starts the process of a program; until it is told its beginning it only loads our own scripts. */
export function start(program: Program): ChildProcess {
  const { beginning, entry, args, folder, memoryMb } = program;
  const readable = [beginning.tree, beginning.runtime, ...program.readable].map((one) => realpathSync(one));
  const node = realpathSync(process.execPath);
  const permission = [
    '--permission',
    ...readable.map((one) => `--allow-fs-read=${path.join(one, '*')}`),
    ...readable.map((one) => `--allow-fs-read=${one}`),
    // Given up as soon as what doubling needs is taken.
    ...(beginning.copies > 0 ? ['--allow-ffi'] : []),
  ];
  const options = [
    ...(beginning.isWalled ? permission : []),
    `--max-old-space-size=${memoryMb}`,
    '--enable-source-maps',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
    '--no-deprecation',
    // What a fresh buffer happens to hold would differ from run to run.
    '--zero-fill-buffers',
    ...(beginning.copies > 0 ? withoutThreads : []),
    ...(beginning.suite ? ['--test-reporter=tap', '--test-reporter-destination=stdout'] : []),
    `--import=file://${path.join(beginning.runtime, 'main.js')}`,
    entry ?? path.join(beginning.runtime, 'idle.js'),
    ...args,
  ];
  const [command, whole] = walled(program.outerWall, { node, options, readable, folder });
  const ways = Array.from({ length: 1 + beginning.copies }, () => 'pipe' as const);
  return spawn(command, whole, {
    ...(command === node ? { argv0: shownProgram } : {}),
    cwd: existsSync(folder) ? folder : beginning.tree,
    env: { UV_THREADPOOL_SIZE: '1', UV_USE_IO_URING: '0', TZ: 'UTC', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'ignore', 'pipe', ...ways],
  });
}
