import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Tree } from '../../src/codebase/tree.ts';
import type { Plan } from '../../src/simulation/plan.ts';
import type { Simulation, Simulator } from '../../src/simulation/simulation.ts';

/** A judge without a sandbox, for laws that need many verdicts: violated where every one of some words stands in a tree. */
export function tokenSimulator(words: string[]): Simulator & { runs: number } {
  const simulator = {
    runs: 0,
    async simulate(plan: Plan, tree: Tree): Promise<Simulation> {
      simulator.runs += 1;
      const files = globSync('*.js', { cwd: tree.path });
      const text = files.map((file) => readFileSync(path.join(tree.path, file), 'utf8')).join('\n');
      const isBroken = text.includes('export const (');
      const isViolated = words.every((word) => text.includes(word));
      const outcome = isBroken ? 'unknown' : isViolated ? 'violated' : 'holds';
      const expectations = isBroken ? [] : [{ index: 0, text: 'well', met: !isViolated, seen: 'seen' }];
      return {
        plan,
        tree: tree.id,
        verdict: { outcome, reason: outcome, tier: 'executed', expectations },
        results: {},
        trace: { hash: '', counts: { events: 0, boundaries: 0, transitions: 0 }, events: [], functions: [] },
      };
    },
    [Symbol.asyncDispose]: async () => undefined,
  };
  return simulator;
}
