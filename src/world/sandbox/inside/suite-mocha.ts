import { createRequire } from 'node:module';
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
  for (const one of settings.setup) await import(one);
  const mocha = new Mocha({ ui: 'bdd', ...settings.options, reporter: silent });
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

/** A reporter that prints nothing: what came out is read from the events. */
class silent {}
