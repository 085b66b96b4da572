import type { Scenario } from '../../src/scenarios/scenario.ts';
import type { CaptureState } from './state.ts';

/** A scenario's words are shown only where its source can be read. */
export function titleFor({ address }: Pick<CaptureState, 'address'>, { title, evidence }: Scenario): string {
  return isShownTo(address.channel, evidence) ? title : 'a scenario from a private channel';
}

/** The tags of a scenario, which may name customers, where its source can be read; none elsewhere. */
export function tagsFor({ address }: Pick<CaptureState, 'address'>, { tags, evidence }: Scenario): string[] {
  return isShownTo(address.channel, evidence) ? tags : [];
}

function isShownTo(reader: string, { visibility }: Scenario['evidence']): boolean {
  return visibility.kind === 'public' || visibility.channel === reader;
}
