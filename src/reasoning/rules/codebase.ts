import path from 'node:path';
import type { ExportedFunction, Survey } from '../../codebase/survey.ts';
import type { Known } from './known.ts';

/** How the names that people write lead to modules and exports of the codebase. */
export interface Codebase {
  module(specifier: string): string | undefined;
  exported(module: string, name: string | null): Known | undefined;
  /** A name that nothing in the thread binds: a package, a module, or an export that only one module has. */
  ambient(name: string): Known | undefined;
}

const extensions = ['', '.ts', '.js', '.mjs', '.cjs', '.mts', '.tsx', '/index.ts', '/index.js', '/index.mjs'];
const entries = ['index.ts', 'index.js', 'src/index.ts', 'src/index.js', 'lib/index.js', 'lib/index.ts', 'main.js'];

/** Reads a survey as a codebase; every specifier that the thread may mean is looked up once, here. */
export async function readCodebase(
  survey: Survey,
  read: (file: string) => Promise<string | undefined>,
  specifiers: Iterable<string>,
): Promise<Codebase> {
  const surveyed = new Set(survey.exports.map(({ module }) => module));
  const exists = async (file: string) => surveyed.has(file) || (await read(file)) !== undefined;
  const first = async (files: string[]) => {
    for (const file of files) if (await exists(file)) return file;
    return undefined;
  };
  const mains = new Map<string, string>();
  for (const { name, folder, main } of survey.packages) {
    const found = await first([
      ...(main ? [path.posix.join(folder, main), main] : []),
      ...entries.map((entry) => path.posix.join(folder, entry)),
    ]);
    if (found) mains.set(name, path.posix.normalize(found));
  }
  const modules = new Map(mains);
  for (const specifier of specifiers) {
    const found = modules.get(specifier) ?? (await lookUp(specifier, survey, first)) ?? bySuffix(specifier, surveyed);
    if (found) modules.set(specifier, found);
  }
  return {
    module: (specifier) => modules.get(specifier),
    exported: (module, name) => exported(survey.exports, module, name),
    ambient: (name) => ambient(survey, mains, name),
  };
}

async function lookUp(specifier: string, survey: Survey, first: (files: string[]) => Promise<string | undefined>) {
  for (const { name, folder } of survey.packages) {
    if (!specifier.startsWith(`${name}/`)) continue;
    const inside = specifier.slice(name.length + 1);
    const bases = [inside, `src/${inside}`, `lib/${inside}`].map((base) => path.posix.join(folder, base));
    return first(bases.flatMap((base) => candidates(base)));
  }
  return undefined;
}

function candidates(base: string): string[] {
  const stem = base.replace(/\.[cm]?js$/, '');
  return [...new Set([...extensions.map((extension) => base + extension), ...extensions.map((e) => stem + e)])];
}

/** `../src/proration` or `services/billing/src/proration.ts`: the one module whose path ends so. */
function bySuffix(specifier: string, modules: Set<string>): string | undefined {
  const tail = specifier.replace(/^(\.{1,2}\/)+|^\//, '').replace(/\.[cm]?[jt]sx?$/, '');
  if (!/^\.|\//.test(specifier) || tail === '') return undefined;
  const stem = (file: string) => file.replace(/\.[cm]?[jt]sx?$/, '');
  const found = [...modules].filter((file) =>
    [stem(file), stem(file).replace(/\/index$/, '')].some((of) => of === tail || of.endsWith(`/${tail}`)),
  );
  return found.length === 1 ? found[0] : undefined;
}

function exported(exports: ExportedFunction[], module: string, name: string | null): Known {
  const own = exports.filter((entry) => entry.module === module);
  const isDefault = name === null || name === 'default';
  const hasDefault = own.some((entry) => entry.export === 'default');
  if (isDefault) return { kind: 'export', module, name: hasDefault ? 'default' : null };
  return { kind: 'export', module, name };
}

function ambient(survey: Survey, mains: Map<string, string>, name: string): Known | undefined {
  for (const [specifier, module] of mains) {
    const base = specifier.slice(specifier.lastIndexOf('/') + 1);
    if ([base, camel(base)].includes(name)) return { kind: 'export', module, name: null };
  }
  const isMain = ({ module }: ExportedFunction) => [...mains.values()].includes(module);
  const byName = survey.exports.filter((entry) => entry.export === name);
  const chosen = byName.filter(isMain).length > 0 ? byName.filter(isMain) : byName;
  if (chosen.length === 1 && chosen[0]) return { kind: 'export', module: chosen[0].module, name };
  if (chosen.length > 1) return undefined;
  const bySelf = survey.exports.filter(
    (entry) => (entry.export === null || entry.export === 'default') && stemOf(entry.module) === kebab(name),
  );
  const [only] = bySelf;
  return bySelf.length === 1 && only ? { kind: 'export', module: only.module, name: only.export } : undefined;
}

function stemOf(module: string): string {
  return kebab(path.posix.basename(module).replace(/\.[^.]+$/, ''));
}

function camel(name: string): string {
  return name.replace(/[-._](\w)/g, (_, letter: string) => letter.toUpperCase());
}

function kebab(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
