import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { type PlainOutcome, type PlainRunner, runPlainly } from '../../bench/plain-runner.ts';
import { install, linkPackages } from '../../src/codebase/dependencies.ts';
import { networkOf } from '../../src/codebase/git.ts';
import { keyOf } from '../../src/codebase/package-root.ts';
import type { Tree } from '../../src/codebase/tree.ts';

const root = path.resolve(import.meta.dirname, '../..');
const suites = path.join(root, 'test/fixtures/suites');
const cacheFolder = path.join(root, 'node_modules/.cache/rehearse');

/** The files of tests of a fixture suite. */
export function testFilesOf(name: string): string[] {
  return globSync('test/*.{js,cjs,mjs,ts}', { cwd: path.join(suites, name) })
    .filter((file) => !/\/(?:setup|style|matchers)\./.test(file))
    .sort();
}

/** A fixture suite as a tree of its own, with the packages of another where one is named, its own packages in place or those of this repository; gone after the last test of the file. */
export async function suite(name: string, packages = name): Promise<Tree> {
  const folder = mkdtempSync(path.join(tmpdir(), `rehearse-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(suites, name), folder, {
    recursive: true,
    filter: (from) => path.basename(from) !== 'node_modules',
  });
  if (packages !== name) cpSync(path.join(suites, packages), folder, { recursive: true });
  if (!existsSync(path.join(folder, 'package-lock.json'))) {
    const own = path.join(root, 'node_modules');
    symlinkSync(own, path.join(folder, 'node_modules'));
    return { id: path.basename(folder), path: folder, dependencies: [own] };
  }
  const files = new Map(
    ['package.json', 'package-lock.json'].map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]),
  );
  const installed = await install({ folder: '', key: keyOf(files), files, locked: true }, cacheFolder, {
    path: process.env.PATH,
    environment: networkOf(process.env),
  });
  await linkPackages(installed, folder);
  return { id: path.basename(folder), path: folder, dependencies: [installed.cache] };
}

/** What the runner itself says of the files of a suite, in plain Node and in a copy of the tree. */
export async function plainly(runner: PlainRunner, tree: Tree, files: string[]): Promise<Map<string, PlainOutcome>> {
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-plain-'));
  try {
    cpSync(tree.path, folder, { recursive: true, verbatimSymlinks: true });
    return await runPlainly({ runner, folder, files });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
