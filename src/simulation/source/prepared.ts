import type { FunctionPlace } from './instrument.ts';

/** A source made ready for a sandbox. */
export interface Prepared {
  code: string;
  format: 'module' | 'commonjs';
  functions: FunctionPlace[];
}

/** Who loads a source: Node itself, or a runner of tests that has modules its own way. */
export type Manner = 'node' | 'jest' | 'vitest';
