import { existsSync, globSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import { isTooDeep } from '../../codebase/depth.ts';

/** What a tsconfig says and its sources do not; paths are absolute. */
export interface Compiler {
  jsx?: string;
  jsxImportSource?: string;
  jsxFactory?: string;
  jsxFragmentFactory?: string;
  experimentalDecorators?: boolean;
  strict?: boolean;
  strictNullChecks?: boolean;
  useDefineForClassFields?: boolean;
  target?: string;
  baseUrl?: string;
  paths?: Record<string, string[]>;
  module?: string;
  esModuleInterop?: boolean;
}

/** A pattern of `paths` with its absolute targets, and the absolute folder of the tsconfig that it holds in. */
export type PathPattern = [pattern: string, targets: string[], folder: string];

const deepest = 6;
const largest = 256 << 10;
const mostFiles = 50;

/** The path patterns of all tsconfigs of a tree, those of the deepest folder first. */
export function pathsIn(root: string): PathPattern[] {
  const found = globSync(['tsconfig.json', '*/tsconfig.json', '*/*/tsconfig.json', '*/*/*/tsconfig.json'], {
    cwd: root,
    exclude: ['**/node_modules/**'],
  });
  const folders = found
    .map((file) => path.dirname(path.join(root, file)))
    .sort((a, b) => b.length - a.length || (a < b ? -1 : 1));
  return folders.flatMap((folder) => {
    const { paths = {}, baseUrl } = compilerOf(path.join(folder, 'tsconfig.json'), root);
    const patterns = Object.entries(paths).map(([pattern, targets]): PathPattern => [pattern, targets, folder]);
    return baseUrl === undefined ? patterns : [...patterns, ['*', [path.join(baseUrl, '*')], folder] as PathPattern];
  });
}

/** The compiler options of a tsconfig, with those it extends or, where it only refers to others, theirs; of one tree. */
export function compilerOf(file: string, root: string): Compiler {
  return optionsOf(file, { root, left: mostFiles }, 0);
}

/** The tree that is read, and how many files of it are still looked at: each may extend several. */
interface Reach {
  root: string;
  left: number;
}

function optionsOf(file: string, reach: Reach, depth: number): Compiler {
  reach.left -= 1;
  if (depth > deepest || reach.left < 0 || !isWithin(file, reach.root)) return {};
  const {
    compilerOptions,
    extends: above,
    references,
  } = json(file) as {
    compilerOptions?: Compiler;
    extends?: unknown;
    references?: unknown;
  };
  const at = path.dirname(file);
  const bases = [above].flat().flatMap((one) => (typeof one === 'string' ? (extended(one, at, reach.root) ?? []) : []));
  const inherited: Compiler = Object.assign({}, ...bases.map((base) => optionsOf(base, reach, depth + 1)));
  const own: Compiler = { ...Object(compilerOptions) };
  if (typeof own.baseUrl === 'string') own.baseUrl = path.resolve(at, own.baseUrl);
  else delete own.baseUrl;
  const base = own.baseUrl ?? inherited.baseUrl ?? at;
  if (own.paths) {
    own.paths = Object.fromEntries(
      Object.entries(Object(own.paths)).map(([pattern, targets]) => [
        pattern,
        [targets]
          .flat()
          .filter((one) => typeof one === 'string')
          .map((one) => path.resolve(base, one)),
      ]),
    );
  }
  const referred = compilerOptions === undefined ? [references].flat().flatMap((one) => referredTo(one, at)) : [];
  return { ...Object.assign({}, ...referred.map((one) => optionsOf(one, reach, depth + 1))), ...inherited, ...own };
}

/** Whether a file lies in a tree and is no link that leads out of it; packages are linked to from elsewhere. */
export function isWithin(file: string, root: string): boolean {
  if (!file.startsWith(root + path.sep) || !existsSync(file)) return false;
  return file.includes('/node_modules/') || realpathSync(file).startsWith(realpathSync(root) + path.sep);
}

function extended(named: string, at: string, root: string): string | undefined {
  const isPath = named.startsWith('.') || path.isAbsolute(named);
  for (let folder = at; ; folder = path.dirname(folder)) {
    const place = isPath ? path.resolve(at, named) : path.join(folder, 'node_modules', named);
    const found = [place, `${place}.json`, path.join(place, 'tsconfig.json')].find(
      (one) => one.endsWith('.json') && isWithin(one, root),
    );
    if (found || isPath || folder === root || folder === path.dirname(folder)) return found;
  }
}

/** A project that a tsconfig refers to, where it covers the same folder; others have a tsconfig of their own. */
function referredTo(reference: unknown, at: string): string[] {
  const named = Object(reference).path;
  if (typeof named !== 'string') return [];
  const file = path.resolve(at, named);
  return path.dirname(file) === at && file.endsWith('.json') && existsSync(file) ? [file] : [];
}

/** JSON as tsconfig files are written, with comments and trailing commas; nothing when it is not even that. */
export function json(file: string): object {
  const found = statSync(file);
  // A link may lead to anything: a device never ends, and a settings file is never large.
  if (!found.isFile() || found.size > largest) return {};
  const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  try {
    return Object(JSON.parse(text));
  } catch {
    return Object(relaxed(text) ?? {});
  }
}

function relaxed(text: string): unknown {
  if (isTooDeep(text)) return undefined;
  const { comments, errors } = parseSync('config.js', `(${text}\n)`);
  if (errors.length > 0) return undefined;
  const ends = [1, ...comments.map(({ end }) => end)];
  const kept = ends.map((end, at) => `(${text}\n)`.slice(end, comments[at]?.start));
  const strict = kept
    .join('')
    .slice(0, -1)
    .replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, kept) => kept ?? '');
  try {
    return JSON.parse(strict);
  } catch {
    return undefined;
  }
}
