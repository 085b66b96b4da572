import { createRequire, registerHooks } from 'node:module';
import path from 'node:path';
import type { Order } from '../protocol.ts';
import { aliasing, define } from './suite-aliases.ts';
import { importerAt } from './suite-import.ts';
import type { TestOutcome } from './suite-outcome.ts';
import { unmodelled } from './suite-unmodelled.ts';
import { installVitestMocks } from './suite-vitest-mocks.ts';
import { configOf, setEnvironment, workerState } from './suite-vitest-worker.ts';

type Asked = Extract<Order, { t: 'test' }>;

/** A test, a suite or a file as Vitest keeps it. */
interface Task {
  type: string;
  name: string;
  mode: string;
  tasks?: Task[];
  suite?: Task;
  result?: { state?: string; errors?: { name?: string; message?: string }[] };
}

interface Runner {
  startTests(specs: unknown[], runner: object): Promise<Task[]>;
  VitestTestRunner: new (config: object) => object;
  /** Keeps the timers that the runner itself goes by, before tests replace them. */
  setSafeTimers?(): void;
}

interface Measured {
  __setTraces?(traces: unknown): void;
}

const nothing = () => undefined;
const span = Object.fromEntries(
  ['setAttribute', 'setAttributes', 'addEvent', 'recordException', 'setStatus', 'updateName', 'end'].map((verb) => [
    verb,
    nothing,
  ]),
);

/** Later versions of Vitest measure themselves by OpenTelemetry; here nobody listens. */
const unmeasured = {
  isEnabled: () => false,
  $: (_name: string, options: unknown, work?: unknown) => ((work ?? options) as (of: object) => unknown)(span),
};

/** Runs a file with the Vitest that the repository has, in this process: its own runner, `expect` and `vi`. */
export async function runVitest(order: Asked): Promise<TestOutcome[]> {
  const { file, settings } = order;
  const own = createRequire(file);
  const vitest = path.dirname(own.resolve('vitest/package.json'));
  const { version } = own('vitest/package.json') as { version: string };
  const major = Number(version.split('.')[0]);
  const config = configOf(order);
  const state = workerState(file, config);
  Object.defineProperty(globalThis, '__vitest_worker__', { value: state, configurable: true, writable: true });
  setEnvironment(settings.environment, settings.options.env);
  preferModules(process.cwd(), aliasing(settings.options.aliases));
  define(settings.options.defined);
  const load = importerAt(path.join(vitest, 'package.json'));
  const { startTests, VitestTestRunner } = await piecesOf(vitest, load);
  const index = (await load('vitest')) as Record<string, unknown>;
  await installVitestMocks(index, load);
  Object.defineProperty(globalThis, '__vitest_index__', { value: index, configurable: true, writable: true });
  if (settings.globals)
    for (const name of globals) if (name in index) Object.assign(globalThis, { [name]: index[name] });
  const leave = await enter(settings, load);
  const runner = new (runnerOf(VitestTestRunner))(config);
  (runner as Measured).__setTraces?.(unmeasured);
  const files = await startTests([major >= 3 ? { filepath: file, testLocations: undefined } : file], runner);
  await leave();
  const [first] = files;
  if (!first) throw new Error('Vitest gave no result');
  const failed = first.result?.errors?.[0];
  const outcomes = files.flatMap((one) => (one.tasks ?? []).flatMap((task) => outcomesOf(task, [])));
  if (failed && outcomes.every(({ state: came }) => came !== 'failed'))
    throw Object.assign(new Error(failed.message), { name: failed.name });
  if (outcomes.length === 0) throw new Error(`No test suite found in file ${path.basename(file)}`);
  return outcomes;
}

const globals = [
  'suite',
  'test',
  'describe',
  'it',
  'chai',
  'expect',
  'assert',
  'expectTypeOf',
  'assertType',
  'vitest',
  'vi',
  'beforeAll',
  'afterAll',
  'beforeEach',
  'afterEach',
  'onTestFailed',
  'onTestFinished',
];

/** What the target's own modules name is found as Vite finds it: by its aliases, and as an import though loaded as CommonJS. */
function preferModules(root: string, aliased: (specifier: string) => string | undefined): void {
  registerHooks({
    resolve(specifier, context, next) {
      const from = context.parentURL ?? '';
      if (!from.startsWith(`file://${root}`) || from.slice(7 + root.length).includes('/node_modules/'))
        return next(specifier, context);
      const name = aliased(specifier) ?? specifier;
      if (!context.conditions?.includes('require') || /^[./]/.test(name)) return next(name, context);
      const conditions = context.conditions.map((one) => (one === 'require' ? 'import' : one));
      return next(name, { ...context, conditions });
    },
  });
}

/** Vitest keeps its runner in a package beside it, or in later versions within itself. */
async function piecesOf(vitest: string, load: (name: string) => Promise<unknown>): Promise<Runner> {
  const runners = (await load('vitest/runners').catch(() => ({}))) as Partial<Runner>;
  const index = (await load('vitest')) as Partial<Runner> & { TestRunner?: Runner['VitestTestRunner'] };
  const own = (await load('@vitest/runner').catch(() => ({}))) as Partial<Runner>;
  const late = (await load('vitest/worker').catch(() => ({}))) as Partial<Runner>;
  const inner = own.startTests ? own : ((await load('vitest/internal/browser').catch(() => ({}))) as Partial<Runner>);
  inner.setSafeTimers?.();
  const startTests = inner.startTests ?? late.startTests ?? index.startTests;
  const VitestTestRunner = runners.VitestTestRunner ?? index.TestRunner;
  if (!startTests || !VitestTestRunner) throw unmodelled(`the runner of vitest in ${path.basename(vitest)}`);
  return { startTests, VitestTestRunner };
}

function runnerOf(Base: Runner['VitestTestRunner']) {
  return class extends Base {
    async importFile(at: string) {
      const loaded = createRequire(at)(at) as { __loading?: Promise<unknown> };
      await loaded.__loading;
      return loaded;
    }
    onCollected = () => undefined;
    onTaskUpdate = () => undefined;
  };
}

function outcomesOf(task: Task, above: string[]): TestOutcome[] {
  const name = [...above, task.name];
  if (task.tasks) return task.tasks.flatMap((one) => outcomesOf(one, name));
  const state = task.result?.state;
  if (state === undefined || task.mode === 'skip' || task.mode === 'todo' || state === 'skip' || state === 'todo')
    return [{ name, state: 'skipped' }];
  const error = task.result?.errors?.[0];
  if (state === 'pass') return [{ name, state: 'passed' }];
  return [{ name, state: 'failed', error: `${error?.name ?? 'Error'}: ${error?.message ?? state}`.slice(0, 1_000) }];
}

/** Environments other than Node come with Vitest; what they stand on must be installed in the repository. */
async function enter(
  settings: Asked['settings'],
  load: (name: string) => Promise<unknown>,
): Promise<() => Promise<void>> {
  const { environment, options } = settings;
  if (environment === 'node') return async () => undefined;
  const { builtinEnvironments } = (await load('vitest/environments')) as {
    builtinEnvironments: Record<
      string,
      { setup(global: object, options: object): Promise<{ teardown(global: object): unknown }> }
    >;
  };
  const found = builtinEnvironments[environment];
  if (!found) throw unmodelled(`the test environment ${environment}`);
  const entered = await found.setup(globalThis, Object(options.environmentOptions));
  return async () => void (await entered.teardown(globalThis));
}
