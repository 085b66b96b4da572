import { globSync } from 'node:fs';
import { z } from 'zod';
import type { Tree } from '../../codebase/tree.ts';
import { isTamePattern, mostPatterns } from '../../codebase/workspace-patterns.ts';
import { readDocument, shaped } from './document.ts';
import { type Files, invalid } from './files.ts';

const Manifest = z.looseObject({
  name: z.string().optional(),
  main: z.string().optional(),
  scripts: z.record(z.string(), z.string()).default({}),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
  workspaces: z.union([z.array(z.string()), z.looseObject({ packages: z.array(z.string()).default([]) })]).optional(),
});

/** A package.json of the tree, as far as it says how the package is started. */
export interface Package {
  folder: string;
  /** The file itself, relative to the tree. */
  file: string;
  name: string | undefined;
  main: string | undefined;
  scripts: Record<string, string>;
  /** What it depends on, in production or development, and the versions it asks for. */
  dependencies: Record<string, string>;
  workspaces: string[];
  /** Where a field stands: `services/billing/package.json:7`. */
  at(...path: string[]): string;
}

/** The package.json of a folder; nothing when there is none. */
export function readPackage(files: Files, folder: string): Package | undefined {
  const file = folder === '.' ? 'package.json' : `${folder}/package.json`;
  const text = files.read(file);
  if (text === undefined) return undefined;
  const document = readDocument(file, text);
  const manifest = shaped(Manifest, document.value, document);
  const { workspaces } = manifest;
  return {
    folder,
    file,
    name: manifest.name,
    main: manifest.main,
    scripts: manifest.scripts,
    dependencies: { ...manifest.devDependencies, ...manifest.dependencies },
    workspaces: Array.isArray(workspaces) ? workspaces : (workspaces?.packages ?? []),
    at: document.at,
  };
}

/** The workspaces of the package at the root (npm, Yarn or pnpm), sorted by folder. */
export function workspacesOf(tree: Tree, files: Files): Package[] {
  const patterns = [...(readPackage(files, '.')?.workspaces ?? []), ...pnpmWorkspaces(files)];
  if (patterns.length > mostPatterns)
    throw invalid('package.json', `it lists ${patterns.length} workspaces, and at most ${mostPatterns} are read`);
  const wild = patterns.find((pattern) => !pattern.startsWith('!') && !isTamePattern(pattern));
  if (wild !== undefined)
    throw invalid('package.json', `the workspaces "${wild.slice(0, 80)}" are not read: a pattern is a path with stars`);
  const folders = patterns
    .filter((pattern) => !pattern.startsWith('!'))
    .flatMap((pattern) => globSync(pattern.replace(/\/$/, ''), { cwd: tree.path, exclude: ['**/node_modules/**'] }))
    .map((folder) => folder.split('\\').join('/'));
  return [...new Set(folders)].sort().flatMap((folder) => readPackage(files, folder) ?? []);
}

function pnpmWorkspaces(files: Files): string[] {
  const text = files.read('pnpm-workspace.yaml');
  if (text === undefined) return [];
  const document = readDocument('pnpm-workspace.yaml', text);
  return shaped(z.looseObject({ packages: z.array(z.string()).default([]) }), document.value, document).packages;
}
