/** One figure of a benchmark, as it is printed. */
export interface Figure {
  figure: string;
  measured: string;
  goal: string;
  /** Whether the goal is met; null where there is none. */
  met: boolean | null;
}

/** Prints the figures of a benchmark as a table; the exit code is 1 where a goal is missed. */
export function show(figures: Figure[], command: string, notes: string[] = []): 0 | 1 {
  const rows = figures.map(({ figure, measured, goal, met }) => ({
    figure,
    measured,
    goal,
    met: met === null ? '–' : met ? 'yes' : 'NO',
  }));
  console.table(rows);
  for (const note of notes) console.log(note);
  console.log(command);
  return figures.some(({ met }) => met === false) ? 1 : 0;
}

/** The middle of some numbers. */
export function median(numbers: number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
