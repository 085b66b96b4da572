import { subscribe } from 'node:diagnostics_channel';
import * as modules from 'node:module';
import { replaceDatagrams } from './datagrams.ts';
import { closeDescriptors } from './descriptors.ts';
import { closeProcess } from './process-walls.ts';
import { refusal, tellRefused } from './refusals.ts';

const { registerHooks, syncBuiltinESMExports } = modules;

/** Takes away what slips past the permission model, before the target's first line. */
export function installWalls(tree: string): void {
  closeDescriptors();
  closeProcess();
  closeModules();
  reportDenials(tree);
}

type Closed = [
  what: string,
  isRefused?: (name: string) => boolean,
  standIn?: (module: Record<string, unknown>) => void,
];

/** Modules that can do nothing in the world; the permission model refuses most of what they do once more. */
const closed: Record<string, Closed> = {
  sqlite: ['open a database file'],
  child_process: ['start a child process'],
  cluster: ['start a cluster of processes'],
  inspector: ['open the inspector'],
  'inspector/promises': ['open the inspector'],
  wasi: ['run programs of WASI'],
  dgram: ['send datagrams', undefined, replaceDatagrams],
  ffi: ['call native libraries'],
  repl: ['open a REPL'],
  trace_events: ['trace the runtime'],
  worker_threads: ['start a worker thread', (name) => name === 'Worker'],
  v8: [
    'change the engine or look into its memory',
    (name) => /^(?:setFlags|setHeap|writeHeap|getHeapSnapshot|start|queryObjects|takeCov|stopCov|GCProf)/.test(name),
  ],
};

/** Refuses them when they are first asked for, through whichever door; what slips past permissions at once. */
function closeModules(): void {
  const load = process.getBuiltinModule;
  const close = (id: string): void => {
    const name = id.startsWith('node:') ? id.slice(5) : id;
    const found = Object.hasOwn(closed, name) ? closed[name] : undefined;
    if (!found) return;
    delete closed[name];
    const [what, isRefused = () => true, standIn] = found;
    const module = load(`node:${name}`) as unknown as Record<string, unknown>;
    if (standIn) standIn(module);
    else
      for (const key of Object.keys(module)) {
        if (typeof module[key] === 'function' && isRefused(key)) module[key] = refusal(what, `${name}.${key}`);
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

/** What each permission is for, where the built-in itself was not closed. */
const permissions: [channel: string, what: string][] = [
  ['child', 'start a child process'],
  ['worker', 'start a worker thread'],
  ['net', 'use the network of the machine'],
  ['inspector', 'open the inspector'],
  ['wasi', 'run programs of WASI'],
  ['addon', 'load a native addon'],
  ['ffi', 'call native libraries'],
  ['openssl-store', 'open a store of keys'],
];

/** Lets what the permission model denies be read in the trace. */
function reportDenials(tree: string): void {
  subscribe('node:permission-model:fs', (message) => {
    const { permission, resource } = message as { permission: string; resource: string };
    const isWrite = permission === 'FileSystemWrite';
    // Libraries look for their settings from here up to the root: that is no attempt at anything.
    const folder = resource.slice(0, resource.lastIndexOf('/') + 1);
    if (!isWrite && `${tree}/`.startsWith(folder)) return;
    tellRefused(`${isWrite ? 'write' : 'read'} outside of its folder`, resource, 'noted');
  });
  for (const [channel, what] of permissions) {
    subscribe(`node:permission-model:${channel}`, (message) => {
      tellRefused(what, String((message as { resource?: unknown }).resource ?? channel) || channel, 'noted');
    });
  }
}
