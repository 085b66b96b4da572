import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';
import type { Setting } from './transform.ts';

interface Compiler {
  jsx?: string;
  jsxImportSource?: string;
  experimentalDecorators?: boolean;
  useDefineForClassFields?: boolean;
  target?: string;
  baseUrl?: string;
  paths?: Record<string, string[]>;
  module?: string;
  esModuleInterop?: boolean;
}

interface Manifest {
  type?: unknown;
  babel?: unknown;
  dependencies?: object;
  devDependencies?: object;
}

/** What the nearest package.json and tsconfig.json say, for each file of a tree. */
export function settingsOf(root: string): (file: string) => Setting {
  const known = new Map<string, Setting>();
  return (file) => {
    const folder = path.dirname(file);
    const setting = known.get(folder) ?? read(root, folder);
    known.set(folder, setting);
    return setting;
  };
}

/** The path patterns of the tsconfigs around a folder, with absolute targets. */
export function pathsOf(root: string, folder: string): [string, string[]][] {
  const file = nearest(root, folder, 'tsconfig.json');
  if (!file) return [];
  const { options, at } = compilerOf(file);
  const base = path.resolve(at, options.baseUrl ?? '.');
  const patterns = Object.entries(options.paths ?? {}).map(([pattern, targets]): [string, string[]] => [
    pattern,
    targets.map((target) => path.resolve(base, target)),
  ]);
  return options.baseUrl === undefined ? patterns : [...patterns, ['*', [path.join(base, '*')]]];
}

function read(root: string, folder: string): Setting {
  const manifest = nearest(root, folder, 'package.json');
  const config = nearest(root, folder, 'tsconfig.json');
  const said: Manifest = manifest ? json(manifest) : {};
  const { type } = said;
  const { options } = config ? compilerOf(config) : { options: {} as Compiler };
  const isModern = /^es(20(2[2-9]|[3-9]\d)|next)$/i.test(options.target ?? 'esnext');
  return {
    type: type === 'module' || type === 'commonjs' ? type : null,
    jsx: {
      runtime: options.jsx === 'react' ? 'classic' : 'automatic',
      importSource: options.jsxImportSource,
    },
    decorators: options.experimentalDecorators ?? false,
    classFields: options.useDefineForClassFields ?? isModern,
    modules: modulesOf(options),
    interop: options.esModuleInterop ?? /^(node|preserve)/i.test(options.module ?? ''),
    babel: isForBabel(said) || babelFiles.some((name) => nearest(root, folder, name) !== undefined),
  };
}

const babelFiles = [
  '.babelrc',
  '.babelrc.json',
  '.babelrc.js',
  ...['js', 'cjs', 'mjs', 'json'].map((end) => `babel.config.${end}`),
];

function isForBabel({ babel, dependencies, devDependencies }: Manifest): boolean {
  const names = ['@babel/node', '@babel/register', 'esm', '@swc-node/register', 'sucrase'];
  return babel !== undefined || names.some((name) => name in { ...dependencies, ...devDependencies });
}

function modulesOf({ module, target }: Compiler): Setting['modules'] {
  if (module === undefined) return target !== undefined && /^es[35]$/i.test(target) ? 'commonjs' : null;
  return /^(commonjs|umd|node(16|18|20|next))$/i.test(module) ? 'commonjs' : 'module';
}

function nearest(root: string, folder: string, name: string): string | undefined {
  for (let at = path.resolve(root, folder); at.startsWith(root); at = path.dirname(at)) {
    const file = path.join(at, name);
    if (existsSync(file)) return file;
  }
  return undefined;
}

function compilerOf(file: string, depth = 0): { options: Compiler; at: string } {
  const config = json(file) as { compilerOptions?: Compiler; extends?: unknown };
  const at = path.dirname(file);
  const own = config.compilerOptions ?? {};
  const parents = [config.extends]
    .flat()
    .filter((one): one is string => typeof one === 'string' && one.startsWith('.'));
  if (depth > 5 || parents.length === 0) return { options: own, at };
  const inherited = parents
    .map((parent) => path.resolve(at, parent.endsWith('.json') ? parent : `${parent}.json`))
    .filter((parent) => existsSync(parent))
    .map((parent) => compilerOf(parent, depth + 1));
  const options = Object.assign({}, ...inherited.map((one) => one.options), own);
  const placed = own.paths || own.baseUrl ? at : (inherited.find((one) => one.options.paths)?.at ?? at);
  return { options, at: placed };
}

/** JSON as tsconfig files are written, with comments and trailing commas; nothing when it is not even that. */
function json(file: string): object {
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
