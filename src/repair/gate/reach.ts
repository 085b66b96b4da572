import path from 'node:path';
import { moduleName, readFiles, resolvePath, type SourceFile, writtenFiles } from '../../codebase/source-files.ts';
import type { Tree } from '../../codebase/tree.ts';
import { type PathPattern, pathsIn } from '../../simulation/source/tsconfig.ts';

const specifiers = /\b(?:from|import|require|mock|unmock|doMock)\b\s*\(?\s*['"]([^'"\n]{1,300})['"]/g;

/** Who imports what, in one tree. */
export interface Reach {
  /** Every file, in order. */
  files: string[];
  /** The files that import one of these, directly or through others, the nearest first. */
  importersOf(changed: string[]): { file: string; steps: number }[];
}

/** Reads the imports of a tree's own files: relative, by tsconfig paths, and by the names of its own packages. */
export async function readReach(tree: Tree): Promise<Reach> {
  const files = await writtenFiles(tree);
  const known = new Set(files);
  const modules = await readFiles(tree, files, moduleName);
  const manifests = await readFiles(tree, files, /(^|\/)package\.json$/);
  const resolve = resolver(tree.path, known, manifests);
  const importers = new Map<string, string[]>();
  for (const { file, text } of modules)
    for (const specifier of new Set([...text.matchAll(specifiers)].map(([, name = '']) => name))) {
      const target = resolve(file, specifier);
      if (target && target !== file) importers.set(target, [...(importers.get(target) ?? []), file]);
    }
  return { files, importersOf: (changed) => spread(changed, importers) };
}

function spread(changed: string[], importers: Map<string, string[]>): { file: string; steps: number }[] {
  const seen = new Map(changed.map((file) => [file, 0]));
  for (const [file, steps] of seen)
    for (const importer of importers.get(file) ?? []) if (!seen.has(importer)) seen.set(importer, steps + 1);
  for (const file of changed) seen.delete(file);
  return [...seen].map(([file, steps]) => ({ file, steps }));
}

type Resolve = (from: string, specifier: string) => string | undefined;

function resolver(root: string, known: Set<string>, manifests: SourceFile[]): Resolve {
  const exists = (file: string) => known.has(file);
  const packages = new Map(manifests.flatMap(({ file, text }) => packageIn(path.posix.dirname(file), text)));
  const entry = (folder: string) => {
    const own = [...packages.values()].find((one) => one.folder === folder);
    return own?.mains.map((main) => resolvePath(path.posix.join(folder, main), exists)).find(Boolean);
  };
  const patterns = pathsIn(root);
  return (from, specifier) => {
    if (/^\.\.?(\/|$)/.test(specifier)) {
      const at = path.posix.join(path.posix.dirname(from), specifier).replace(/\/$/, '');
      return resolvePath(at, exists) ?? entry(at === '.' ? '' : at);
    }
    const own = [...packages].find(([name]) => specifier === name || specifier.startsWith(`${name}/`));
    if (own) {
      const [name, { folder }] = own;
      const rest = specifier.slice(name.length + 1);
      if (rest === '') return entry(folder);
      return ['', 'src'].map((sub) => resolvePath(path.posix.join(folder, sub, rest), exists)).find(Boolean);
    }
    return byPattern(patterns, root, specifier)
      .map((at) => resolvePath(at, exists))
      .find(Boolean);
  };
}

function byPattern(patterns: PathPattern[], root: string, specifier: string): string[] {
  return patterns.flatMap(([pattern, targets]) => {
    const [head = '', tail] = pattern.split('*');
    const fits = tail === undefined ? specifier === pattern : specifier.startsWith(head) && specifier.endsWith(tail);
    if (!fits || !Array.isArray(targets)) return [];
    const star = tail === undefined ? '' : specifier.slice(head.length, specifier.length - tail.length);
    return targets
      .filter((target) => typeof target === 'string')
      .map((target) =>
        path.relative(
          root,
          target.replace('*', () => star),
        ),
      );
  });
}

function packageIn(folder: string, text: string): [string, { folder: string; mains: string[] }][] {
  let manifest: Record<string, unknown>;
  try {
    manifest = Object(JSON.parse(text));
  } catch (notJson) {
    if (notJson instanceof SyntaxError) return [];
    throw notJson;
  }
  const { name, main, module, exports } = manifest;
  const dot = typeof exports === 'string' ? exports : Object(exports)['.'];
  const said = [typeof dot === 'string' ? dot : Object.values(Object(dot)), main, module].flat();
  const mains = [...said, 'index', 'src/index'].filter((one): one is string => typeof one === 'string');
  // Without a name of its own it is still the folder that `require('../')` means.
  return [[typeof name === 'string' && name ? name : `\0${folder}`, { folder: folder === '.' ? '' : folder, mains }]];
}
