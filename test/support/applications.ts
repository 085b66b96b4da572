import { rmSync } from 'node:fs';
import { afterAll } from 'vitest';
import type { Tree } from '../../src/codebase/tree.ts';
import { layApplication } from './laid-application.ts';

/** A fixture application as a tree of its own, its packages in place; gone after the last test of the file. */
export async function application(name: string): Promise<Tree> {
  const tree = await layApplication(name);
  afterAll(() => rmSync(tree.path, { recursive: true, force: true }));
  return tree;
}
