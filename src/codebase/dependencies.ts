import { execFile } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { Failure } from '../errors.ts';
import { defaultPath, lastLine } from './git.ts';
import { walledNpm } from './npm-wall.ts';
import type { PackageRoot } from './package-root.ts';
import { refusedWish } from './package-wishes.ts';
import { inTurn } from './turn.ts';
import { overflow, type Room, roomForPackages, watchRoom } from './unpacked.ts';

/** Packages of a root, in the cache. */
export interface Installed {
  /** The root's folder in the tree. */
  folder: string;
  key: string;
  /** Absolute folder in the cache that holds node_modules. */
  cache: string;
}

/** Where npm is found and what it may see. */
export interface Npm {
  /** Folders to look for npm and node in, as in PATH. */
  path?: string;
  /** Settings of the user that npm needs to reach a registry (npm_config_…, proxies). */
  environment?: Record<string, string>;
  timeoutMs?: number;
  /** Whether npm runs within bubblewrap. */
  isWalled?: boolean;
  /** What the packages of one root may come to. */
  room?: Room;
}

/** Installs the packages of a root once into the cache, running no script of theirs; throws DEPENDENCIES_FAILED. */
export async function install(root: PackageRoot, cacheFolder: string, npm: Npm = {}): Promise<Installed> {
  const packages = path.join(cacheFolder, 'packages');
  const cache = path.join(packages, root.key);
  const installed = { folder: root.folder, key: root.key, cache };
  if (await exists(cache)) return installed;
  const refused = refusedWish(root, registriesOf(npm.environment ?? {}));
  if (refused !== undefined) throw new Failure('DEPENDENCIES_FAILED', { at: root.folder, says: refused });
  await mkdir(packages, { recursive: true });
  return inTurn(path.join(packages, `${root.key}.lock`), async () => {
    if (await exists(cache)) return installed;
    const folder = await mkdtemp(path.join(packages, `${root.key}-`));
    try {
      for (const [file, text] of root.files) {
        await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
        await writeFile(path.join(folder, file), text);
      }
      await runNpm(root, folder, { ...npm, cache: path.join(cacheFolder, 'npm') });
      const over = await overflow(folder, npm.room ?? roomForPackages);
      if (over !== undefined) throw new Failure('DEPENDENCIES_FAILED', { at: root.folder, says: over });
      await rename(folder, cache);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return installed;
  });
}

/** Puts a root's packages into a tree: real node_modules folders of links into the cache, workspaces back into the tree. */
export async function linkPackages({ folder, cache }: Installed, tree: string): Promise<void> {
  for (const at of await packageFolders(cache)) {
    const target = path.join(tree, folder, at);
    if (!(await exists(path.dirname(target)))) continue;
    await linkAll(path.join(cache, at), target, tree);
  }
}

/** The hosts that the settings of the user name as registries. */
function registriesOf(environment: Record<string, string>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    const url = /registry$/i.test(name) ? URL.parse(value) : null;
    return url ? [url.host.toLowerCase()] : [];
  });
}

async function linkAll(from: string, to: string, tree: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const { name } of await readdir(from, { withFileTypes: true })) {
    if (name.startsWith('.')) continue;
    const source = path.join(from, name);
    const target = path.join(to, name);
    const isLink = (await lstat(source)).isSymbolicLink();
    if (name.startsWith('@') && !isLink) await linkAll(source, target, tree);
    else if (await exists(target)) continue;
    else if (!isLink) await symlink(source, target);
    else {
      const leads = await readlink(source);
      if (path.resolve(to, leads).startsWith(tree + path.sep)) await symlink(leads, target);
    }
  }
}

/** The node_modules folders of an install: its own and those beside workspaces. */
async function packageFolders(cache: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (folder: string): Promise<void> => {
    for (const child of await readdir(path.join(cache, folder), { withFileTypes: true })) {
      if (!child.isDirectory()) continue;
      const at = path.join(folder, child.name);
      if (child.name === 'node_modules') found.push(at);
      else await walk(at);
    }
  };
  await walk('');
  return found;
}

async function runNpm(root: PackageRoot, folder: string, npm: Npm & { cache: string }): Promise<void> {
  const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error'];
  const unlocked = ['install', '--no-package-lock', '--omit=dev', ...quiet];
  const said = await attempt(root.locked ? ['ci', ...quiet] : unlocked, folder, npm);
  if (said === undefined) return;
  const outOfStep = root.locked && /in sync|EUSAGE|lockfileVersion/.test(said);
  // pnpm and Yarn put up with peers that do not agree.
  const isTolerated = root.foreignLock !== undefined && /ERESOLVE/.test(said);
  const again = outOfStep
    ? await attempt(unlocked, folder, npm)
    : isTolerated
      ? await attempt([...unlocked, '--legacy-peer-deps'], folder, npm)
      : said;
  if (again === undefined) return;
  throw new Failure('DEPENDENCIES_FAILED', {
    at: root.folder,
    says: reasonOf(again),
    note: root.foreignLock?.startsWith('bun')
      ? `${root.foreignLock} is not read, npm was given package.json alone`
      : root.foreignLock &&
        `of ${root.foreignLock} npm was given the versions of direct dependencies and of packages that have only one`,
  });
}

/** Runs npm; undefined when all went well, else what it said. */
async function attempt(args: string[], cwd: string, npm: Npm & { cache: string }): Promise<string | undefined> {
  const { path: PATH = defaultPath, environment = {}, timeoutMs = 600_000, isWalled = false, cache } = npm;
  const { room = roomForPackages } = npm;
  const env = { HOME: homedir(), ...environment, PATH, CI: 'true', NO_COLOR: '1', npm_config_update_notifier: 'false' };
  if (isWalled) await mkdir(cache, { recursive: true });
  const [command, whole] = isWalled
    ? walledNpm({ args, folder: cwd, cache, environment: env })
    : (['npm', args] as const);
  let over: string | undefined;
  const halt = new AbortController();
  const watch = watchRoom(cwd, room, (why) => {
    over = why;
    halt.abort();
  });
  const said = await new Promise<string | undefined>((resolve) => {
    const bounds = { timeout: timeoutMs, maxBuffer: 16 << 20, signal: halt.signal, killSignal: 'SIGKILL' } as const;
    execFile(command, whole, { cwd, env, ...bounds }, (failed, _out, said) => {
      if (!failed) resolve(undefined);
      else if (over !== undefined) resolve(over);
      else if (failed.code === 'ENOENT') resolve('npm was not found on the PATH');
      else resolve(failed.killed ? `npm was stopped after ${timeoutMs / 1000} seconds` : said);
    });
  });
  await watch.stop();
  return said;
}

/** The line of npm that says why, without its own log file and codes. */
function reasonOf(said: string): string {
  const lines = said
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s*/, '').trim())
    .filter((line) => line && !/^(A complete log|code |errno |syscall |path |in this log)|\.log$/.test(line));
  return lines.length > 0 ? (lines[0] ?? '').slice(0, 300) : lastLine(said);
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
