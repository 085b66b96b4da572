import { registerHooks, syncBuiltinESMExports } from 'node:module';
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
      excludeNetwork: true,
      getReport: () => ({ header: { glibcVersionRuntime: '2.36' }, sharedObjects: [] }),
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

/** Modules that can do nothing in the world; the permission model refuses most of what they do once more. */
const closed = new Map<string, (name: string) => boolean>([
  ...[
    'sqlite',
    'child_process',
    'cluster',
    'inspector',
    'inspector/promises',
    'wasi',
    'dgram',
    'repl',
    'trace_events',
  ].map((name): [string, () => boolean] => [name, () => true]),
  ['worker_threads', (name) => name === 'Worker'],
  ['v8', (name) => /^(?:setFlags|setHeap|writeHeap|getHeapSnapshot|startCpu|queryObjects|takeCov|stopCov)/.test(name)],
]);

/** Refuses them when they are first asked for, through whichever door; a database file slips past, so that one at once. */
function closeModules(): void {
  const load = process.getBuiltinModule;
  const close = (id: string): void => {
    const name = id.replace(/^node:/, '');
    const isRefused = closed.get(name);
    if (!isRefused) return;
    closed.delete(name);
    const module = load(`node:${name}`) as unknown as Record<string, unknown>;
    for (const key of Object.keys(module)) {
      if (typeof module[key] === 'function' && isRefused(key)) module[key] = refusal(`${name}.${key}`);
    }
    syncBuiltinESMExports();
  };
  close('sqlite');
  close('v8');
  close('worker_threads');
  const getBuiltinModule = (id: string) => {
    close(String(id));
    return load(id);
  };
  Object.defineProperty(process, 'getBuiltinModule', { value: getBuiltinModule });
  registerHooks({
    resolve(specifier, context, next) {
      close(specifier);
      return next(specifier, context);
    },
  });
}

function refusal(what: string) {
  return function refused(): never {
    say({ t: 'unmodelled', what });
    throw Object.assign(new Error(`${what} is not part of the world`), { code: 'ERR_ACCESS_DENIED' });
  };
}
