import { isIP } from 'node:net';
import path from 'node:path';
import type { PackageRoot } from './package-root.ts';

const fields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];
const hosting = /^(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org|gist\.github\.com)$/;
const mostPackages = 50_000;

/**
 * What of a root's wishes is refused before npm sees them, in one sentence: folders and addresses outside of the
 * repository that only this machine reaches, names that are paths. A repository could otherwise have anything of this
 * machine read or asked for.
 */
export function refusedWish(root: PackageRoot, registries: readonly string[]): string | undefined {
  for (const [file, text] of root.files) {
    const folder = path.posix.join(root.folder, path.posix.dirname(file));
    const said = parsed(text);
    const refused = file.endsWith('package-lock.json')
      ? refusedInLock(said, root.folder, registries)
      : refusedInManifest(said, folder, registries);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refusedInManifest(said: Fields, folder: string, registries: readonly string[]): string | undefined {
  const direct = fields.flatMap((field) => Object.entries(Object(said[field]) as Fields));
  const others = [...pairsIn(said.overrides, 0), ...pairsIn(said.resolutions, 0)];
  for (const [name] of direct) if (!isName(name)) return `${quoted(name)} is no name of a package`;
  for (const [name, wish] of [...direct, ...others]) {
    const why = typeof wish === 'string' ? refusedAddress(wish, folder, registries) : undefined;
    if (why !== undefined) return `${quoted(name)} is wanted from ${quoted(String(wish))}, ${why}`;
  }
  return undefined;
}

function refusedInLock(said: Fields, folder: string, registries: readonly string[]): string | undefined {
  const places = Object.entries(Object(said.packages) as Fields);
  const old = pairsIn(said.dependencies, 0).filter(([key]) => key === 'resolved' || key === 'version');
  if (places.length > mostPackages) return `its lockfile lists ${places.length} packages`;
  for (const [place, found] of places) {
    if (!isPlace(folder, place)) return `its lockfile puts a package at ${quoted(place)}, which is no place for one`;
    const { resolved, version, name } = Object(found) as Fields;
    if (typeof name === 'string' && !isName(name)) return `its lockfile names a package ${quoted(name)}`;
    for (const wish of [resolved, version]) {
      const why = typeof wish === 'string' ? refusedAddress(wish, folder, registries) : undefined;
      if (why !== undefined) return `its lockfile takes ${quoted(place)} from ${quoted(String(wish))}, ${why}`;
    }
  }
  for (const [, wish] of old) {
    const why = typeof wish === 'string' ? refusedAddress(wish, folder, registries) : undefined;
    if (why !== undefined) return `its lockfile takes a package from ${quoted(String(wish))}, ${why}`;
  }
  return undefined;
}

/** Why something is not taken from where a wish says; nothing where it may be. */
function refusedAddress(wish: string, folder: string, registries: readonly string[]): string | undefined {
  // A tool of the shell and a proxy read control characters otherwise than we do.
  if (/\p{Cc}/u.test(wish) || wish.length > 2_000) return 'which is no address';
  const local =
    /^(?:file|link|portal):(?:\/\/)?(.*)$/i.exec(wish)?.[1] ?? (/^(?:\.{1,2}|~)?\//.test(wish) ? wish : undefined);
  if (local !== undefined || wish === '..')
    return leaves(folder, local ?? wish) ? 'which lies outside of the repository' : undefined;
  const alias = /^(?:npm|workspace|catalog):/i.test(wish);
  if (alias || !/^[a-z][a-z0-9+.-]*:|^[^/@\s]+@[^/@\s]+:/i.test(wish)) return undefined;
  const [, user] = /^([^/@\s]+@)[^/@\s]+:/.exec(wish) ?? [];
  const url = URL.parse(user ? `ssh://${wish.replace(':', '/')}` : wish.replace(/^git\+/, ''));
  // `github:user/project` and the like have no host of their own.
  if (/^(?:github|gitlab|bitbucket|gist):/i.test(wish)) return undefined;
  if (!url?.hostname) return 'which is no address that packages are taken from';
  const host = url.hostname.toLowerCase();
  if (registries.includes(url.host.toLowerCase())) return undefined;
  const isGit = /^git\+|^git:|^ssh:/i.test(wish) || user !== undefined;
  if (isGit) return hosting.test(host) ? undefined : 'and of hosts for git only the public ones are asked';
  if (!/^https?:$/.test(url.protocol)) return 'which is no address that packages are taken from';
  return isInward(host) ? 'which only this machine and its network reach' : undefined;
}

/** Whether a host is an address or a name of the inside of some network. */
function isInward(host: string): boolean {
  const bare = host.replace(/^\[|\]$|\.$/g, '');
  return isIP(bare) !== 0 || !bare.includes('.') || /\.(?:local|localhost|internal|intranet|lan|home|corp)$/.test(bare);
}

function leaves(folder: string, named: string): boolean {
  const clean = decoded(named);
  if (clean.startsWith('/') || clean.startsWith('~') || clean.includes('\\')) return true;
  return /^\.\.(?:\/|$)/.test(path.posix.join(folder, clean));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a name can be that of a package: neither a path nor longer than a name may be. */
function isName(name: string): boolean {
  return (
    name.length <= 214 &&
    /^(?:@[\w~!'()*-][\w.~!'()*-]*\/)?[\w~!'()*-][\w.~!'()*-]*$/.test(name) &&
    name !== '__proto__'
  );
}

/** Whether a key of a lockfile is a place within the root, or a folder of the tree beside it that it links to. */
function isPlace(folder: string, place: string): boolean {
  const steps = place.split('/');
  const isPlain = place.length <= 1_000 && !/[\p{Cc}\\]/u.test(place) && !place.startsWith('/');
  const isBeside = !steps.includes('node_modules') && !leaves(folder, place);
  return isPlain && (!steps.includes('..') || isBeside);
}

type Fields = Record<string, unknown>;

/** Every pair of a nested list of wishes. */
function pairsIn(value: unknown, depth: number): [string, unknown][] {
  if (typeof value !== 'object' || value === null || depth > 50) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    [key, inner] as [string, unknown],
    ...pairsIn(inner, depth + 1),
  ]);
}

function quoted(text: string): string {
  const shown = text.replace(/\p{Cc}/gu, '�');
  return `"${shown.length > 80 ? `${shown.slice(0, 80)}…` : shown}"`;
}

function parsed(text: string): Fields {
  try {
    return Object(JSON.parse(text)) as Fields;
  } catch {
    return {};
  }
}
