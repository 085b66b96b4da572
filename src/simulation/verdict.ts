/** How one expectation of a plan came out. */
export interface Expectation {
  /** Its place in the plan's `then`. */
  index: number;
  text: string;
  met: boolean | null;
  /** What was seen instead, in words; null-safe and short. */
  seen?: string;
}

/** What a simulation says of a plan on a tree; `unknown` is an answer and always has its reason. */
export interface Verdict {
  outcome: 'holds' | 'violated' | 'unknown';
  reason: string;
  tier: 'executed' | 'carried' | 'reasoned';
  expectations: Expectation[];
  /** For `unknown`: the stable code of what stood in the way. */
  code?: string;
}
