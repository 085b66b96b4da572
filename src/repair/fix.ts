/** The same scenario before and after a candidate. */
export interface Proof {
  scenario: string;
  before: 'holds' | 'violated' | 'unknown';
  after: 'holds' | 'violated' | 'unknown';
  /** The traces of the two simulations, by hash; reports that were kept before there were any lack them. */
  traces?: { before: string; after: string };
}

/** How a candidate was made. */
export type Kind = 'revert' | 'template' | 'history' | 'model';

/** What became of the repository's own tests that reach what the patch changes. */
export interface OwnTests {
  /** Files that were run on head and with the patch. */
  files: string[];
  /** Tests in them that passed on head and pass with the patch. */
  passed: number;
  /** Tests that failed on head already; they say nothing against the patch. */
  failedBefore: number;
  /** Tests that came with the change and that the patch makes fail: part of what it undoes. */
  undone: string[];
  /** Files that reach the change and were not run, and why. */
  notRun: { file: string; why: string }[];
}

/** What was said of the types. */
export interface Types {
  /** `none`: no TypeScript is touched; `unchecked`: it could not be told. */
  outcome: 'clean' | 'none' | 'unchecked';
  /** The files whose errors were compared, and by what; or why not. */
  says: string;
}

/** What a patch takes back of the change that broke it, in figures and in words. */
export interface Undone {
  commit: string;
  subject: string;
  /** Why the change was made, in its author's words. */
  reason?: string;
  /** How many of the change's places in code are taken back, of how many. */
  places: { undone: number; of: number };
  says: string;
}

/** A candidate that did not pass, and why. */
export interface Turned {
  kind: Kind;
  what: string;
  reason: string;
}

/** What the search for a fix cost. */
export interface Spent {
  simulations: number;
  candidates: number;
  /** What ended the search early, when something did. */
  stopped?: string;
}

/** A patch on head that passed the gate; nothing else is ever called a fix. */
export interface Fix {
  kind: Kind;
  /** Unified diff that `git apply` takes on head. */
  patch: string;
  /** What it does and what it undoes of the change's intent, in one or two sentences. */
  summary: string;
  /** The target first, then every neighbouring scenario. */
  proofs: Proof[];
  /** How many more neighbouring scenarios there are that it was not tried on, where there are too many. */
  unproved?: number;
  /** Who wrote it, where a model did. */
  maker?: string;
  /** The rest of the gate; absent in reports that were kept before it had these. */
  tests?: OwnTests;
  types?: Types;
  undoes?: Undone;
  refused?: Turned[];
  spent?: Spent;
}

/** That no candidate passed, and why, so that nobody is told of a fix that is none. */
export interface Refused {
  reason: string;
  refused?: Turned[];
  spent?: Spent;
}
