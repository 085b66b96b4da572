import type { FunctionRun } from '../../simulation/trace.ts';

/** A function with how strongly its runs go together with failing. */
export interface Scored {
  run: FunctionRun;
  score: number;
  ran: { violated: number; holds: number };
}

/**
 * Functions by how suspicious their runs make them, the most first: failing runs that passed through one, over the
 * geometric mean of all failing runs and all runs that passed through it. Ochiai's coefficient, after Abreu, Zoeteweij
 * and van Gemund, "An Evaluation of Similarity Coefficients for Software Fault Localization" (PRDC 2006).
 */
export function ochiai(violated: FunctionRun[][], holds: FunctionRun[][]): Scored[] {
  const spectra = new Map<string, Scored>();
  const count = (runs: FunctionRun[], side: 'violated' | 'holds'): void => {
    for (const [key, run] of new Map(runs.map((one) => [keyOf(one), one]))) {
      const known = spectra.get(key) ?? { run, score: 0, ran: { violated: 0, holds: 0 } };
      known.ran[side] += 1;
      spectra.set(key, known);
    }
  };
  for (const runs of violated) count(runs, 'violated');
  for (const runs of holds) count(runs, 'holds');
  for (const one of spectra.values()) {
    const { violated: failed, holds: passed } = one.ran;
    one.score = failed === 0 ? 0 : failed / Math.sqrt(violated.length * (failed + passed));
  }
  return [...spectra.values()].filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
}

function keyOf({ service, file, line, name }: FunctionRun): string {
  return `${service}\n${file}\n${line}\n${name}`;
}
