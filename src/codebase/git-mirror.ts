import { createHash } from 'node:crypto';
import { mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Failure } from '../errors.ts';
import { type Installed, install, type Npm } from './dependencies.ts';
import { difference } from './difference.ts';
import { withEdit, withFile, withHunks, withoutHunks, withPatch } from './edit.ts';
import { blob, entries, entry, type Listed } from './entries.ts';
import { type Git, networkOf, openGit } from './git.ts';
import { commits, resolve } from './history.ts';
import { layOut, openRooms, prune, type Rooms } from './layout.ts';
import type { Mirror } from './mirror.ts';
import type { PackageRoot } from './package-root.ts';
import { givenRoot, packageRoots } from './package-roots.ts';
import { fetchAll } from './source.ts';
import type { Tree } from './tree.ts';
import { inTurn } from './turn.ts';

/** What a mirror is opened on. */
export interface MirrorOptions {
  /** A folder, bundle or URL that git can fetch from. */
  source: string;
  cacheFolder: string;
  /** A folder with package.json and package-lock.json to install instead of what the revisions ask for. */
  dependencies?: string;
  /** What `rehearse.yaml` at the root says in every revision, for a repository that has none of its own. */
  world?: string;
  /** Where git, npm and node are found, as in PATH; that of `environment` when absent. */
  path?: string;
  /** The environment of the caller, of which git and npm get what they need to reach the network. */
  environment?: Record<string, string | undefined>;
  /** Whether packages are installed within bubblewrap. */
  isWalled?: boolean;
  /** Trees to keep laid out; older ones that nobody asked for in a day go. */
  keepTrees?: number;
}

/**
 * Opens a mirror of a repository under the cache folder, made on first use and brought up to date on every opening.
 * Any number of processes may open the same one. Throws REPOSITORY_UNREADABLE.
 */
export async function openMirror(options: MirrorOptions): Promise<Mirror> {
  const { keepTrees = 400 } = options;
  const source = (await stat(options.source).catch(() => null)) ? path.resolve(options.source) : options.source;
  await mkdir(options.cacheFolder, { recursive: true });
  const cacheFolder = await realpath(options.cacheFolder);
  const rooms = await openRooms(cacheFolder);
  const git = await openBare({ ...options, source, cacheFolder });
  const turn = `${git.folder}.lock`;
  const refresh = () => inTurn(turn, () => fetchAll(git, source));
  await refresh();
  await prune(rooms, keepTrees);
  const at = (revision: string) => resolve(git, revision);
  const withWorld = async (tree: string) =>
    options.world === undefined
      ? tree
      : withFile(git, { base: tree, file: 'rehearse.yaml', text: options.world, scratch: rooms.scratch });
  const layIt = layer(git, rooms, { ...options, cacheFolder });
  const laid = async (tree: string) => layIt(await withWorld(tree));
  const one = async (revision: string) => (await commits(git, ['-n', '1', await at(revision)]))[0] ?? missing(revision);
  return {
    source: options.source,
    resolve: at,
    refresh,
    tip: () => at('HEAD'),
    commit: one,
    between: async (good, bad) => commits(git, ['--reverse', '--topo-order', `${await at(good)}..${await at(bad)}`]),
    ancestors: async (revision, limit) => commits(git, ['--first-parent', '-n', String(limit), await at(revision)]),
    read: async (revision, file) => textOf(git, await at(revision), file),
    hunks: async (base, head) => difference(git, await at(base), await at(head)),
    tree: async (revision, { packages = true } = {}) => {
      const gitTree = await treeOf(git, await at(revision));
      return packages ? laid(gitTree) : layBare(git, await withWorld(gitTree), rooms);
    },
    applied: async (base, hunks) => laidOrNull(laid, await withHunks(git, await at(base), hunks, rooms.scratch)),
    edited: async (head, edit) => {
      const base = await at(head);
      const own = 'undo' in edit ? { undo: { ...edit.undo, commit: await at(edit.undo.commit) } } : edit;
      const id = await withEdit(git, base, own, rooms.scratch);
      if (id === null) return null;
      const [hunks, patch] = await Promise.all([difference(git, base, id), patchBetween(git, base, id)]);
      return { id, hunks, patch, read: (file) => textOf(git, id, file), lay: () => laid(id) };
    },
    touching: async (revision, file, limit) => commits(git, ['-n', String(limit), await at(revision)], [file]),
    patched: async (head, patch) => laidOrNull(laid, await withPatch(git, await at(head), patch, rooms.scratch)),
    reverted: async (head, { commit, hunks }) => {
      const ends = { head: await at(head), from: await at(commit) };
      const tree = await withoutHunks(git, { ...ends, hunks, scratch: rooms.scratch });
      return tree ? { tree: await laid(tree), patch: await patchBetween(git, ends.head, tree) } : null;
    },
  };
}

/** Lays trees out with their packages; each tree and each set of packages is made once at a time. */
function layer(git: Git, rooms: Rooms, options: MirrorOptions): (gitTree: string) => Promise<Tree> {
  const { cacheFolder, dependencies, environment = {} } = options;
  const npm: Npm = {
    path: options.path ?? environment.PATH,
    environment: networkOf(environment),
    isWalled: options.isWalled,
  };
  const installing = new Map<string, Promise<Installed>>();
  const laying = new Map<string, Promise<Tree>>();
  const known = new Map<string, PackageRoot[]>();
  const rootsOf = async (listed: Listed[]) => {
    if (dependencies) return [await givenRoot(dependencies)];
    const manifests = listed.filter(({ file }) =>
      /(^|\/)((package|package-lock)\.json|rehearse\.ya?ml|pnpm-lock\.yaml|pnpm-workspace\.yaml|yarn\.lock)$/.test(
        file,
      ),
    );
    const key = manifests.map(({ file, id }) => `${file}:${id}`).join();
    const roots = known.get(key) ?? (await packageRoots(git, listed));
    known.set(key, roots);
    return roots;
  };
  const lay = async (gitTree: string) => {
    const listed = await entries(git, gitTree);
    const roots = await rootsOf(listed);
    const installed: Installed[] = [];
    for (const root of roots)
      installed.push({
        ...(await once(installing, root.key, () => install(root, cacheFolder, npm))),
        folder: root.folder,
      });
    return layOut(git, { gitTree, listed, rooms, installed, isWalled: options.isWalled });
  };
  return (gitTree) => once(laying, gitTree, () => lay(gitTree));
}

/** Lays the files of a tree out without packages; its id differs from that of the same tree when it needs none. */
async function layBare(git: Git, gitTree: string, rooms: Rooms): Promise<Tree> {
  return layOut(git, { gitTree, listed: await entries(git, gitTree), rooms, installed: 'left out' });
}

/** Shares a piece of work among those who ask for it while it is under way. */
function once<T>(under: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const running = under.get(key) ?? work().finally(() => under.delete(key));
  under.set(key, running);
  return running;
}

async function laidOrNull(laid: (gitTree: string) => Promise<Tree>, gitTree: string | null): Promise<Tree | null> {
  return gitTree === null ? null : laid(gitTree);
}

async function openBare({ source, cacheFolder, path: searched, environment = {} }: MirrorOptions): Promise<Git> {
  const given = { path: searched ?? environment.PATH, network: networkOf(environment) };
  const name = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const folder = path.join(cacheFolder, 'mirrors', `${name}.git`);
  const config = path.join(cacheFolder, 'mirrors', `${name}.config`);
  await mkdir(path.dirname(folder), { recursive: true });
  return inTurn(`${folder}.lock`, async () => {
    const quoted = JSON.stringify(path.resolve(source)).slice(1, -1);
    await writeFile(config, `[safe]\n\tdirectory = "${quoted}"\n\tdirectory = "${quoted}/.git"\n`);
    if (!(await stat(folder).catch(() => null))) {
      const fresh = `${folder}.new`;
      await rm(fresh, { recursive: true, force: true });
      await mkdir(fresh);
      const init = openGit({ folder: fresh, config, ...given });
      await init.bytes(['init', '--bare', '--quiet', '--template=', fresh]);
      await rename(fresh, folder);
    }
    return openGit({ folder, config, ...given });
  });
}

async function treeOf(git: Git, commit: string): Promise<string> {
  return (await git.text(['rev-parse', '--verify', `${commit}^{tree}`])).trim();
}

async function textOf(git: Git, tree: string, file: string): Promise<string | undefined> {
  const found = await entry(git, tree, file);
  return found && (await blob(git, found.id)).toString('utf8');
}

function patchBetween(git: Git, head: string, tree: string): Promise<string> {
  const plain = ['--no-color', '--no-renames', '--no-ext-diff', '--no-textconv', '--full-index', '--binary'];
  return git.text(['diff-tree', '-r', '-p', ...plain, head, tree]);
}

function missing(revision: string): never {
  throw new Failure('REVISION_UNKNOWN', { revision });
}
