import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { install } from '../../src/codebase/dependencies.ts';
import { networkOf } from '../../src/codebase/git.ts';
import { givenRoot } from '../../src/codebase/package-roots.ts';
import type { Tree } from '../../src/codebase/tree.ts';

const root = path.resolve(import.meta.dirname, '../..');
const fixtures = path.join(root, 'test/fixtures/orms');

/** A small application of a fixture, as it is, with the packages it asks for; gone when the test is over. */
export async function ormApplication(name: string): Promise<Tree> {
  const npm = { path: process.env.PATH, environment: networkOf(process.env) };
  const { cache } = await install(await givenRoot(fixtures), path.join(root, 'node_modules/.cache/rehearse'), npm);
  const folder = mkdtempSync(path.join(tmpdir(), 'rehearse-orm-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(path.join(fixtures, name), folder, { recursive: true });
  const packages = path.join(cache, 'node_modules');
  symlinkSync(packages, path.join(folder, 'node_modules'));
  return { id: path.basename(folder), path: folder, dependencies: [packages] };
}
