import type { Chance } from './model.ts';
import { seeded } from './sandbox/inside/chance.ts';

/** Chance that is the same for the same seed and name. */
export function createChance(seed: number, name: string): Chance {
  return { next: seeded(seed, name) };
}
