import type { Visibility } from '../../evidence/evidence.ts';
import { type Pass, terminal } from './links.ts';

/** Whether whoever holds a pass may read what came from a source; what a terminal asked for is read there alone. */
export function mayRead({ from }: Pass, visibility: Visibility | null): boolean {
  if (visibility === null) return from === terminal;
  return visibility.kind === 'public' || visibility.channel === from;
}

/** Whether they may know that it is there at all. */
export function mayKnow(pass: Pass, visibility: Visibility): boolean {
  return visibility.kind !== 'direct' || mayRead(pass, visibility);
}
