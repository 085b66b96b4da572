import path from 'node:path';
import { say } from './channel.ts';
import { bitsOf, isDescriptor, opened } from './disk-descriptors.ts';
import { Folder, Handle, restOf, Watcher } from './disk-handle.ts';
import { settled } from './disk-stats.ts';
import { isMerged, isOurs, isWritable, nameOf, openDisk, placeOf } from './disk-store.ts';
import { onDescriptors, onPaths } from './disk-verbs.ts';
import { previewText } from './preview.ts';

type Call = (...args: unknown[]) => unknown;
type Module = Record<string, Call>;
type Done = (failed: unknown, ...values: unknown[]) => void;

const writing =
  /^(?:appendFile|chmod|chown|copyFile|cp|mkdir|mkdtemp|rename|rm|rmdir|truncate|unlink|utimes|writeFile)$/;
const twice = /^(?:copyFile|cp|rename)$/;
const itself = /^(?:lstat|unlink|rename|rm|rmdir)$/;
const stats = /^[fl]?stat$/;
const mostTold = 5_000;
const soon = setImmediate;
const { apply } = Reflect;

/**
 * A disk in memory before the real one: what a service writes is there for itself to read until it ends, the tree stays
 * as it is, and everything about files that would differ from machine to machine is the same on all.
 */
export function installDisk(tree: string): void {
  openDisk(tree);
  const fs = process.getBuiltinModule('node:fs') as unknown as Module & { promises: Module };
  const told = { left: mostTold, tree };
  for (const [verb, work] of Object.entries(onPaths)) install(fs, verb, pathVerb(verb, work as Call, told));
  for (const [verb, work] of Object.entries(onDescriptors)) install(fs, verb, descriptorVerb(verb, work as Call, told));
  installRest(fs);
}

/** A verb's work with its arguments in place; nothing where the real disk is to answer. */
type Plan = (args: unknown[]) => (() => unknown) | undefined;

interface Told {
  left: number;
  tree: string;
}

function pathVerb(verb: string, work: Call, told: Told): Plan {
  return (args) => {
    if (isDescriptor(args[0])) return onOpenFile(verb, args[0], args, told);
    const at = verb === 'mkdtemp' ? prefixOf(args[0]) : placeOf(args[0], !itself.test(verb));
    const to = twice.test(verb) ? placeOf(args[1], !itself.test(verb)) : undefined;
    if (at === undefined || (twice.test(verb) && to === undefined)) return undefined;
    const writes = writing.test(verb) || (verb === 'open' && bitsOf(args[1] as string) !== 0);
    if (!isHere(verb, at, to, writes)) return undefined;
    const rest = to === undefined ? args.slice(1) : [to, ...args.slice(2)];
    if (!writes || verb === 'open') return () => work(at, ...rest);
    return () => {
      const value = work(at, ...rest);
      tell(told, verb, to ?? at, args[1]);
      return value;
    };
  };
}

function isHere(verb: string, at: string, to: string | undefined, writes: boolean): boolean {
  if (!writes) return isOurs(at) || (verb === 'readdir' && isMerged(at));
  return isWritable(to ?? at) && (verb !== 'rename' || isWritable(at));
}

function descriptorVerb(verb: string, work: Call, told: Told): Plan {
  return (args) => {
    const [fd] = args;
    if (!isDescriptor(fd)) return undefined;
    return () => {
      const at = verb.startsWith('write') ? opened(fd, verb).at : '';
      const value = work(...args);
      if (at) tell(told, verb, at, args[1]);
      return value;
    };
  };
}

/** `readFile` and its like on an open file instead of a path. */
function onOpenFile(verb: string, fd: number, args: unknown[], told: Told): (() => unknown) | undefined {
  if (verb === 'readFile') {
    const encoding = typeof args[1] === 'string' ? args[1] : Object(args[1] ?? {}).encoding;
    return () => (encoding ? restOf(fd).toString(encoding) : restOf(fd));
  }
  if (verb !== 'writeFile' && verb !== 'appendFile') return undefined;
  return descriptorVerb('write', onDescriptors.write as Call, told)([fd, args[1]]);
}

/** Puts a verb into its three forms: at once, through a callback, as a promise. */
function install(fs: Module & { promises: Module }, verb: string, plan: Plan): void {
  const at = (args: unknown[]) => (typeof args[0] === 'number' ? undefined : placeOf(args[0]));
  const seen = (value: unknown, args: unknown[]) => (stats.test(verb) ? settled(value, at(args)) : value);
  replace(fs, `${verb}Sync`, (original) => (...args) => {
    const work = plan(args);
    return work ? work() : seen(original(...args), args);
  });
  replace(fs, verb, (original) => (...given) => {
    const done = given.at(-1);
    const args = given.slice(0, -1);
    const work = typeof done === 'function' ? plan(args) : undefined;
    if (work) return void soon(() => answer(work, done as Done, verb, args));
    if (!stats.test(verb) || typeof done !== 'function') return original(...given);
    return original(...args, (failed: unknown, value: unknown) => done(failed, seen(value, args)));
  });
  replace(fs.promises, verb, (original) => async (...args) => {
    if (args[0] instanceof Handle) args[0] = args[0].fd;
    const work = plan(args);
    if (work) await new Promise((done) => soon(done));
    if (!work) return told(verb, seen(await original(...args), args));
    return verb === 'open' ? new Handle(work() as number) : work();
  });
}

/** What nobody closes would end the service whenever the garbage collector comes upon it, which no two runs agree on. */
const open = new Set<unknown>();

/** A handle of Node's own, whose `stat` tells what is the same everywhere. */
function told(verb: string, value: unknown): unknown {
  if (verb !== 'open') return value;
  const handle = value as Module;
  open.add(handle);
  const { stat } = handle;
  if (stat)
    Object.defineProperty(handle, 'stat', {
      value: async (...args: unknown[]) => settled(await apply(stat, handle, args)),
    });
  return handle;
}

function answer(work: () => unknown, done: Done, verb: string, args: unknown[]): void {
  let value: unknown;
  try {
    value = work();
  } catch (failed) {
    if (verb === 'exists') done(false);
    else done(failed);
    return;
  }
  if (verb === 'exists') done(value);
  else if (/^(?:read|write)v?$/.test(verb)) done(null, value, args[1]);
  else if (value === undefined) done(null);
  else done(null, value);
}

function replace(module: Module, name: string, make: (original: Call) => Call): void {
  const original = module[name];
  if (!original) return;
  const made = make((...args) => apply(original, module, args));
  Object.defineProperty(made, 'name', { value: name });
  module[name] = Object.assign(made, original);
}

function installRest(fs: Module & { promises: Module }): void {
  const opendir = (given: unknown, options?: unknown) => new Folder(placeOf(given) ?? String(given), options);
  Object.assign(fs, {
    opendirSync: opendir,
    opendir(...args: unknown[]) {
      soon(() =>
        answer(() => opendir(args[0], args.length > 2 ? args[1] : undefined), args.at(-1) as Done, 'opendir', args),
      );
    },
    watch: (at: string) => {
      fs.statSync?.(at);
      return new Watcher();
    },
    watchFile: (at: string) => {
      fs.statSync?.(at, { throwIfNoEntry: false });
      return new Watcher();
    },
    unwatchFile: () => undefined,
    symlinkSync: refusing('fs.symlink'),
    symlink: refusing('fs.symlink'),
    linkSync: refusing('fs.link'),
    link: refusing('fs.link'),
  });
  Object.assign(fs.promises, {
    opendir: async (given: unknown, options?: unknown) => opendir(given, options),
    symlink: async () => refusing('fs.symlink')(),
    link: async () => refusing('fs.link')(),
    async *watch(_: unknown, { signal }: { signal?: AbortSignal } = {}) {
      await new Promise((_done, end) => signal?.addEventListener('abort', () => end(signal.reason)));
      yield undefined;
    },
  });
  const { realpath, realpathSync } = fs;
  Object.assign(realpath ?? {}, { native: realpath });
  Object.assign(realpathSync ?? {}, { native: realpathSync });
}

function refusing(what: string) {
  return (): never => {
    say({ t: 'unmodelled', what });
    throw Object.assign(new Error(`${what} is not part of the world`), { code: 'ERR_ACCESS_DENIED' });
  };
}

function prefixOf(given: unknown): string | undefined {
  const named = nameOf(given);
  return named === undefined ? undefined : `${path.resolve(named)}${named.endsWith('/') ? '/' : ''}`;
}

function tell(told: Told, verb: string, at: string, data: unknown): void {
  told.left -= 1;
  if (told.left < 0) return;
  const what =
    told.left === 0
      ? 'cut'
      : `${verb} ${at.startsWith(`${told.tree}/`) ? at.slice(told.tree.length + 1) : at}`.slice(0, 900);
  const carries = /^(?:write|append)/.test(verb) && (typeof data === 'string' || data instanceof Uint8Array);
  const text = carries ? (typeof data === 'string' ? data : Buffer.from(data as Uint8Array).toString('utf8')) : '';
  say({ t: 'seen', e: [['write', what, ...previewText(text)]] });
}
