/** One test of a repository's own suite, as a check of a plan sees it. */
export interface SuiteTest {
  /** Its titles from the outermost inwards, joined by " > ". */
  name: string;
  passed: boolean;
  /** It was not meant to run. */
  skipped?: true;
  error?: string;
}
