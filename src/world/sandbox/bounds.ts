import type { OuterWall } from './outer-wall.ts';

/** What all sandbox processes of a simulator have in common. */
export interface SandboxBounds {
  /** Absolute folder of our own scripts. */
  runtime: string;
  memoryMb: number;
  outerWall: OuterWall;
  innerWall: boolean;
  /** How often one process may be copied; 0 where this machine has no way to. */
  copies: number;
}
