import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import type { Tree } from '../../src/codebase/tree.ts';
import { parsePlan } from '../../src/simulation/plan.ts';
import type { Simulation } from '../../src/simulation/simulation.ts';
import { createSimulator, type SimulatorOptions } from '../../src/simulation/simulator.ts';
import { written } from '../support/written-tree.ts';

const packages = path.resolve(import.meta.dirname, '../../node_modules');

/** A simulator for the tests of a file, with its own cache; both are gone after the last. */
export function rehearsal(options: Partial<SimulatorOptions> = {}) {
  const cacheFolder = mkdtempSync(path.join(tmpdir(), 'rehearse-cache-'));
  const simulator = createSimulator({ cacheFolder, timeoutMs: 20_000, memoryMb: 256, ...options });
  afterAll(async () => {
    await simulator[Symbol.asyncDispose]();
    rmSync(cacheFolder, { recursive: true, force: true });
  });
  const simulate = (tree: Tree, plan: object): Promise<Simulation> =>
    simulator.simulate(parsePlan({ plan: 1, then: [{ check: 'true' }], ...plan }), tree);
  return {
    simulator,
    simulate,
    /** What calling the default export of a CommonJS module with this body gives: a value, or an error. */
    async call(
      body: string,
      ...args: unknown[]
    ): Promise<{ value?: unknown; error?: { name: string; message: string; code: string | null } }> {
      const tree = written({ 'main.js': `module.exports = async function main(...args) {\n${body}\n};` });
      const { results, verdict } = await simulate(tree, { when: [{ call: { id: 'p', module: 'main.js', args } }] });
      if (results.p === undefined) throw new Error(verdict.reason);
      return results.p as { value?: unknown };
    },
  };
}

/** A tree whose packages are those of this repository. */
export function withPackages(files: Record<string, string | object>): Tree {
  const tree = written(files);
  symlinkSync(packages, path.join(tree.path, 'node_modules'));
  return { ...tree, dependencies: [packages] };
}
