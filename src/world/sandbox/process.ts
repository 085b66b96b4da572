import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { Failure } from '../../errors.ts';
import { frame, reader } from './frames.ts';
import { newMark } from './mark.ts';
import { watchMemory } from './memory.ts';
import { type OuterWall, shownProgram, walled } from './outer-wall.ts';
import type { Beginning, Order, SourceAnswer, Word } from './protocol.ts';
import { understood } from './words.ts';

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

/** A locked-down process with a part of the target in it; it does one turn for each order. */
export interface Sandbox {
  readonly service: string;
  /** Whether it is still there. */
  readonly isAlive: boolean;
  /** The last lines that Node itself printed, for the reason when it ends. */
  readonly complaint: string;
  /** Whether it was ended since it held more memory than it may. */
  readonly isStarved: boolean;
  /** Does one turn, the first without an order; resolves with what it said until it was idle, or until it ended. */
  turn(order: Order | null): Promise<Word[]>;
  kill(): void;
  /** Resolves when the process is gone. */
  gone: Promise<void>;
}

const mostComplaint = 16_000;
/** What one turn may say: the coordinator keeps it until the turn ends. */
const mostHeard = 96 << 20;

/** Starts a sandbox process, or takes one that waits for its beginning; its program runs at once, behind its walls. */
export function startSandbox(program: Program, serve: (file: string) => SourceAnswer, waiting?: ChildProcess): Sandbox {
  const { beginning } = program;
  const child = waiting ?? start(program);
  const channel = child.stdio[3] as Duplex;
  const mark = newMark();
  let complaint = '';
  let heard = 0;
  let isAlive = true;
  let isStarved = false;
  const unwatch = watchMemory(child.pid, program.memoryMb, (limitMb) => {
    isStarved = true;
    complaint += `it held more than ${limitMb} MB`;
    child.kill('SIGKILL');
  });
  let said: Word[] = [];
  /** A turn that ended before anybody waited for it: the first one. */
  let early: Word[] | undefined;
  let finish: ((words: Word[]) => void) | undefined;
  let broken: Failure | undefined;
  let refuse: ((why: Failure) => void) | undefined;
  const end = (): void => {
    isAlive = false;
    unwatch();
    finish?.(said);
  };
  const distrust = (why: string): void => {
    if (broken) return;
    broken = new Failure('SANDBOX_DISTRUSTED', { service: beginning.service, problem: why });
    child.kill('SIGKILL');
    refuse?.(broken);
  };
  const hear = (message: unknown): void => {
    const words = understood(message, mark);
    if ('wrong' in words) {
      distrust(words.wrong);
      return;
    }
    for (const word of words) {
      if (word.t === 'source') channel.write(frame(serve(word.file)));
      else said.push(word);
    }
    if (words.at(-1)?.t !== 'idle') return;
    const turn = said;
    said = [];
    heard = 0;
    if (finish) finish(turn);
    else early = turn;
  };
  const read = reader(hear, distrust);
  channel.on('data', (bytes: Buffer) => {
    heard += bytes.length;
    if (heard > mostHeard) distrust(`it said more than ${mostHeard >> 20} MB in one turn`);
    else read(bytes);
  });
  channel.on('error', () => child.kill('SIGKILL'));
  child.stderr?.on('data', (bytes: Buffer) => {
    if (complaint.length < mostComplaint) complaint += bytes.toString().slice(0, mostComplaint);
  });
  const gone = new Promise<void>((resolve) => {
    child.once('close', () => {
      end();
      resolve();
    });
    child.once('error', (cause) => {
      complaint += cause.message;
      end();
      resolve();
    });
  });
  channel.write(frame({ ...beginning, mark }));
  return {
    service: beginning.service,
    get isAlive() {
      return isAlive;
    },
    get complaint() {
      return complaint;
    },
    get isStarved() {
      return isStarved;
    },
    turn: (order) =>
      new Promise((resolve, reject) => {
        if (broken) return reject(broken);
        if (!order && early) return resolve(early);
        if (!isAlive) return resolve(said.splice(0));
        finish = (words) => {
          finish = undefined;
          refuse = undefined;
          resolve(words);
        };
        refuse = reject;
        if (order) channel.write(frame(order));
      }),
    kill: () => child.kill('SIGKILL'),
    gone,
  };
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
    ...(beginning.suite ? ['--test-reporter=tap', '--test-reporter-destination=stdout'] : []),
    `--import=file://${path.join(beginning.runtime, 'main.js')}`,
    entry ?? path.join(beginning.runtime, 'idle.js'),
    ...args,
  ];
  const [command, whole] = walled(program.outerWall, { node, options, readable, folder });
  return spawn(command, whole, {
    ...(command === node ? { argv0: shownProgram } : {}),
    cwd: existsSync(folder) ? folder : beginning.tree,
    env: { UV_THREADPOOL_SIZE: '1', TZ: 'UTC', LANG: 'C.UTF-8' },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
}
