import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { install, linkPackages } from '../../src/codebase/dependencies.ts';
import { networkOf } from '../../src/codebase/git.ts';
import { keyOf, type PackageRoot } from '../../src/codebase/package-root.ts';
import type { Tree } from '../../src/codebase/tree.ts';

const root = path.resolve(import.meta.dirname, '../..');
const applications = path.join(root, 'test/fixtures/apps');
const cacheFolder = path.join(root, 'node_modules/.cache/rehearse');

/** The names of the fixture applications. */
export function applicationNames(): string[] {
  return readdirSync(applications).filter((name) => existsSync(path.join(applications, name, 'package.json')));
}

/** The names of the plans that lie beside an application. */
export function plansOf(name: string): string[] {
  const folder = path.join(applications, name, 'plans');
  return existsSync(folder) ? readdirSync(folder).map((file) => path.basename(file, '.json')) : [];
}

/** A plan that lies beside an application. */
export function planOf(name: string, plan: string): object {
  return JSON.parse(readFileSync(path.join(applications, name, 'plans', `${plan}.json`), 'utf8'));
}

/** A fixture application in a new folder, its packages in place; whoever asks for it takes it away. */
export async function layApplication(name: string): Promise<Tree> {
  const packages = workspaceRoot();
  const installed = await install(packages, cacheFolder, {
    path: process.env.PATH,
    environment: networkOf(process.env),
  });
  const folder = mkdtempSync(path.join(tmpdir(), `rehearse-${name}-`));
  cpSync(path.join(applications, name), folder, {
    recursive: true,
    filter: (from) => path.basename(from) !== 'node_modules',
  });
  const own = path.join(installed.cache, name);
  if (existsSync(path.join(own, 'node_modules'))) await linkPackages({ ...installed, cache: own }, folder);
  await linkPackages(installed, folder);
  return { id: `${name}-${installed.key}`, path: folder, dependencies: [installed.cache] };
}

function workspaceRoot(): PackageRoot {
  const read = (file: string) => readFileSync(path.join(applications, file), 'utf8');
  const manifests = ['package.json', 'package-lock.json', ...applicationNames().map((name) => `${name}/package.json`)];
  const files = new Map(manifests.map((file) => [file, read(file)]));
  return { folder: '', key: keyOf(files), files, locked: true };
}
