import path from 'node:path';
import { z } from 'zod';
import { Failure } from '../../errors.ts';
import type { Host } from '../../world/host.ts';
import type { Stage } from '../../world/stage.ts';
import { suiteOf } from '../../world/suite/suite.ts';
import type { SuiteTest } from '../../world/suite/suite-test.ts';
import { readTap } from '../../world/suite/tap.ts';
import type { When } from '../plan.ts';
import { fileInTree } from '../tree-file.ts';

type Asked = Extract<When, { test: unknown }>['test'];

/** What a check sees of a test step. */
interface Tested {
  passed: boolean;
  tests: SuiteTest[];
  /** Why the file as a whole failed, where not one test alone did. */
  error?: { name: string; message: string };
}

const Broken = z.object({ name: z.string(), message: z.string(), code: z.string().nullable() });
const Said = z.union([
  z.object({ output: z.string(), code: z.int(), broken: Broken.optional() }),
  z.object({
    tests: z.array(
      z.object({
        name: z.array(z.string()),
        state: z.enum(['passed', 'failed', 'skipped']),
        error: z.string().optional(),
      }),
    ),
    broken: Broken.optional(),
  }),
]);
type Said = z.infer<typeof Said>;

const patienceMs = 60 * 60_000;

/** Runs one file of the repository's own tests, or one test of it, in a process of its own in the world. */
export async function takeTest(asked: Asked, stage: Stage): Promise<Tested> {
  const file = fileInTree(asked.file, stage.tree.path);
  const relative = path.relative(stage.tree.path, file);
  const suite = suiteOf(stage.tree.path, relative);
  const host = await stage.tester(relative, suite);
  const id = host.newCall();
  const { runner, settings } = suite;
  const turn = (order: Parameters<Host['turn']>[0]) => stage.coordinator.enqueue(() => host.turn(order));
  const now = () => stage.clock.now();
  const isOver = () => host.outcome(id) !== undefined || !host.isAlive;
  turn({ t: 'test', now: now(), id, file, runner, name: asked.name ?? null, settings });
  let waited = await stage.coordinator.until(isOver, patienceMs);
  for (const last of runner === 'program' && !isOver() ? (['drain', 'leave'] as const) : []) {
    turn({ t: last, now: now() });
    waited = await stage.coordinator.until(isOver, patienceMs);
  }
  const outcome = host.outcome(id);
  if (!outcome || !('value' in outcome)) {
    if (!host.isAlive && (host.isStarved || host.exitCode === null)) throw stage.ended(host);
    const message = host.isAlive ? unsettled(waited) : `the process ended with exit code ${host.exitCode}`;
    return { passed: false, tests: [], error: { name: 'Unsettled', message: `${message}. ${host.lastError}`.trim() } };
  }
  const said = Said.safeParse(outcome.value);
  if (!said.success)
    throw new Failure('SANDBOX_FAILED', { service: 'test', problem: 'it told of its tests in other words' });
  return only(asked.name, tested(said.data, host));
}

function unsettled(waited: string): string {
  return waited === 'stuck'
    ? 'nothing is left that could end the tests'
    : `the tests did not end within ${patienceMs / 60_000} minutes`;
}

function tested(said: Said, host: Host): Tested {
  const told = 'output' in said ? readTap(said.output) : { tests: said.tests.map(testOf) };
  const { tests } = told;
  refuse(said.broken);
  const error = said.broken ?? wholeError(said, told, host);
  return {
    passed: error === undefined && tests.every(({ passed }) => passed),
    tests,
    ...(error ? { error: { name: error.name, message: error.message } } : {}),
  };
}

/** What the world lacks is no failure of the tests, and neither is a package that is not installed. */
function refuse(broken: Said['broken']): void {
  if (broken?.code === 'WORLD_UNMODELLED') throw new Failure('WORLD_UNMODELLED', { asked: broken.message });
  const isPackage = /^Cannot find (?:package|module) '[^./'][^']*'/.test(broken?.message ?? '');
  if (isPackage) throw new Failure('MODULE_UNLOADED', { module: 'the tests', says: broken?.message ?? '' });
}

function wholeError(said: Said, told: { tests: SuiteTest[]; broken?: string }, host: Host) {
  if (told.broken !== undefined) return { name: 'TapError', message: told.broken };
  if (!('output' in said) || said.code === 0 || told.tests.some(({ passed }) => !passed)) return undefined;
  return { name: 'Exit', message: `the process ended with exit code ${said.code}. ${host.lastError}`.trim() };
}

function testOf({ name, state, error }: { name: string[]; state: string; error?: string }): SuiteTest {
  return {
    name: name.join(' > '),
    passed: state !== 'failed',
    ...(state === 'skipped' ? { skipped: true as const } : {}),
    ...(error === undefined ? {} : { error }),
  };
}

/** The tests that go by a name: the whole of it, or its last part. */
function only(name: string | undefined, whole: Tested): Tested {
  if (name === undefined) return whole;
  const tests = whole.tests.filter((one) => one.name === name || one.name.endsWith(` > ${name}`));
  if (tests.length === 0 && whole.error === undefined)
    throw new Failure('PLAN_INVALID', { problems: [`no test is named "${name}"; there are ${namesOf(whole.tests)}`] });
  const passed = tests.length > 0 && tests.every((one) => one.passed);
  return { ...whole, passed, tests };
}

function namesOf(tests: SuiteTest[]): string {
  return (
    tests
      .slice(0, 10)
      .map(({ name }) => `"${name}"`)
      .join(', ') || 'none'
  );
}
