import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Order } from '../protocol.ts';
import type { TestOutcome } from './suite-outcome.ts';

type Asked = Extract<Order, { t: 'test' }>;

interface MochaTest {
  titlePath(): string[];
}

interface Mocha {
  addFile(file: string): Mocha;
  loadFilesAsync(): Promise<void>;
  run(done: (failures: number) => void): {
    on(event: 'pass' | 'pending', heard: (test: MochaTest) => void): unknown;
    on(event: 'fail', heard: (test: MochaTest, error: Error) => void): unknown;
  };
}

/** Runs a file with the Mocha that the repository has, in this process. */
export async function runMocha({ file, settings }: Asked): Promise<TestOutcome[]> {
  const own = createRequire(file);
  const { default: Mocha } = (await import(own.resolve('mocha'))) as { default: new (options: object) => Mocha };
  const { files, ...options } = settings.options;
  const plugins = await pluginsOf(settings.setup, own);
  const mocha = new Mocha({ ui: 'bdd', ...options, ...plugins, enableGlobalSetup: true, reporter: silent });
  for (const one of [files ?? []].flat()) mocha.addFile(String(one));
  mocha.addFile(file);
  await mocha.loadFilesAsync();
  const outcomes: TestOutcome[] = [];
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    runner.on('pass', (test) => outcomes.push({ name: test.titlePath(), state: 'passed' }));
    runner.on('pending', (test) => outcomes.push({ name: test.titlePath(), state: 'skipped' }));
    runner.on('fail', (test, error) =>
      outcomes.push({
        name: test.titlePath(),
        state: 'failed',
        error: `${error.name}: ${error.message}`.slice(0, 1_000),
      }),
    );
  });
  return outcomes;
}

interface PluginLoader {
  load(required: unknown): boolean;
  finalize(): Promise<Record<string, unknown>>;
}

/** Loads what is required before the tests; it may hook into all of them, in later versions of Mocha. */
async function pluginsOf(required: string[], own: NodeJS.Require): Promise<Record<string, unknown>> {
  const loaded: Record<string, unknown>[] = [];
  for (const one of required) {
    const module = (await import(pathToFileURL(own.resolve(one)).href)) as { default?: object };
    loaded.push({ ...module.default, ...module });
  }
  const at = isThere('mocha/lib/plugin-loader.js', own);
  if (!at) return {};
  const loader = (own(at) as { create(): PluginLoader }).create();
  for (const one of loaded) loader.load(one);
  return loader.finalize();
}

function isThere(name: string, own: NodeJS.Require): string | undefined {
  try {
    return own.resolve(name);
  } catch {
    return undefined;
  }
}

/** A reporter that prints nothing: what came out is read from the events. */
class silent {}
