import path from 'node:path';
import { keyOf, type PackageRoot } from './package-root.ts';

type Manifest = Record<string, unknown>;

const fields = ['dependencies', 'devDependencies', 'optionalDependencies'];

/**
 * Packages that name each other by folder (`"shared": "file:../shared"`) are installed together, as npm installs the
 * workspaces of one root: the folder that holds them all. Roots that stand alone stay as they are, and so do those
 * whose folder has a package.json or a lockfile of its own.
 */
export function withLinkedTogether(roots: PackageRoot[]): PackageRoot[] {
  const groups = groupsOf(roots.filter(({ locked }) => !locked));
  const together = groups.filter((group) => group.length > 1 && !roots.some(({ folder }) => folder === above(group)));
  const joined = new Set(together.flat());
  return [...roots.filter((root) => !joined.has(root)), ...together.map(oneRoot)];
}

/** Roots that are linked to each other, directly or through others. */
function groupsOf(roots: PackageRoot[]): PackageRoot[][] {
  const left = new Set(roots);
  const groups: PackageRoot[][] = [];
  for (const first of roots) {
    if (!left.delete(first)) continue;
    const group = [first];
    for (const one of group) {
      const near = [...left].filter((other) => links(one, other) || links(other, one));
      for (const other of near) left.delete(other);
      group.push(...near);
    }
    groups.push(group);
  }
  return groups;
}

function links(from: PackageRoot, to: PackageRoot): boolean {
  return targetsOf(from).includes(to.folder);
}

function targetsOf({ folder, files }: PackageRoot): string[] {
  const manifest = read(files.get('package.json'));
  return fields
    .flatMap((field) => Object.values(Object(manifest[field])))
    .filter((spec): spec is string => typeof spec === 'string' && /^(?:file|link):\.{1,2}\//.test(spec))
    .map((spec) => path.posix.join(folder, spec.replace(/^\w+:/, '')));
}

function above(group: PackageRoot[]): string {
  const [first = '', ...others] = group.map(({ folder }) => path.posix.dirname(folder));
  const common = others.reduce((so, one) => shared(so, one), first);
  return common === '.' ? '' : common;
}

function shared(a: string, b: string): string {
  const [left, right] = [a.split('/'), b.split('/')];
  const end = left.findIndex((part, at) => part !== right[at]);
  return left.slice(0, end < 0 ? left.length : end).join('/') || '.';
}

/** One root with all of a group as its workspaces; a link to one of them is met by its name. */
function oneRoot(group: PackageRoot[]): PackageRoot {
  const folder = above(group);
  const files = new Map<string, string>();
  const at = (root: PackageRoot) => path.posix.relative(folder, root.folder);
  const workspaces = group.map(at).sort();
  files.set('package.json', JSON.stringify({ name: 'linked-packages', private: true, workspaces }));
  for (const root of group) {
    for (const [file, text] of root.files)
      files.set(path.posix.join(at(root), file), file.endsWith('package.json') ? unlinked(text) : text);
  }
  return { folder, key: keyOf(files), files, locked: false };
}

function unlinked(text: string): string {
  const manifest = read(text);
  for (const field of fields) {
    const wanted = Object.entries(Object(manifest[field])).map(([name, spec]) => [
      name,
      /^(?:file|link):\.{1,2}\//.test(String(spec)) ? '*' : spec,
    ]);
    if (manifest[field]) manifest[field] = Object.fromEntries(wanted);
  }
  return JSON.stringify({ version: '0.0.0', ...manifest });
}

function read(text: string | undefined): Manifest {
  return Object(JSON.parse(text ?? '{}')) as Manifest;
}
