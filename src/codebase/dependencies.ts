import { execFile } from 'node:child_process';
import { lstat, mkdir, mkdtemp, readdir, readlink, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { Failure } from '../errors.ts';
import { defaultPath, lastLine } from './git.ts';
import { walledNpm } from './npm-wall.ts';
import type { PackageRoot } from './package-root.ts';
import { inTurn } from './turn.ts';

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
}

/** Installs the packages of a root once into the cache, running no script of theirs; throws DEPENDENCIES_FAILED. */
export async function install(root: PackageRoot, cacheFolder: string, npm: Npm = {}): Promise<Installed> {
  const packages = path.join(cacheFolder, 'packages');
  const cache = path.join(packages, root.key);
  const installed = { folder: root.folder, key: root.key, cache };
  if (await exists(cache)) return installed;
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
    await linkAll(path.join(cache, at), target, cache);
  }
}

async function linkAll(from: string, to: string, cache: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const { name } of await readdir(from, { withFileTypes: true })) {
    if (name.startsWith('.')) continue;
    const source = path.join(from, name);
    const target = path.join(to, name);
    const isLink = (await lstat(source)).isSymbolicLink();
    if (name.startsWith('@') && !isLink) await linkAll(source, target, cache);
    else if (await exists(target)) continue;
    else if (!isLink) await symlink(source, target);
    else await symlink(await readlink(source), target);
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
  const env = { HOME: homedir(), ...environment, PATH, CI: 'true', NO_COLOR: '1', npm_config_update_notifier: 'false' };
  if (isWalled) await mkdir(cache, { recursive: true });
  const [command, whole] = isWalled
    ? walledNpm({ args, folder: cwd, cache, environment: env })
    : (['npm', args] as const);
  return new Promise((resolve) => {
    execFile(command, whole, { cwd, env, timeout: timeoutMs, maxBuffer: 16 << 20 }, (failed, _out, said) => {
      if (!failed) resolve(undefined);
      else if (failed.code === 'ENOENT') resolve('npm was not found on the PATH');
      else resolve(failed.killed ? `npm was stopped after ${timeoutMs / 1000} seconds` : said);
    });
  });
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
