import type { KnownBlock } from '@slack/types';
import type { Fix, Proof, Refused } from '../../../repair/fix.ts';
import { gateSentences, refusedLines, spentSentence } from '../../../repair/told.ts';
import type { Report } from '../../../scenarios/report.ts';
import { clip, code, fence, plain } from './mrkdwn.ts';
import { section } from './section.ts';

/** A fix that passed the gate as a diff with its proof, or why there is none. */
export function fix({ fix: found, stage }: Report): KnownBlock[] {
  if (!found || stage !== 'done') return [];
  if (!('patch' in found))
    return [section(`*No fix is offered*: ${plain(clip(reasonOf(found), 1_500))}`), ...cost(found)];
  return [
    section(`*Fix, verified* ${plain(clip(found.summary, 900))}\n${fence(shown(found.patch), 2_000)}`),
    section([proofOf(found.proofs), ...gateSentences(found).map((said) => plain(clip(said, 400)))].join(' ')),
    ...cost(found),
  ];
}

/** A patch without the lines that only git reads. */
function shown(patch: string): string {
  return patch
    .split('\n')
    .filter((line) => !/^(diff --git |index [0-9a-f]+\.\.)/.test(line))
    .join('\n');
}

function reasonOf({ reason, refused = [] }: Refused): string {
  const lines = refusedLines(refused);
  return lines.length < 2
    ? reason
    : `every candidate was refused.\n${lines.map((line) => `• ${clip(line, 260)}`).join('\n')}`;
}

/** What was refused before, and what the search cost. */
function cost(found: Fix | Refused): KnownBlock[] {
  const refused = 'patch' in found ? refusedLines(found.refused).map((line) => `refused: ${clip(line, 200)}`) : [];
  const more = refused.length > 3 ? [...refused.slice(0, 3), `${refused.length - 3} more refused`] : refused;
  const notes = [...more, ...(found.spent ? [spentSentence(found.spent)] : [])];
  if (notes.length === 0) return [];
  return [{ type: 'context', elements: [{ type: 'mrkdwn', text: clip(notes.map(plain).join('  ·  '), 900) }] }];
}

function proofOf([target, ...neighbours]: Proof[]): string {
  const words = { holds: 'holds', violated: 'is violated', unknown: 'is unknown' };
  const trace = (hash: string | undefined) => (hash ? ` (trace ${code(hash.slice(0, 8))})` : '');
  const flipped = target
    ? `without the patch this scenario ${words[target.before]}${trace(target.traces?.before)}, with it it *${words[target.after]}*${trace(target.traces?.after)}`
    : '';
  return `:white_check_mark: Verified by simulation: ${flipped}; ${neighboursOf(neighbours)}.`;
}

/** What became of the other kept scenarios; one that held and no longer does is no neighbour of a fix. */
function neighboursOf(neighbours: Proof[]): string {
  if (neighbours.length === 0) return 'no other scenario is kept yet';
  const counts: [number, string][] = [
    [neighbours.filter(({ before, after }) => before === 'holds' && after === 'holds').length, 'hold as before'],
    [neighbours.filter(({ before, after }) => before === 'violated' && after === 'holds').length, 'mended too'],
    [
      neighbours.filter(({ before, after }) => before === 'violated' && after === 'violated').length,
      'violated as before',
    ],
    [
      neighbours.filter(({ before, after }) => before === 'unknown' || after === 'unknown').length,
      'could not be told before or with it',
    ],
  ];
  const told = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `of ${neighbours.length} other kept ${neighbours.length === 1 ? 'scenario' : 'scenarios'} simulated again ${told.join(', ')}`;
}
