import { constants } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../errors.ts';
import { type Installed, linkPackages } from './dependencies.ts';
import { blobs, type Listed } from './entries.ts';
import type { Git } from './git.ts';
import { makeClient, unmadeClients } from './prisma-client.ts';
import type { Tree } from './tree.ts';

/** Raised when what is made for a tree beside its files would be made otherwise. */
const version = 1;
const largestTree = 1 << 30;
const mostFiles = 500_000;
const longestPath = 4_000;
const dayMs = 24 * 3_600_000;

/** The rooms of the cache that trees are laid out in. */
export interface Rooms {
  trees: string;
  /** Contents by git id, shared by all trees through hard links. */
  contents: string;
  scratch: string;
}

/** Makes the rooms; a package.json above the trees keeps the settings of whatever lies around them out. */
export async function openRooms(cacheFolder: string): Promise<Rooms> {
  const rooms = {
    trees: path.join(cacheFolder, 'trees'),
    contents: path.join(cacheFolder, 'contents'),
    scratch: path.join(cacheFolder, 'scratch'),
  };
  for (const room of Object.values(rooms)) await mkdir(room, { recursive: true });
  await writeFile(path.join(rooms.trees, 'package.json'), '{ "private": true }\n');
  return rooms;
}

/** What a tree is laid out from. */
interface Layout {
  gitTree: string;
  listed: Listed[];
  rooms: Rooms;
  /** Left out: the tree is only read, and must never pass for a complete one. */
  installed: Installed[] | 'left out';
  /** Whether code of the packages may run within bubblewrap, to make what the tree leaves to be made. */
  isWalled?: boolean | undefined;
}

/** Lays a git tree out once, whole or not at all, under the id of its files and dependencies. */
export async function layOut(git: Git, { gitTree, listed, rooms, ...given }: Layout): Promise<Tree> {
  const isBare = given.installed === 'left out';
  const installed = given.installed === 'left out' ? [] : given.installed;
  const leavesClients = !isBare && listed.some(({ file }) => file.endsWith('.prisma'));
  const making = leavesClients ? [`prisma-${version}${given.isWalled ? '' : '-not'}`] : [];
  const id = [gitTree, ...making, ...(isBare ? ['files'] : installed.map(({ key }) => key))].join('-').slice(0, 200);
  const tree: Tree = { id, path: path.join(rooms.trees, id) };
  if (installed.length > 0) tree.dependencies = installed.map(({ cache }) => cache);
  if (await touched(tree.path)) return tree;
  const folder = await mkdtemp(path.join(rooms.scratch, 'tree-'));
  try {
    const safe = listed.filter(({ file }) => isSafe(file));
    refuseOdd(safe);
    await place(git, folder, safe, rooms).catch(asUnfit);
    for (const packages of installed) await linkPackages(packages, folder);
    if (leavesClients)
      for (const client of await unmadeClients(
        folder,
        listed.map(({ file }) => file),
      ))
        await makeClient(client, { folder, installed, isWalled: given.isWalled ?? false });
    await chmod(folder, 0o755);
    await rename(folder, tree.path).catch((taken) => ifTaken(taken, tree.path));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return tree;
}

/**
 * Takes trees away that nobody has asked for in a day, oldest first, when there are more than `keep`; then contents
 * that no tree holds any more, and what a killed process left half made.
 */
export async function prune(rooms: Rooms, keep: number): Promise<void> {
  await pruneScratch(rooms);
  const names = (await readdir(rooms.trees)).filter((name) => name !== 'package.json');
  if (names.length <= keep) return;
  const aged = await Promise.all(
    names.map(async (name) => ({
      name,
      at: (await stat(path.join(rooms.trees, name)).catch(() => null))?.mtimeMs ?? 0,
    })),
  );
  const old = aged.sort((a, b) => a.at - b.at).slice(0, names.length - keep);
  for (const { name } of old.filter(({ at }) => at < Date.now() - dayMs))
    await rm(path.join(rooms.trees, name), { recursive: true, force: true });
  for (const file of await readdir(rooms.contents, { recursive: true })) {
    const at = path.join(rooms.contents, file);
    const found = await stat(at).catch(() => null);
    if (found?.isFile() && found.nlink === 1 && found.ctimeMs < Date.now() - dayMs) await rm(at, { force: true });
  }
}

async function pruneScratch({ scratch }: Rooms): Promise<void> {
  for (const name of await readdir(scratch)) {
    const at = path.join(scratch, name);
    const found = await stat(at).catch(() => null);
    if (found && found.mtimeMs < Date.now() - dayMs) await rm(at, { recursive: true, force: true });
  }
}

async function place(git: Git, folder: string, listed: Listed[], rooms: Rooms): Promise<void> {
  const files = listed.filter(({ mode }) => mode.startsWith('100'));
  if (files.reduce((sum, { size }) => sum + size, 0) > largestTree)
    throw new Failure('REPOSITORY_UNREADABLE', { says: 'its files are larger than 1 GB together' });
  await keepContents(git, files, rooms);
  for (const sub of new Set(listed.map(({ file }) => path.dirname(file))))
    await mkdir(path.join(folder, sub), { recursive: true });
  for (const { file, mode, id } of files) await putFile(contentPath(rooms, { id, mode }), path.join(folder, file));
  for (const { file } of listed.filter(({ mode }) => mode === '160000'))
    await mkdir(path.join(folder, file), { recursive: true });
  for await (const [target, file] of targets(git, listed))
    if (stays(file, target)) await symlink(target, path.join(folder, file));
}

async function keepContents(git: Git, files: Listed[], rooms: Rooms): Promise<void> {
  const missing = new Map<string, Listed>();
  for (const file of files) {
    const kept = contentPath(rooms, file);
    if (!missing.has(kept) && !(await stat(kept).catch(() => null))) missing.set(kept, file);
  }
  const modes = Map.groupBy(missing.values(), ({ id }) => id);
  for await (const [id, content] of blobs(
    git,
    [...modes.values()].flatMap((same) => same.slice(0, 1)),
  )) {
    for (const { mode } of modes.get(id) ?? []) await keep(contentPath(rooms, { id, mode }), content, mode, rooms);
  }
}

async function keep(file: string, content: Buffer, mode: string, rooms: Rooms): Promise<void> {
  const folder = await mkdtemp(path.join(rooms.scratch, 'content-'));
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(path.join(folder, 'it'), content, { mode: mode === '100755' ? 0o555 : 0o444 });
  await rename(path.join(folder, 'it'), file);
  await rm(folder, { recursive: true });
}

function contentPath({ contents }: Rooms, { id, mode }: { id: string; mode: string }): string {
  return path.join(contents, id.slice(0, 2), `${id.slice(2)}${mode === '100755' ? 'x' : ''}`);
}

/** Never over a file that is there: it may be a name of contents that all trees share. */
async function putFile(kept: string, file: string): Promise<void> {
  await link(kept, file).catch(() => copyFile(kept, file, constants.COPYFILE_EXCL));
}

/** No tool of git's makes a tree that holds a path twice, or a file where it holds a folder; whoever does means harm. */
function refuseOdd(listed: Listed[]): void {
  const refuse = (says: string): never => {
    throw new Failure('REPOSITORY_UNREADABLE', { says });
  };
  if (listed.length > mostFiles) refuse(`it holds more than ${mostFiles} files`);
  const files = new Set<string>();
  for (const { file } of listed) {
    if (Buffer.byteLength(file) > longestPath) refuse(`a path in it is too long: ${shown(file)}`);
    if (files.has(file)) refuse(`its tree holds ${shown(file)} twice`);
    files.add(file);
  }
  const folders = new Set(listed.map(({ file }) => path.posix.dirname(file)));
  for (const folder of folders)
    for (let at = folder; at !== '.'; at = path.posix.dirname(at))
      if (files.has(at)) refuse(`its tree holds ${shown(at)} as a file and as a folder`);
}

/** What this machine has no way to write down is said of the repository. */
function asUnfit(thrown: unknown): never {
  const { code, path: file = '', dest = file } = Object(thrown) as { code?: string; path?: string; dest?: string };
  const name = shown(path.basename(dest));
  if (code === 'ENAMETOOLONG')
    throw new Failure('REPOSITORY_UNREADABLE', { says: `a path in it is too long: ${name}` });
  if (code === 'EEXIST')
    throw new Failure('REPOSITORY_UNREADABLE', { says: `two of its paths are one and the same here: ${name}` });
  if (code === 'EILSEQ' || code === 'EINVAL')
    throw new Failure('REPOSITORY_UNREADABLE', { says: `a path in it cannot be written here: ${name}` });
  throw thrown;
}

function shown(name: string): string {
  const plain = name.replace(/\p{Cc}/gu, '�');
  return `"${plain.length > 60 ? `${plain.slice(0, 60)}…` : plain}"`;
}

async function* targets(git: Git, listed: Listed[]): AsyncGenerator<[target: string, file: string]> {
  const links = listed.filter(({ mode }) => mode === '120000');
  const texts = new Map<string, string>();
  for await (const [id, content] of blobs(git, links)) texts.set(id, content.toString('utf8'));
  for (const { file, id } of links) yield [texts.get(id) ?? '', file];
}

/** Whether a link stays within the tree whatever other links it passes: up first, down after, never above the root. */
function stays(file: string, target: string): boolean {
  if (target === '' || target.includes('\0') || path.posix.isAbsolute(target)) return false;
  const steps = target.split('/').filter((step) => step !== '' && step !== '.');
  const up = steps.findIndex((step) => step !== '..');
  const ups = up < 0 ? steps.length : up;
  return (
    ups <= file.split('/').length - 1 && !steps.slice(ups).includes('..') && isSafe(steps.slice(ups).join('/') || 'x')
  );
}

/** Whether a path of a tree may be written: nothing in git's own folder, nothing above. */
function isSafe(file: string): boolean {
  return file
    .split('/')
    .every(
      (step) => step !== '' && step !== '.' && step !== '..' && !/^\.git(?:[ .]*|[:\\].*)$|^git~1$/i.test(seen(step)),
    );
}

/** A name as those file systems see it that pass over some signs. */
function seen(step: string): string {
  return step.replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, '');
}

async function touched(folder: string): Promise<boolean> {
  const now = new Date();
  return utimes(folder, now, now).then(
    () => true,
    () => false,
  );
}

/** Another process or caller laid the same tree out first: theirs is as good. */
async function ifTaken(thrown: unknown, folder: string): Promise<void> {
  if (!(await stat(folder).catch(() => null))) throw thrown;
}
