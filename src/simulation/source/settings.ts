import path from 'node:path';
import type { Setting } from './transform.ts';
import { type Compiler, compilerOf, isWithin, json } from './tsconfig.ts';

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

function read(root: string, folder: string): Setting {
  const manifest = nearest(root, folder, 'package.json');
  const config = nearest(root, folder, 'tsconfig.json');
  const said: Manifest = manifest ? json(manifest) : {};
  const { type } = said;
  const options: Compiler = config ? compilerOf(config, root) : {};
  const isModern = /^es(20(2[2-9]|[3-9]\d)|next)$/i.test(options.target ?? 'esnext');
  return {
    type: type === 'module' || type === 'commonjs' ? type : null,
    jsx: {
      runtime: options.jsx === 'react' ? 'classic' : 'automatic',
      importSource: options.jsxImportSource,
      pragma: options.jsxFactory,
      pragmaFrag: options.jsxFragmentFactory,
    },
    decorators: options.experimentalDecorators ?? false,
    strictNulls: options.strictNullChecks ?? options.strict ?? false,
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
    if (isWithin(file, root)) return file;
  }
  return undefined;
}
