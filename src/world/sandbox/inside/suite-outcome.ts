/** One test as its own runner saw it. */
export interface TestOutcome {
  /** The titles from the outermost describe inwards. */
  name: string[];
  state: 'passed' | 'failed' | 'skipped';
  error?: string;
}
