import type { Hunk } from '../../codebase/hunk.ts';
import { isTest } from '../../diagnosis/kinds-of-files.ts';
import type { Plan } from '../../simulation/plan.ts';
import type { Breakage } from '../breakage.ts';

const runners =
  /(^|\/)(vitest|jest|\.?mocharc|\.?taprc|ava|playwright|karma|cypress)(\.[\w-]+)*\.([cm]?[jt]s|json|ya?ml)$|(^|\/)\.(mocharc|taprc)$/i;
const world = /(^|\/)rehearse\.ya?ml$/i;
const manifestParts = ['scripts', 'jest', 'vitest', 'mocha', 'ava', 'tap', 'nyc', 'c8'];

/**
 * Why a patch may not be: it would edit a test, a snapshot, what tests run with, or what the world is described by,
 * instead of the code; or it would put something in the tree that is no plain file.
 */
export async function touchesProtected(
  { mirror, head, plan, neighbours }: Breakage,
  hunks: Hunk[],
  read: (file: string) => Promise<string | undefined>,
): Promise<string | undefined> {
  const named = new Set([plan, ...neighbours.map((one) => one.plan)].flatMap(testsOf));
  for (const { file, whole, created, deleted } of hunks) {
    if (file.endsWith('.snap') || /(^|\/)__snapshots__\//.test(file)) return `it would edit the snapshot ${file}`;
    if (isTest(file) || named.has(file)) return `it would edit the test ${file}`;
    if (runners.test(file)) return `it would edit what the tests are run with, ${file}`;
    if (world.test(file)) return `it would edit what the world is described by, ${file}`;
    if ([whole?.after?.mode, created].some((mode) => mode === '120000' || mode === '160000'))
      return `it would put a link in the place of ${file}`;
    if (/(^|\/)package\.json$/.test(file) && !deleted) {
      const [was, is] = [await mirror.read(head, file), await read(file)];
      if (manifestParts.some((part) => partOf(was, part) !== partOf(is, part)))
        return `it would edit how the tests are run, in ${file}`;
    }
    if (file.endsWith('.json') && isPlan(await mirror.read(head, file))) return `it would edit the plan ${file}`;
  }
  return undefined;
}

function testsOf(plan: Plan): string[] {
  return plan.when.flatMap((step) => ('test' in step ? [step.test.file.replace(/^\.\//, '')] : []));
}

function partOf(manifest: string | undefined, part: string): string | undefined {
  return JSON.stringify(Object(parsed(manifest))[part]);
}

function isPlan(text: string | undefined): boolean {
  const { plan, when, then } = Object(parsed(text));
  return plan === 1 && Array.isArray(when) && Array.isArray(then);
}

function parsed(text: string | undefined): unknown {
  if (text === undefined || text.length > 1 << 20) return undefined;
  try {
    return JSON.parse(text);
  } catch (notJson) {
    if (notJson instanceof SyntaxError) return undefined;
    throw notJson;
  }
}
