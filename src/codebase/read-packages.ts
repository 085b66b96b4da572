import path from 'node:path';
import { resolvePath, type SourceFile } from './source-files.ts';
import type { SurveyedPackage } from './survey.ts';

/** The packages of a tree and the modules that their names lead to, from its package.json files. */
export function readPackages(manifests: SourceFile[], exists: (file: string) => boolean): SurveyedPackage[] {
  return manifests.flatMap(({ file, text }) => {
    const manifest = parsed(text);
    if (!manifest || typeof manifest.name !== 'string') return [];
    const folder = path.posix.dirname(file) === '.' ? '' : path.posix.dirname(file);
    const subpaths = subpathsOf(manifest.exports, folder, exists);
    const main = mainOf(manifest, folder, exists);
    const below = Object.fromEntries(Object.entries(subpaths).filter(([name]) => name !== '.'));
    return {
      name: manifest.name,
      folder,
      ...(main && { main }),
      ...(Object.keys(below).length > 0 && { subpaths: below }),
    };
  });
}

/** What `require('<name>')` means in the source: as declared, else what was built into it, else the usual places. */
function mainOf(
  manifest: Record<string, unknown>,
  folder: string,
  exists: (file: string) => boolean,
): string | undefined {
  const own = typeof manifest.exports === 'string' ? manifest.exports : conditions(root(manifest.exports))[0];
  const declared = [own, manifest.source, manifest.main, manifest.module].filter((entry) => typeof entry === 'string');
  const built = declared.map((entry) => entry.replace(/^(\.\/)?(dist|build|out|lib)(\/(esm|cjs|es))?\//, 'src/'));
  return [...declared, ...built, 'index', 'src/index', 'lib/index', 'src/main', 'src/app', 'src/server']
    .map((entry) => resolvePath(path.posix.join(folder, entry), exists))
    .find((found) => found !== undefined);
}

function subpathsOf(exports: unknown, folder: string, exists: (file: string) => boolean): Record<string, string> {
  if (typeof exports !== 'object' || exports === null) return {};
  return Object.fromEntries(
    Object.entries(exports)
      .filter(([name]) => name.startsWith('./'))
      .flatMap(([name, target]) => {
        const file = conditions(target)
          .map((entry) => resolvePath(path.posix.join(folder, entry), exists))
          .find((found) => found !== undefined);
        return file ? [[name, file]] : [];
      }),
  );
}

function root(exports: unknown): unknown {
  return typeof exports === 'object' && exports !== null && '.' in exports ? exports['.'] : exports;
}

/** The targets of a conditional export, in the order Node would prefer them. */
function conditions(target: unknown): string[] {
  if (typeof target === 'string') return [target];
  if (Array.isArray(target)) return target.flatMap(conditions);
  if (typeof target !== 'object' || target === null) return [];
  const kept = Object.entries(target).filter(([name]) => !name.startsWith('.') && name !== 'types');
  return kept.flatMap(([, inner]) => conditions(inner));
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch (broken) {
    if (broken instanceof SyntaxError) return undefined;
    throw broken;
  }
}
