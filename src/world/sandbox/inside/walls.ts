import { descriptor, endProcess, flush, say } from './channel.ts';

const onDescriptors = [
  'read',
  'readSync',
  'readv',
  'readvSync',
  'write',
  'writeSync',
  'writev',
  'writevSync',
  'close',
  'closeSync',
  'fstat',
  'fstatSync',
  'fsync',
  'fsyncSync',
  'fdatasync',
  'fdatasyncSync',
  'ftruncate',
  'ftruncateSync',
  'futimes',
  'futimesSync',
  'fchmod',
  'fchmodSync',
  'fchown',
  'fchownSync',
  'readFile',
  'readFileSync',
  'writeFile',
  'writeFileSync',
  'appendFile',
  'appendFileSync',
];
const absent = [
  'binding',
  '_linkedBinding',
  'dlopen',
  'setuid',
  'setgid',
  'seteuid',
  'setegid',
  'setgroups',
  'initgroups',
  'execve',
  '_debugProcess',
  '_debugEnd',
  '_startProfilerIdleNotifier',
  '_stopProfilerIdleNotifier',
  '_rawDebug',
  'openStdin',
  'ref',
  'unref',
  'addUncaughtExceptionCaptureCallback',
];

/** Takes away what slips past the permission model, before the target's first line. */
export function installWalls(): void {
  closeDescriptors();
  closeProcess();
  closeModules();
}

/** Ends this process as the target asked. */
export function leave(code: number): never {
  say({ t: 'exit', code });
  flush();
  return endProcess(code);
}

function closeDescriptors(): void {
  const fs = process.getBuiltinModule('node:fs') as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of onDescriptors) {
    const original = fs[name];
    if (!original) continue;
    const guarded = function (this: unknown, ...args: unknown[]) {
      if (args[0] !== descriptor) return Reflect.apply(original, this, args);
      const done = args.at(-1);
      if (typeof done !== 'function') throw badDescriptor(name);
      return process.nextTick(done as () => void, badDescriptor(name));
    };
    Object.defineProperty(guarded, 'name', { value: name });
    fs[name] = guarded;
  }
}

function badDescriptor(verb: string): Error {
  return Object.assign(new Error(`EBADF: bad file descriptor, ${verb}`), { code: 'EBADF', errno: -9, syscall: verb });
}

function closeProcess(): void {
  for (const name of absent) {
    Object.defineProperty(process, name, { value: undefined, configurable: false, writable: false });
  }
  const own = process.pid;
  const fixed = {
    kill: (pid: number, signal: string | number = 'SIGTERM') => {
      if (pid !== own && pid !== 1) throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH', syscall: 'kill' });
      if (signal === 0) return true;
      if (typeof signal === 'string' && process.listenerCount(signal) > 0) return process.emit(signal as never);
      return leave(143);
    },
    abort: () => leave(134),
    reallyExit: leave,
    umask: () => 0o022,
    execArgv: [],
    pid: 1,
    ppid: 0,
    report: {
      reportOnUncaughtException: false,
      getReport: refusal('process.report'),
      writeReport: refusal('process.report'),
    },
    getActiveResourcesInfo: () => [],
    _getActiveHandles: () => [],
    _getActiveRequests: () => [],
    cpuUsage: () => ({ user: 0, system: 0 }),
    threadCpuUsage: () => ({ user: 0, system: 0 }),
    resourceUsage: () => ({}),
    memoryUsage: Object.assign(() => memory(), { rss: () => memory().rss }),
    availableMemory: () => 2 ** 31,
    constrainedMemory: () => 2 ** 31,
  };
  for (const [name, value] of Object.entries(fixed)) {
    Object.defineProperty(process, name, { value, configurable: false, writable: false, enumerable: true });
  }
}

function memory() {
  return { rss: 2 ** 26, heapTotal: 2 ** 25, heapUsed: 2 ** 24, external: 2 ** 20, arrayBuffers: 2 ** 16 };
}

/** Everything that these modules can do is refused; the permission model refuses most of it once more. */
function closeModules(): void {
  const whole = [
    'node:sqlite',
    'node:child_process',
    'node:worker_threads',
    'node:cluster',
    'node:inspector',
    'node:wasi',
    'node:dgram',
    'node:repl',
    'node:trace_events',
  ];
  const refusing = new Set(['Worker', 'DatabaseSync', 'StatementSync', 'Session', 'backup']);
  const load = process.getBuiltinModule;
  for (const name of whole) {
    const module = load(name) as Record<string, unknown> | undefined;
    if (!module) continue;
    for (const key of Object.keys(module)) {
      if (typeof module[key] !== 'function') continue;
      if (name === 'node:worker_threads' && !refusing.has(key)) continue;
      module[key] = refusal(`${name.slice(5)}.${key}`);
    }
  }
  const v8 = load('node:v8') as unknown as Record<string, unknown>;
  for (const key of [
    'setFlagsFromString',
    'setHeapSnapshotNearHeapLimit',
    'writeHeapSnapshot',
    'getHeapSnapshot',
    'startCpuProfile',
    'queryObjects',
    'takeCoverage',
    'stopCoverage',
  ]) {
    v8[key] = refusal(`v8.${key}`);
  }
}

function refusal(what: string) {
  return function refused(): never {
    say({ t: 'unmodelled', what });
    throw Object.assign(new Error(`${what} is not part of the world`), { code: 'ERR_ACCESS_DENIED' });
  };
}
