import type { KnownBlock } from '@slack/types';
import type { Proof } from '../../../repair/fix.ts';
import type { Report } from '../../../scenarios/report.ts';
import { clip, fence, plain } from './mrkdwn.ts';

/** A fix that passed the gate as a diff with its proof, or why there is none. */
export function fix({ fix: found, stage }: Report): KnownBlock[] {
  if (!found || stage !== 'done') return [];
  if (!('patch' in found)) return [section(`*No fix is offered*: ${plain(found.reason)}`)];
  return [
    section(`*Fix, verified* ${plain(found.summary)}\n${fence(found.patch, 2_000)}`),
    section(proofOf(found.proofs)),
  ];
}

function proofOf([target, ...neighbours]: Proof[]): string {
  const words = { holds: 'holds', violated: 'is violated', unknown: 'is unknown' };
  const flipped = target
    ? `without the patch this scenario ${words[target.before]}, with it it *${words[target.after]}*`
    : '';
  const kept =
    neighbours.length === 0
      ? 'no other scenario is kept yet'
      : `${neighbours.length} kept ${neighbours.length === 1 ? 'scenario' : 'scenarios'} simulated again, none flipped`;
  return `:test_tube: Verified by simulation: ${flipped}; ${kept}.`;
}

function section(text: string): KnownBlock {
  return { type: 'section', text: { type: 'mrkdwn', text: clip(text, 3_000) } };
}
