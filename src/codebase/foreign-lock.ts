import { parse } from 'yaml';

/** What a lockfile of pnpm or Yarn resolved. */
export interface Resolved {
  /** The one version of each package that has only one. */
  single: Map<string, string>;
  /** The version that a manifest's own wish led to, by `name@wish`. */
  wished: Map<string, string>;
}

const longestLine = 10_000;
const version = /^\d+\.\d+\.\d+[\w.+-]*$/;
const fields = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'];

/** Reads the versions out of pnpm-lock.yaml or yarn.lock; nothing when it is neither. */
export function resolvedIn(file: string, text: string): Resolved | undefined {
  if (file === 'pnpm-lock.yaml') return fromPnpm(text);
  return file === 'yarn.lock' ? fromYarn(text) : undefined;
}

/** What pnpm-workspace.yaml says: where packages lie, and the versions that `catalog:` means. */
export function readPnpmWorkspace(text: string): {
  packages: string[];
  catalogs: Record<string, Record<string, string>>;
} {
  const { packages, catalog, catalogs } = yaml(text);
  const listed = Array.isArray(packages) ? packages.filter((one) => typeof one === 'string') : [];
  return { packages: listed, catalogs: { ...Object(catalogs), default: Object(catalog ?? Object(catalogs).default) } };
}

/** A manifest of pnpm or Yarn in npm's words: workspaces by name, catalogs filled in, versions as they were resolved. */
export function inWordsOfNpm(
  manifest: Record<string, unknown>,
  {
    catalogs,
    resolved,
    isRoot,
  }: { catalogs: Record<string, Record<string, string>>; resolved?: Resolved; isRoot: boolean },
): Record<string, unknown> {
  const made = { ...manifest };
  for (const field of fields) {
    if (!(field in made)) continue;
    made[field] = Object.fromEntries(
      Object.entries(Object(made[field])).map(([name, wish]) => {
        const plain = plainWish(name, String(wish), catalogs);
        const isPinned = field !== 'peerDependencies' && !String(wish).startsWith('workspace:');
        return [name, (isPinned && (resolved?.wished.get(`${name}@${wish}`) ?? resolved?.single.get(name))) || plain];
      }),
    );
  }
  if (!isRoot) return made;
  const own = new Set(fields.flatMap((field) => Object.keys(Object(made[field]))));
  const asked = { ...Object(manifest.resolutions), ...Object(Object(manifest.pnpm).overrides) };
  const given: Record<string, unknown> = { ...named(asked), ...Object(manifest.overrides) };
  for (const field of fields) {
    for (const name of Object.keys(Object(made[field]))) {
      if (typeof given[name] === 'string') made[field] = { ...Object(made[field]), [name]: given[name] };
    }
  }
  const kept = [...(resolved?.single ?? [])].filter(([name]) => !own.has(name));
  const overrides = { ...Object.fromEntries(kept), ...given };
  return Object.keys(overrides).length > 0 ? { ...made, overrides } : made;
}

/** What pnpm and Yarn are told to resolve otherwise, as far as npm can be told: by a package's name. */
function named(asked: Record<string, unknown>): Record<string, unknown> {
  const plain = Object.entries(asked).map(([key, wish]) => [key.replace(/^\*\*\//, ''), wish] as const);
  return Object.fromEntries(plain.filter(([key]) => /^(?:@[^/]+\/)?[^/@>*]+$/.test(key)));
}

function plainWish(name: string, wish: string, catalogs: Record<string, Record<string, string>>): string {
  if (wish.startsWith('catalog:')) return catalogs[wish.slice(8) || 'default']?.[name] ?? '*';
  if (wish.startsWith('workspace:')) return /\d/.test(wish) ? wish.slice(10).replace(/^.*@/, '') : '*';
  if (/^(?:link|portal):/.test(wish)) return wish.replace(/^\w+:/, 'file:');
  return wish;
}

function fromPnpm(text: string): Resolved {
  const { importers, packages, ...old } = yaml(text);
  const versions = Object.keys(Object(packages)).flatMap((key) => {
    const [, name = '', found = ''] = /^\/?((?:@[^/@]+\/)?[^/@]+)[@/]([^(_]+)/.exec(key) ?? [];
    return version.test(found) ? [[name, found] as const] : [];
  });
  const wished = new Map<string, string>();
  for (const importer of importers ? Object.values(Object(importers)) : [old]) {
    for (const field of fields) {
      for (const [name, said] of Object.entries(Object(Object(importer)[field]))) {
        const found = String(Object(said).version ?? '').replace(/[(_].*$/, '');
        if (version.test(found)) wished.set(`${name}@${Object(said).specifier}`, found);
      }
    }
  }
  return { single: singles(versions), wished };
}

/** Both of Yarn's formats: a line of wishes, and below it the version they led to. */
function fromYarn(text: string): Resolved {
  const wished = new Map<string, string>();
  const versions: (readonly [string, string])[] = [];
  let wishes: [name: string, wish: string][] = [];
  for (const line of text.split('\n')) {
    if (line.length > longestLine) continue;
    if (/^["@\w].*:\s*$/.test(line)) {
      wishes = line
        .replace(/["\s]*:\s*$/, '')
        .split(',')
        .flatMap((one) => {
          const [, name, wish = ''] = /^"?((?:@[^@]+)?[^@]+)@(.+?)"?$/.exec(one.trim()) ?? [];
          return name ? [[name, wish.replace(/^npm:/, '')] as [string, string]] : [];
        });
      continue;
    }
    const found = /^ {2}version:? "?([^"\s]+)"?\s*$/.exec(line)?.[1];
    if (!found || !version.test(found) || found.startsWith('0.0.0-use.local')) continue;
    for (const [name, wish] of wishes) {
      wished.set(`${name}@${wish}`, found);
      versions.push([name, found]);
    }
  }
  return { single: singles(versions), wished };
}

function singles(versions: (readonly [string, string])[]): Map<string, string> {
  const all = new Map<string, Set<string>>();
  for (const [name, found] of versions) all.set(name, (all.get(name) ?? new Set()).add(found));
  return new Map(
    [...all].flatMap(([name, [found, ...others]]) => (found && others.length === 0 ? [[name, found]] : [])),
  );
}

function yaml(text: string): Record<string, unknown> {
  try {
    return { ...Object(parse(text, { maxAliasCount: 100 })) };
  } catch {
    return {};
  }
}
