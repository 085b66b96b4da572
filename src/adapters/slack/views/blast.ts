import type { KnownBlock } from '@slack/types';
import { blastGroups, uncoveredSentence } from '../../../diagnosis/blast/told.ts';
import type { Report } from '../../../scenarios/report.ts';
import { clip, plain } from './mrkdwn.ts';
import { section } from './section.ts';

const mostItems = 4;
const mostText = 1_600;

/** Whom and what it hits: what was seen in simulations, and apart from it what only reading the code tells. */
export function blast({ blast: found, stage }: Report): KnownBlock[] {
  if (!found || (stage !== 'done' && stage !== 'mending')) return [];
  const lines = blastGroups(found).map(({ title, items }) => {
    const more = items.length > mostItems ? ` and ${items.length - mostItems} more` : '';
    return `• ${title}: ${items
      .slice(0, mostItems)
      .map((item) => words(item, 80))
      .join(', ')}${more}`;
  });
  return [
    ...(lines.length > 0
      ? [section(clip(`*Blast radius*, as seen in simulations\n${lines.join('\n')}`, mostText))]
      : []),
    { type: 'context', elements: [{ type: 'mrkdwn', text: words(uncoveredSentence(found), 500) }] },
  ];
}

/** Names from code and threads as words: nothing in them begins a block of code. */
function words(text: string, limit: number): string {
  return plain(clip(text.replaceAll('`', 'ˋ'), limit));
}
