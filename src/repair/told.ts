import type { Fix, OwnTests, Spent, Turned } from './fix.ts';

const most = 3;

/** What the gate found besides the scenarios, one sentence each. */
export function gateSentences({ unproved = 0, tests, types }: Fix): string[] {
  const told = tests ? testSentences(tests) : ['The repository’s own tests were not run.'];
  const beyond =
    unproved > 0
      ? [`${count(unproved, 'more kept scenario')} ${unproved === 1 ? 'was' : 'were'} not tried with it.`]
      : [];
  return [...beyond, ...told, types?.says ?? 'Types were not checked.'];
}

function testSentences({ files, passed, failedBefore, undone, notRun }: OwnTests): string[] {
  if (files.length === 0 && notRun.length === 0)
    return ['None of the repository’s own tests was found to run through what it changes.'];
  const ran =
    files.length === 0
      ? []
      : [
          `${count(passed, 'test')} of the repository’s own in ${named(files)} ${passed === 1 ? 'passes' : 'pass'} as before${failedBefore > 0 ? `; ${failedBefore} failed before already` : ''}.`,
        ];
  const late =
    notRun.length === 0
      ? []
      : [
          `Not run: ${named(notRun.map(({ file }) => file))} (${[...new Set(notRun.map(({ why }) => why))].slice(0, 2).join('; ')}).`,
        ];
  const lost =
    undone.length === 0
      ? []
      : [`${count(undone.length, 'test')} that came with the change would fail: ${named(undone)}.`];
  return [...ran, ...late, ...lost];
}

/** What was tried and refused, one line each. */
export function refusedLines(refused: Turned[] = []): string[] {
  return refused.map(({ what, reason }) => `${what}: ${reason}`);
}

/** What the search cost. */
export function spentSentence({ simulations, candidates, stopped }: Spent): string {
  const tried = `${candidates} ${candidates === 1 ? 'candidate' : 'candidates'}, ${simulations} simulations to find and prove it`;
  return stopped ? `${tried}; ${stopped}` : tried;
}

function count(many: number, one: string): string {
  return `${many} ${many === 1 ? one : `${one}s`}`;
}

function named(all: string[]): string {
  const shown = all.slice(0, most).map((one) => one.slice(0, 160));
  return all.length > most ? `${shown.join(', ')} and ${all.length - most} more` : shown.join(' and ');
}
