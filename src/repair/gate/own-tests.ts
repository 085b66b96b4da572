import type { Edited } from '../../codebase/mirror.ts';
import type { FunctionRun } from '../../simulation/trace.ts';
import type { Breakage, Limits } from '../breakage.ts';
import type { OwnTests } from '../fix.ts';
import type { Trials } from '../trials.ts';
import { cameWith } from './came-with.ts';
import type { Reach } from './reach.ts';
import { testsReaching } from './test-files.ts';
import { planOf, type Tested, testedIn } from './tested.ts';

/** What the tests are run for. */
export interface Testing {
  breakage: Breakage;
  trials: Trials;
  limits: Limits;
  edited: Edited;
  /** Head laid out, and who imports what in it. */
  head: { path: string; reach: Reach };
  /** Whether the changed lines of head are within a function that ran. */
  ranChanged: (functions: FunctionRun[]) => boolean;
}

/**
 * The repository's own tests that reach what a patch changes, on head and with it: whatever passed must pass still,
 * but for tests that came with the change which is undone. What failed before says nothing; what was not run is said.
 */
export async function runOwnTests(testing: Testing): Promise<OwnTests | { reason: string }> {
  const { breakage, trials, limits, edited, head } = testing;
  const changed = [...new Set(edited.hunks.map(({ file }) => file))];
  const files = await testsReaching(head.path, head.reach, changed);
  const tests: OwnTests = { files: [], passed: 0, failedBefore: 0, undone: [], notRun: [] };
  const late = files.slice(limits.testFiles);
  tests.notRun.push(...late.map((file) => ({ file, why: `no more than ${limits.testFiles} files are run` })));
  for (const file of files.slice(0, limits.testFiles)) {
    const before = await trials.at(planOf(file, breakage.plan), breakage.head);
    const was = testedIn(before, file);
    if (!was || before.outcome === 'unknown') {
      tests.notRun.push({ file, why: before.reason.slice(0, 200) });
      continue;
    }
    if (!testing.ranChanged(before.functions)) continue;
    const after = await trials.on(planOf(file, breakage.plan), edited);
    const is = testedIn(after, file);
    if (!is || after.outcome === 'unknown')
      return { reason: `its tests in ${file} can no longer be told: ${after.reason.slice(0, 200)}` };
    const broken = brokenIn(was, is);
    const undone = broken.length > 0 ? await cameWith({ breakage, trials, file, names: broken }) : [];
    const own = broken.find((name) => !undone.includes(name) && !(name === file && undone.length > 0));
    if (own !== undefined)
      return { reason: `it breaks ${own === file ? '' : `the test “${own.slice(0, 120)}” in `}${file}` };
    tests.files.push(file);
    tests.passed += [...is].filter(
      ([name, how]) => name !== file && how === 'passed' && was.get(name) === 'passed',
    ).length;
    tests.failedBefore += [...was].filter(([name, how]) => name !== file && how === 'failed').length;
    tests.undone.push(...undone.filter((name) => name !== file).map((name) => `${file}: ${name}`));
  }
  return tests;
}

/** What passed and does not any more. */
function brokenIn(was: Tested, is: Tested): string[] {
  return [...was].filter(([name, how]) => how === 'passed' && is.get(name) !== 'passed').map(([name]) => name);
}
