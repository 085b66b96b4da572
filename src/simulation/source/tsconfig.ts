import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';

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
const largest = 1 << 20;

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
    const { paths = {}, baseUrl } = compilerOf(path.join(folder, 'tsconfig.json'));
    const patterns = Object.entries(paths).map(([pattern, targets]): PathPattern => [pattern, targets, folder]);
    return baseUrl === undefined ? patterns : [...patterns, ['*', [path.join(baseUrl, '*')], folder] as PathPattern];
  });
}

/** The compiler options of a tsconfig, with those it extends or, where it only refers to others, theirs. */
export function compilerOf(file: string, depth = 0): Compiler {
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
  if (depth > deepest) return {};
  const bases = [above].flat().flatMap((one) => (typeof one === 'string' ? (extended(one, at) ?? []) : []));
  const inherited: Compiler = Object.assign({}, ...bases.map((base) => compilerOf(base, depth + 1)));
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
  return { ...Object.assign({}, ...referred.map((one) => compilerOf(one, depth + 1))), ...inherited, ...own };
}

function extended(named: string, at: string): string | undefined {
  const isPath = named.startsWith('.') || path.isAbsolute(named);
  for (let folder = at; ; folder = path.dirname(folder)) {
    const place = isPath ? path.resolve(at, named) : path.join(folder, 'node_modules', named);
    const found = [place, `${place}.json`, path.join(place, 'tsconfig.json')].find(
      (one) => one.endsWith('.json') && existsSync(one),
    );
    if (found || isPath || folder === path.dirname(folder)) return found;
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
  const { comments, errors } = parseSync('config.js', `(${text}\n)`);
  if (errors.length > 0) return undefined;
  const bare = comments.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(end), `(${text}\n)`);
  const strict = bare.slice(1, -1).replace(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, (_, kept) => kept ?? '');
  try {
    return JSON.parse(strict);
  } catch {
    return undefined;
  }
}
