import { endProcess, flush, say } from './channel.ts';
import { refusal, tellRefused } from './refusals.ts';

const absent = [
  ...['_startProfilerIdleNotifier', '_stopProfilerIdleNotifier', '_rawDebug', 'openStdin', 'ref', 'unref'],
  'addUncaughtExceptionCaptureCallback',
];
const refused: [what: string, names: string[]][] = [
  ['reach into the runtime', ['_linkedBinding', '_debugProcess', '_debugEnd']],
  ['become another user', ['setuid', 'setgid', 'seteuid', 'setegid', 'setgroups', 'initgroups']],
  ['replace its process', ['execve']],
];
const program = '/usr/local/bin/node';

/** What is done before this process ends. */
export const atLeaving: ((code: number) => void)[] = [];

/** Ends this process as the target asked. */
export function leave(code: number): never {
  for (const work of atLeaving.splice(0)) work(code);
  say({ t: 'exit', code });
  flush();
  return endProcess(code);
}

/** Gives the target a process object that shows nothing of the machine and reaches no other process. */
export function closeProcess(): void {
  for (const name of absent) fix(name, undefined);
  for (const [what, names] of refused) for (const name of names) fix(name, refusal(what, `process.${name}`));
  fix('binding', binding);
  // Whoever can do without an addon goes on without it; whoever cannot says so by not loading.
  fix('dlopen', refusal('load a native addon', 'process.dlopen', 'noted', 'ERR_DLOPEN_FAILED'));
  fix('kill', kill(process.pid));
  fix('_kill', (pid: number) => (pid === 1 ? leave(143) : -3));
  for (const [name, value] of Object.entries(shown)) fix(name, value);
  for (const name of ['getuid', 'geteuid', 'getgid', 'getegid']) fix(name, () => 1000);
  process.argv[0] = program;
  process.title = 'node';
}

const reach = 'reach into the runtime';
const refuseBinding = refusal(reach, 'process.binding');
const refuseInspection = refusal(reach, "process.binding('util')", 'noted');

/** Libraries that show values look into promises where they may, and as Node's permissions do, it is refused them. */
function binding(name: unknown): never {
  return name === 'util' ? refuseInspection() : refuseBinding();
}

function fix(name: string, value: unknown): void {
  // Libraries that listen for the end put themselves before it; what is behind them stays ours.
  const writable = name === 'reallyExit' || name === 'kill';
  Object.defineProperty(process, name, { value, configurable: false, writable, enumerable: true });
}

function kill(own: number) {
  return (pid: number, signal: string | number = 'SIGTERM') => {
    if (pid !== own && pid !== 1) {
      tellRefused('signal another process', 'process.kill', 'noted');
      throw Object.assign(new Error('kill ESRCH'), { code: 'ESRCH', syscall: 'kill' });
    }
    if (signal === 0) return true;
    if (typeof signal === 'string' && process.listenerCount(signal) > 0) return process.emit(signal as never);
    return leave(143);
  };
}

const shown = {
  abort: () => leave(134),
  reallyExit: leave,
  umask: () => 0o022,
  execArgv: [],
  execPath: program,
  pid: 1,
  ppid: 0,
  report: {
    reportOnUncaughtException: false,
    // Packages look up the C library here to choose a native build; they get none of this machine.
    excludeNetwork: true,
    getReport: () => ({ header: { glibcVersionRuntime: '2.36' }, sharedObjects: [] }),
    writeReport: refusal('write a report of its process', 'process.report.writeReport'),
  },
  getgroups: () => [1000],
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

function memory() {
  return { rss: 2 ** 26, heapTotal: 2 ** 25, heapUsed: 2 ** 24, external: 2 ** 20, arrayBuffers: 2 ** 16 };
}
