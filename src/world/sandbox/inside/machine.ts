import { getCallSites, parseEnv } from 'node:util';
import type { Beginning } from '../protocol.ts';
import { say } from './channel.ts';
import { previewText } from './preview.ts';
import { refusal } from './refusals.ts';

/** Gives the service its own environment, and a machine that is the same everywhere. */
export function installMachine({ service, address, environment, tree }: Beginning): void {
  installEnvironment(environment, tree);
  const os = process.getBuiltinModule('node:os');
  const v8 = process.getBuiltinModule('node:v8');
  Object.assign(v8, {
    getHeapStatistics: () => heap(),
    getHeapSpaceStatistics: () => [],
    getHeapCodeStatistics: () => ({}),
  });
  Object.defineProperty(Object.getPrototypeOf(navigator), 'hardwareConcurrency', { get: () => 2, configurable: true });
  const core = { model: 'world', speed: 1000, times: { user: 0, nice: 0, sys: 0, idle: 0, irq: 0 } };
  Object.assign(os, {
    setPriority: refusal('change the priority of a process', 'os.setPriority', 'noted'),
    getPriority: () => 0,
    hostname: () => service,
    cpus: () => [core, core].map((one) => ({ ...one })),
    availableParallelism: () => 2,
    freemem: () => 2 ** 31,
    totalmem: () => 2 ** 32,
    loadavg: () => [0, 0, 0],
    uptime: () => 1000,
    homedir: () => '/home/world',
    tmpdir: () => '/tmp',
    userInfo: () => ({ username: 'world', uid: 1000, gid: 1000, shell: '/bin/sh', homedir: '/home/world' }),
    networkInterfaces: () => ({
      eth0: [
        {
          address,
          netmask: '255.255.0.0',
          family: 'IPv4',
          mac: '02:00:00:00:00:01',
          internal: false,
          cidr: `${address}/16`,
        },
      ],
    }),
  });
}

function heap() {
  const total = { total_heap_size: 2 ** 25, total_physical_size: 2 ** 25, total_available_size: 2 ** 31 };
  return {
    ...total,
    used_heap_size: 2 ** 24,
    heap_size_limit: 2 ** 31,
    malloced_memory: 2 ** 18,
    external_memory: 2 ** 20,
  };
}

const own = import.meta.url.slice(0, import.meta.url.lastIndexOf('/'));

/** Whether the target's own code is what asks: Node and libraries look for settings that nobody set. */
function isAskedByTree(tree: string): boolean {
  const asker = getCallSites(8, { sourceMap: false }).find(({ scriptName }) => !scriptName.startsWith(own));
  const [, within] = asker?.scriptName.split(`${tree}/`) ?? [];
  return within !== undefined && !within.includes('node_modules/');
}

let current: Record<string, string> = {};

/** The environment of the service, as it itself reads and changes it. */
export function ownEnvironment(): Record<string, string> {
  return current;
}

function installEnvironment(values: Record<string, string>, tree: string): void {
  if (values.TZ !== undefined) process.env.TZ = values.TZ;
  const asked = new Set<string>();
  const note = (key: string | symbol) => {
    if (typeof key !== 'string' || asked.has(key)) return;
    asked.add(key);
    const value = store[key];
    if (value === undefined && !isAskedByTree(tree)) return;
    const [text, hash] = previewText(value ?? 'undefined');
    say({ t: 'seen', e: [['read', key, text, hash]] });
  };
  const store: Record<string, string> = { ...values };
  const environment = new Proxy(store, {
    get(target, key) {
      if (Object.hasOwn(target, key) || !(key in Object.prototype)) note(key);
      return Reflect.get(target, key);
    },
    has(target, key) {
      note(key);
      return Reflect.has(target, key);
    },
    set(target, key, value) {
      return Reflect.set(target, key, String(value));
    },
    defineProperty(target, key, descriptor) {
      if ('value' in descriptor) descriptor.value = String(descriptor.value);
      return Reflect.defineProperty(target, key, descriptor);
    },
  });
  current = environment;
  Object.defineProperty(process, 'env', { value: environment, configurable: true, writable: true, enumerable: true });
  Object.defineProperty(process, 'loadEnvFile', {
    configurable: true,
    value(file = '.env') {
      const read = parseEnv(process.getBuiltinModule('node:fs').readFileSync(file, 'utf8'));
      for (const [key, value] of Object.entries(read)) if (!(key in environment)) environment[key] = value ?? '';
    },
  });
}
