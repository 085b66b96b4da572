/** The same scenario before and after a candidate. */
export interface Proof {
  scenario: string;
  before: 'holds' | 'violated' | 'unknown';
  after: 'holds' | 'violated' | 'unknown';
}

/** A patch on head that passed the gate; nothing else is ever called a fix. */
export interface Fix {
  kind: 'revert';
  /** Unified diff that `git apply` takes on head. */
  patch: string;
  /** What it does and what it undoes of the change's intent, in one or two sentences. */
  summary: string;
  /** The target first, then every neighbouring scenario. */
  proofs: Proof[];
}

/** Candidates that did not pass, and why, so that nobody is told of a fix that is none. */
export interface Refused {
  reason: string;
}
