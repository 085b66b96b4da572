import { createRequire, isBuiltin, Module } from 'node:module';
import path from 'node:path';

type Load = (this: unknown, request: string, parent: { filename?: string } | null, isMain: boolean) => unknown;
interface Loader {
  _load: Load;
  _cache: Record<string, { exports: unknown } | undefined>;
}

/** A stand-in for a module: made when it is first asked for. */
interface StandIn {
  made?: { exports: unknown };
  make: () => unknown;
}

const loader = Module as unknown as Loader;
const standIns = new Map<string, StandIn>();
const always = new Map<string, (from: string) => unknown>();
let actual: Load;
/** What automatic stand-ins are made by: the runner's own way to imitate what a module exports. */
let imitate: (value: unknown) => unknown = (value) => value;
let mapped: (request: string) => string | undefined = () => undefined;
let isOwn: (file: string) => boolean = () => false;

/** Lets stand-ins take the place of modules, for everything that is loaded as CommonJS. */
export function installStandIns(given: {
  imitate: (value: unknown) => unknown;
  /** Another name for a module, where the configuration gives one. */
  mapped?: (request: string) => string | undefined;
  isOwn: (file: string) => boolean;
}): void {
  imitate = given.imitate;
  mapped = given.mapped ?? mapped;
  isOwn = given.isOwn;
  actual = loader._load;
  loader._load = function (request, parent, isMain) {
    const given = always.get(request);
    if (given) return given(parent?.filename ?? '');
    const other = mapped(request) ?? request;
    if (standIns.size > 0) {
      const standIn = standIns.get(keyOf(other, parent?.filename));
      if (standIn) return standingIn(standIn);
    }
    return Reflect.apply(actual, this, [other, parent, isMain]);
  };
}

function standingIn(standIn: StandIn): unknown {
  standIn.made ??= { exports: standIn.make() };
  return standIn.made.exports;
}

/** What a module goes by, as seen from a file: its own file, the name of a built-in, or the name as it stands. */
export function keyOf(request: string, from: string | undefined): string {
  if (isBuiltin(request)) return request.replace(/^node:/, '');
  try {
    return createRequire(from ?? path.join(process.cwd(), 'x.js')).resolve(request);
  } catch {
    return path.isAbsolute(request) || !request.startsWith('.')
      ? request
      : path.resolve(path.dirname(from ?? ''), request);
  }
}

/** Puts a stand-in in the place of a module; without a way to make it, one that imitates the module. */
export function standIn(request: string, from: string, make?: () => unknown): void {
  const key = keyOf(mapped(request) ?? request, from);
  standIns.set(key, { make: make ?? (() => manual(key, request) ?? imitate(real(request, from))) });
}

/** What a name gives to whoever asks, and never anything else. */
export function standInFor(name: string, give: (from: string) => unknown): void {
  always.set(name, give);
}

/** Takes a stand-in away again. */
export function standBack(request: string, from: string): void {
  standIns.delete(keyOf(mapped(request) ?? request, from));
}

/** The module itself, whatever stands in its place. */
export function real(request: string, from: string): unknown {
  const key = keyOf(mapped(request) ?? request, from);
  const kept = standIns.get(key);
  standIns.delete(key);
  try {
    return Reflect.apply(actual, loader, [mapped(request) ?? request, { filename: from, paths: [], id: from }, false]);
  } finally {
    if (kept) standIns.set(key, kept);
  }
}

/** A stand-in written by hand, in `__mocks__` beside the module. */
function manual(key: string, request: string): unknown {
  if (!path.isAbsolute(key)) return written(path.join(process.cwd(), '__mocks__', request));
  if (key.includes('/node_modules/')) return written(path.join(process.cwd(), '__mocks__', request));
  return written(path.join(path.dirname(key), '__mocks__', path.basename(key).replace(/\.[^.]+$/, '')));
}

function written(file: string): unknown {
  const own = createRequire(path.join(process.cwd(), 'x.js'));
  try {
    own.resolve(file);
  } catch {
    return undefined;
  }
  return own(file);
}

/** Makes every module of the target be loaded anew when it is next asked for. */
export function forgetModules(): void {
  for (const file of Object.keys(loader._cache)) if (isOwn(file)) delete loader._cache[file];
  for (const one of standIns.values()) delete one.made;
}

/** Runs something with modules of its own. */
export function withOwnModules<T>(work: () => T): T {
  const kept = Object.fromEntries(Object.entries(loader._cache).filter(([file]) => isOwn(file)));
  for (const file of Object.keys(kept)) delete loader._cache[file];
  const restore = (): void => {
    for (const file of Object.keys(loader._cache)) if (isOwn(file)) delete loader._cache[file];
    Object.assign(loader._cache, kept);
  };
  const came = work();
  if (came instanceof Promise) return came.finally(restore) as T;
  restore();
  return came;
}
