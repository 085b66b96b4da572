import type { Edited } from '../codebase/mirror.ts';
import { ddmin } from '../diagnosis/ddmin.ts';
import type { Breakage } from './breakage.ts';
import type { Trials } from './trials.ts';

/** A candidate that mends the scenario, without what can be left out of it: the fewest of its hunks that still do. */
export async function minimal({ mirror, head, plan }: Breakage, edited: Edited, trials: Trials): Promise<Edited> {
  if (edited.hunks.length < 2) return edited;
  const fewest = await ddmin(edited.hunks, async (hunks) => {
    const part = await mirror.edited(head, { hunks });
    if (!part) return 'unresolved';
    const { outcome } = await trials.on(plan, part);
    return outcome === 'unknown' ? 'unresolved' : outcome === 'holds' ? 'shows' : 'not';
  });
  if (fewest.length === edited.hunks.length) return edited;
  return (await mirror.edited(head, { hunks: fewest })) ?? edited;
}
