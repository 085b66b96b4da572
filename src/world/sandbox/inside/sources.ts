import fs from 'node:fs';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Beginning } from '../protocol.ts';
import { askSource } from './channel.ts';
import { missingFrom, sourceOfBuilt, tellGenerated } from './unbuilt.ts';

const { statSync } = fs;
const isReadable = process.permission.has.bind(process.permission);
const endings = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.json'];
const ours = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const written: Record<string, string[]> = {
  '.js': ['.ts', '.tsx'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts'],
  '.cjs': ['.cts'],
};

let treeRoot = '';

/** What kind of module a file of the tree is; undefined for what lies elsewhere or cannot be read. */
export function formatOf(file: string): string | undefined {
  if (!file.startsWith(treeRoot)) return undefined;
  const answer = askSource(file.slice(treeRoot.length));
  return 'error' in answer ? undefined : answer.format;
}

/** Serves the tree's own modules as the coordinator gives them: read from TypeScript, and reporting their runs. */
export function installSources({ tree, runtime, paths }: Beginning): void {
  const root = `${tree}/`;
  treeRoot = root;
  sealHooks(runtime);
  // A tree may itself lie below a folder of that name: what counts is what follows it.
  const isWritten = (file: string) => file.startsWith(root) && !file.slice(root.length - 1).includes('/node_modules/');
  const isOwn = (file: string) => isWritten(file) && ours.test(file);
  registerHooks({
    resolve(specifier, context, nextResolve) {
      const next: typeof nextResolve = (...given) => within(() => nextResolve(...given), specifier);
      const from = context.parentURL?.startsWith('file:') ? fileURLToPath(context.parentURL) : undefined;
      const inTree = from !== undefined && isWritten(from);
      if (!from) return sealed(next(specifier, context), runtime);
      if (!inTree) return foreign(() => sealed(next(specifier, context), runtime), specifier, tree);
      try {
        return withJson(sealed(next(specifier, context), runtime), from);
      } catch (refused) {
        const missing = missingFrom(refused);
        const found = find(specifier, path.dirname(from), paths) ?? (missing && sourceOfBuilt(missing, tree));
        if (!found || found.startsWith(`${runtime}/`)) {
          tellGenerated(specifier, path.dirname(from), tree);
          throw refused;
        }
        return { url: pathToFileURL(found).href, shortCircuit: true };
      }
    },
    load(url, context, next) {
      if (!url.startsWith('file:')) return next(url, context);
      const file = fileURLToPath(url);
      sealed({ url }, runtime);
      if (!isOwn(file)) return next(url, context);
      const answer = askSource(file.slice(root.length));
      if ('error' in answer) throw new SyntaxError(answer.error);
      return { source: answer.source, format: answer.format, shortCircuit: true };
    },
  });
}

/** What lies outside of the tree is not there: a folder above it may hold packages that are none of the target's. */
function within<T>(resolve: () => T, specifier: string): T {
  try {
    return resolve();
  } catch (thrown) {
    if (Object(thrown).code !== 'ERR_ACCESS_DENIED') throw thrown;
    throw Object.assign(new Error(`Cannot find module '${specifier}'`), { code: 'MODULE_NOT_FOUND' });
  }
}

/** What a package asks for: only what `prisma generate` and the like make is told apart. */
function foreign<T>(resolve: () => T, specifier: string, tree: string): T {
  try {
    return resolve();
  } catch (refused) {
    if (specifier.startsWith('.prisma/')) tellGenerated(specifier, tree, tree);
    throw refused;
  }
}

/** JSON that TypeScript imports without saying what it is: whoever runs TypeScript knows by the name. */
function withJson<T extends { url: string; importAttributes?: unknown }>(resolved: T, from: string): T {
  if (!resolved.url.endsWith('.json') || !/\.[cm]?tsx?$/.test(from)) return resolved;
  return { ...resolved, importAttributes: { type: 'json' } };
}

/** Hooks of the target come before ours: what they resolve to is looked at as well. */
function sealHooks(runtime: string): void {
  const module = process.getBuiltinModule('node:module') as unknown as { registerHooks(hooks: Hooks): unknown };
  const register = module.registerHooks;
  module.registerHooks = (hooks) => {
    const { resolve } = hooks;
    if (!resolve) return register(hooks);
    return register({ ...hooks, resolve: (...args) => sealed(resolve(...args), runtime) });
  };
}

interface Hooks {
  resolve?: (...args: unknown[]) => { url: string };
}

const { startsWith } = String.prototype;
const { apply } = Reflect;

/** The target may have replaced what strings do. */
function begins(text: string, start: string): boolean {
  return apply(startsWith, text, [start]);
}

/** What a process may be given to run, and what stands in for native addons; none of them can do anything of its own. */
function isEntry(file: string, runtime: string): boolean {
  const isProgram = file === `${runtime}/idle.js` || file === `${runtime}/migrate.js`;
  const isEquivalent = file === `${runtime}/bcrypt.js` || file === `${runtime}/argon2.js`;
  return isProgram || isEquivalent || file === `${runtime}/bcryptjs.js`;
}

/** Our own scripts are nobody's modules; only the entry of a process without a program may be loaded. */
function sealed<T extends { url: string }>(resolved: T, runtime: string): T {
  const { url } = resolved;
  const file = begins(url, 'file:') ? fileURLToPath(url) : '';
  if (begins(file, `${runtime}/`) && !isEntry(file, runtime)) throw new Error('Cannot find this module');
  return resolved;
}

/** What TypeScript and bundlers find and Node does not: no ending, another ending, a folder, a path of tsconfig. */
function find(specifier: string, folder: string, paths: Beginning['paths']): string | undefined {
  const bases = /^(?:\.{1,2}(?:\/|$)|\/|file:)/.test(specifier)
    ? [specifier.startsWith('file:') ? fileURLToPath(specifier) : path.resolve(folder, specifier)]
    : [...mapped(specifier, folder, paths), ...packaged(specifier, folder)];
  for (const base of bases) {
    const ending = path.extname(base);
    const candidates = [
      base,
      ...(written[ending] ?? []).map((other) => base.slice(0, -ending.length) + other),
      ...endings.map((other) => base + other),
      ...endings.map((other) => `${base}/index${other}`),
    ];
    const found = candidates.find((candidate) => statSync(candidate, { throwIfNoEntry: false })?.isFile());
    if (found) return found;
  }
  return undefined;
}

/** A file within a package, named as bundlers and CommonJS take it: without its ending. */
function packaged(specifier: string, folder: string): string[] {
  if (!/^(?:@[^/]+\/)?[^/.#][^/]*\/./.test(specifier) || !isReadable('fs.read', folder)) return [];
  return [path.join(folder, 'node_modules', specifier), ...packaged(specifier, path.dirname(folder))];
}

/** Where the patterns of the tsconfigs lead: the nearest around the folder, then those of others. */
function mapped(specifier: string, folder: string, paths: Beginning['paths']): string[] {
  const isAround = ([, , at]: Beginning['paths'][number]) => folder === at || folder.startsWith(`${at}/`);
  return [...paths.filter(isAround), ...paths.filter((one) => !isAround(one))].flatMap(([pattern, targets]) => {
    const star = pattern.indexOf('*');
    if (star < 0) return pattern === specifier ? targets : [];
    const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
    if (!specifier.startsWith(before) || !specifier.endsWith(after)) return [];
    const rest = specifier.slice(before.length, specifier.length - after.length);
    return targets.map((target) => target.replace('*', () => rest));
  });
}
