import type { KnownBlock } from '@slack/types';
import { clip } from './mrkdwn.ts';

/** Text as a section block, cut to what one holds. */
export function section(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: clip(text, 3_000) } };
}
