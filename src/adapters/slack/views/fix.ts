import type { KnownBlock } from '@slack/types';
import type { Proof } from '../../../repair/fix.ts';
import type { Report } from '../../../scenarios/report.ts';
import { fence, plain } from './mrkdwn.ts';
import { section } from './section.ts';

/** A fix that passed the gate as a diff with its proof, or why there is none. */
export function fix({ fix: found, stage }: Report): KnownBlock[] {
  if (!found || stage !== 'done') return [];
  if (!('patch' in found)) return [section(`*No fix is offered*: ${plain(found.reason)}`)];
  return [
    section(`*Fix, verified* ${plain(found.summary)}\n${fence(shown(found.patch), 2_000)}`),
    section(proofOf(found.proofs)),
  ];
}

/** A patch without the lines that only git reads. */
function shown(patch: string): string {
  return patch
    .split('\n')
    .filter((line) => !/^(diff --git |index [0-9a-f]+\.\.)/.test(line))
    .join('\n');
}

function proofOf([target, ...neighbours]: Proof[]): string {
  const words = { holds: 'holds', violated: 'is violated', unknown: 'is unknown' };
  const flipped = target
    ? `without the patch this scenario ${words[target.before]}, with it it *${words[target.after]}*`
    : '';
  return `:white_check_mark: Verified by simulation: ${flipped}; ${neighboursOf(neighbours)}. Types were not checked.`;
}

/** What became of the other kept scenarios; one that held and no longer does is no neighbour of a fix. */
function neighboursOf(neighbours: Proof[]): string {
  if (neighbours.length === 0) return 'no other scenario is kept yet';
  const counts: [number, string][] = [
    [neighbours.filter(({ before, after }) => before === 'holds' && after === 'holds').length, 'hold as before'],
    [neighbours.filter(({ before, after }) => before === 'violated' && after === 'holds').length, 'mended too'],
    [neighbours.filter(({ after }) => after === 'violated').length, 'violated as before'],
    [
      neighbours.filter(({ before, after }) => after === 'unknown' || (before === 'unknown' && after === 'holds'))
        .length,
      'could not be told',
    ],
  ];
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `of ${neighbours.length} other kept ${neighbours.length === 1 ? 'scenario' : 'scenarios'} simulated again ${told.join(', ')}`;
}
