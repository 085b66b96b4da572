import { getBuiltinModule } from 'node:process';

/** What this needs of the C library and of Node's own program. */
interface Native {
  fork(): number;
  getpid(): number;
  dup2(from: number, to: number): number;
  _exit(code: number): never;
  madvise(from: bigint, length: bigint, advice: number): number;
  mprotect(from: bigint, length: bigint, rights: number): number;
  signal(number: number, action: bigint): bigint;
  uv_default_loop(): bigint;
  uv_loop_fork(loop: bigint): number;
}

type Signature = { return: string; arguments: string[] };
interface Ffi {
  dlopen(file: null, signatures: { [name: string]: Signature }): { functions: Native; lib: Library };
  setUint8(at: bigint, offset: number, value: number): void;
}
interface Library {
  getSymbol(name: string): bigint;
}

const signatures = {
  fork: { return: 'i32', arguments: [] },
  getpid: { return: 'i32', arguments: [] },
  dup2: { return: 'i32', arguments: ['i32', 'i32'] },
  _exit: { return: 'void', arguments: ['i32'] },
  madvise: { return: 'i32', arguments: ['u64', 'u64', 'i32'] },
  mprotect: { return: 'i32', arguments: ['u64', 'u64', 'i32'] },
  signal: { return: 'u64', arguments: ['i32', 'u64'] },
  uv_default_loop: { return: 'u64', arguments: [] },
  uv_loop_fork: { return: 'i32', arguments: ['u64'] },
};

const [all, doFork, childEnded, ignored] = [0x7fff_ffff_f000n, 11, 17, 1n];
const [readWriteRun, readRun, page] = [7, 5, 4096n];
/** Answers at once, and does nothing, in the language of x64 processors. */
const returns = [0xc3];
const returnsZero = [0x31, 0xc0, 0xc3];
const workers = '_ZN4node12NodePlatform21NumberOfWorkerThreadsEv';
const hand =
  '_ZN4node23WorkerThreadsTaskRunner8PostTaskEN2v812TaskPriorityESt10unique_ptrINS1_4TaskESt14default_deleteIS4_EERKNS1_14SourceLocationE';

let native: Native | undefined;
let loop = 0n;

/**
 * Readies this process to be doubled: the operating system copies it whole, as it stands, in about a millisecond. Only
 * the thread that runs JavaScript lives on in a copy, so the engine is told, here and in every copy, that there are no
 * threads to hand work to. What is needed for it is taken now; then the right to call native functions is given up.
 */
export function installDoubling(isWalled: boolean): void {
  const ffi = getBuiltinModule('node:ffi') as unknown as Ffi;
  const { functions, lib } = ffi.dlopen(null, signatures);
  for (const [name, code] of [
    [workers, returnsZero],
    [hand, returns],
  ] as const) {
    const at = lib.getSymbol(name);
    const start = at & ~(page - 1n);
    if (functions.mprotect(start, 2n * page, readWriteRun) !== 0) throw new Error('this process cannot be doubled');
    for (const [offset, byte] of code.entries()) ffi.setUint8(at, offset, byte);
    functions.mprotect(start, 2n * page, readRun);
  }
  functions.signal(childEnded, ignored);
  loop = functions.uv_default_loop();
  if (isWalled) (process as unknown as { permission: { drop(what: string): void } }).permission.drop('ffi');
  native = functions;
}

/** Doubles this process: 0 in the copy, the copy's number here, -1 where it cannot be done. */
export function double(): number {
  if (!native) return -1;
  // The engine keeps its memory out of copies unless it is told otherwise; holes and what is the system's do not matter.
  native.madvise(0n, all, doFork);
  const copy = native.fork();
  if (copy === 0 && native.uv_loop_fork(loop) !== 0) native._exit(1);
  return copy;
}

/** Lets one descriptor stand for what another leads to; false where that leads nowhere. */
export function redirect(to: number, from: number): boolean {
  return native !== undefined && native.dup2(from, to) === to;
}

/** The number that the operating system gave this process. */
export function ownNumber(): number {
  return native?.getpid() ?? 0;
}

/** Ends a copy at once: what Node does at its end would wait for threads that no copy has. */
export function endCopy(code: number): void {
  native?._exit(code);
}
