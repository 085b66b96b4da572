import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isScalar, isSeq, parseDocument } from 'yaml';
import { Failure } from '../errors.ts';
import { withinStack } from './depth.ts';
import { blob, type Listed } from './entries.ts';
import { inWordsOfNpm, readPnpmWorkspace, resolvedIn } from './foreign-lock.ts';
import type { Git } from './git.ts';
import { withLinkedTogether } from './linked-roots.ts';
import { keyOf, type PackageRoot } from './package-root.ts';
import { isTamePattern, mostPatterns } from './workspace-patterns.ts';

const dependencyFields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const keptFields = [
  'name',
  'version',
  ...dependencyFields,
  'peerDependenciesMeta',
  'workspaces',
  'overrides',
  'resolutions',
  'pnpm',
];
const mostRoots = 100;
/** Lockfiles are long; settings are not. */
const largest = 20 << 20;
const largestYaml = 6 << 20;
const foreignLocks = ['pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];
const aside =
  /(^|\/)(node_modules|tests?|__tests__|fixtures?|__fixtures__|examples?|bench(marks?)?|docs?|templates?)(\/|$)/;

/** The folders of a tree that need packages; found in its package.json files, workspaces under their root. */
export async function packageRoots(git: Git, listed: Listed[]): Promise<PackageRoot[]> {
  const files = new Map(listed.map((entry) => [entry.file, entry]));
  const read = async (file: string) => {
    const found = files.get(file);
    const most = /\.ya?ml$/.test(file) ? largestYaml : largest;
    return found && found.size < most ? (await blob(git, found.id)).toString('utf8') : undefined;
  };
  const folders = listed
    .filter(({ file }) => path.posix.basename(file) === 'package.json')
    .map(({ file }) => (file === 'package.json' ? '' : path.posix.dirname(file)))
    .filter((folder) => folder === '' || !aside.test(folder))
    .sort((a, b) => a.length - b.length);
  const roots: PackageRoot[] = [];
  const covered = new Set<string>();
  for (const folder of folders) {
    if (roots.length > mostRoots)
      throw new Failure('DEPENDENCIES_FAILED', { says: `more than ${mostRoots} folders want packages of their own` });
    const own = files.has(path.posix.join(folder, 'package-lock.json'));
    if (covered.has(folder) || (folder !== '' && folders.includes('') && !own)) continue;
    const { root, workspaces } = await rootAt(folder, folders, read, files);
    for (const workspace of workspaces) covered.add(workspace);
    if (root) roots.push(root);
  }
  const leftOut = leftOutIn((await read('rehearse.yaml')) ?? (await read('rehearse.yml')) ?? '');
  return withLinkedTogether(roots.map((root) => without(root, leftOut)));
}

/** Packages that the repository's `rehearse.yaml` does without; what is wrong with that file is told when it is read whole. */
function leftOutIn(text: string): string[] {
  const isShort = text.length <= 256_000;
  const document = withinStack(() => parseDocument(isShort ? text : '', { logLevel: 'silent' }));
  if (!document || document.errors.length > 0) return [];
  const names = document.getIn(['packages', 'without']);
  return isSeq(names) ? names.items.map((one) => (isScalar(one) ? String(one.value) : '')) : [];
}

/** A root that does without some packages: what cannot be had, and is not needed to run. */
function without(root: PackageRoot, names: string[]): PackageRoot {
  if (names.length === 0 || root.locked) return root;
  const files = new Map(
    [...root.files].map(([file, text]) => [file, file.endsWith('package.json') ? leaner(text, names) : text]),
  );
  return { ...root, files, key: keyOf(files) };
}

function leaner(text: string, names: string[]): string {
  const manifest = parsed(text);
  for (const field of dependencyFields) {
    const kept = Object.entries(Object(manifest[field])).filter(([name]) => !names.includes(name));
    if (manifest[field]) manifest[field] = Object.fromEntries(kept);
  }
  return JSON.stringify(manifest);
}

/** The one root of a folder outside the tree, to be installed instead of the tree's own packages. */
export async function givenRoot(folder: string): Promise<PackageRoot> {
  const read = (file: string) => readFile(path.join(folder, file), 'utf8').catch(() => undefined);
  const manifest = await read('package.json');
  if (manifest === undefined)
    throw new Failure('DEPENDENCIES_FAILED', { says: `there is no package.json in ${folder}` });
  const files = new Map([['package.json', manifest]]);
  const lock = await read('package-lock.json');
  if (lock !== undefined) files.set('package-lock.json', lock);
  return { folder: '', key: keyOf(files), files, locked: lock !== undefined };
}

async function rootAt(
  folder: string,
  folders: string[],
  read: (file: string) => Promise<string | undefined>,
  files: Map<string, unknown>,
): Promise<{ root?: PackageRoot; workspaces: string[] }> {
  const within = (file: string) => path.posix.join(folder, file);
  const manifest = parsed((await read(within('package.json'))) ?? '');
  const pnpm = readPnpmWorkspace((await read(within('pnpm-workspace.yaml'))) ?? '');
  const listed = [...workspacePatterns(manifest), ...pnpm.packages.filter((glob) => !glob.startsWith('!'))];
  // Of others discovery says what is wrong.
  const patterns = listed.filter(isTamePattern).slice(0, mostPatterns);
  const workspaces = folders.filter((at) => at !== folder && patterns.some((glob) => matches(within(glob), at)));
  const given = new Map([['package.json', reduced(manifest)]]);
  for (const at of workspaces)
    given.set(
      path.posix.relative(folder, `${at}/package.json`),
      reduced(parsed((await read(`${at}/package.json`)) ?? '')),
    );
  const needy = [...given.values()].some((text) => dependencyFields.some((field) => hasSome(parsed(text)[field])));
  if (!needy && workspaces.length === 0) return { workspaces };
  const lock = await read(within('package-lock.json'));
  if (lock !== undefined) given.set('package-lock.json', lock);
  // Resolving every developer's tool anew takes minutes, and may ask hosts that only developers reach.
  else for (const [file, text] of given) given.set(file, withoutTools(text));
  const foreignLock = lock === undefined ? foreignLocks.find((name) => files.has(within(name))) : undefined;
  if (lock === undefined) {
    const text = foreignLock && (await read(within(foreignLock)));
    const resolved = foreignLock && text !== undefined ? resolvedIn(foreignLock, text) : undefined;
    for (const [file, own] of given) {
      const isRoot = file === 'package.json';
      const made = inWordsOfNpm(parsed(own), { catalogs: pnpm.catalogs, resolved, isRoot });
      given.set(file, JSON.stringify(isRoot && pnpm.packages.length > 0 ? { ...made, workspaces: patterns } : made));
    }
  }
  const root = {
    folder,
    key: keyOf(given),
    files: given,
    locked: lock !== undefined,
    ...(foreignLock && { foreignLock }),
  };
  return { root, workspaces };
}

function withoutTools(manifest: string): string {
  const { devDependencies: _tools, ...rest } = parsed(manifest);
  return JSON.stringify(rest);
}

function workspacePatterns(manifest: Record<string, unknown>): string[] {
  const { workspaces } = manifest;
  const listed = Array.isArray(workspaces) ? workspaces : (workspaces as { packages?: unknown } | undefined)?.packages;
  return Array.isArray(listed) ? listed.filter((glob) => typeof glob === 'string') : [];
}

function matches(glob: string, folder: string): boolean {
  return path.posix.matchesGlob(folder, glob.replace(/\/+$/, ''));
}

/** What of a package.json decides which packages are installed, and nothing else: no scripts, no settings. */
function reduced(manifest: Record<string, unknown>): string {
  return JSON.stringify(
    Object.fromEntries(keptFields.flatMap((field) => (field in manifest ? [[field, manifest[field]]] : []))),
  );
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch (broken) {
    if (broken instanceof SyntaxError) return {};
    throw broken;
  }
}

function hasSome(field: unknown): boolean {
  return typeof field === 'object' && field !== null && Object.keys(field).length > 0;
}
