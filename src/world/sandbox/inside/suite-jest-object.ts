import type { FakeTimers, JestEnvironment, ModuleMocker } from './suite-jest-environment.ts';
import { real, standBack, standIn, withOwnModules } from './suite-mocks.ts';

/** What a file's `jest` is made of. */
export interface JestPieces {
  mocker: ModuleMocker;
  environment: JestEnvironment;
  options: Record<string, unknown>;
  /** Makes every module be loaded anew. */
  forget(): void;
}

type Jest = Record<string, unknown>;
const made = new Map<string, Jest>();
let current: FakeTimers | null = null;

/** The object that goes by `jest` in a file: its own mocks and timers, with modules seen from there. */
export function jestFor(from: string, pieces: JestPieces): Jest {
  const known = made.get(from) ?? make(from, pieces);
  made.set(from, known);
  return known;
}

function make(from: string, { mocker, environment, options, forget }: JestPieces): Jest {
  const timers = (): FakeTimers => {
    current ??= environment.fakeTimersModern ?? environment.fakeTimers;
    if (!current) throw new Error('this Jest has no fake timers');
    return current;
  };
  const isLegacy = (config: unknown): boolean => {
    if (config === 'legacy' || Object(config).legacyFakeTimers === true) return true;
    if (config === 'modern' || !environment.fakeTimers) return false;
    return options.timers === 'legacy' || Object(options.fakeTimers).legacyFakeTimers === true;
  };
  const through =
    (verb: string) =>
    (...args: never[]) => {
      const of = timers();
      const does = of[verb];
      if (!does) throw new TypeError(`${verb} is not available with these timers`);
      return Reflect.apply(does, of, args);
    };
  const chained =
    (work: (...args: never[]) => unknown) =>
    (...args: never[]) => {
      work(...args);
      return jest;
    };
  const mock = chained((name: string, factory?: () => unknown) => standIn(name, from, factory));
  const unmock = chained((name: string) => standBack(name, from));
  const timerVerbs = [
    'advanceTimersByTime',
    'advanceTimersByTimeAsync',
    'advanceTimersToNextTimer',
    'advanceTimersToNextTimerAsync',
    'advanceTimersToNextFrame',
    'clearAllTimers',
    'getRealSystemTime',
    'getTimerCount',
    'now',
    'runAllImmediates',
    'runAllTicks',
    'runAllTimers',
    'runAllTimersAsync',
    'runOnlyPendingTimers',
    'runOnlyPendingTimersAsync',
    'setSystemTime',
  ];
  const imitation = (name: string) => mocker.generateFromMetadata(mocker.getMetadata(real(name, from)) ?? {});
  const jest: Jest = {
    ...Object.fromEntries(timerVerbs.map((verb) => [verb, through(verb)])),
    fn: mocker.fn.bind(mocker),
    spyOn: mocker.spyOn.bind(mocker),
    isMockFunction: mocker.isMockFunction.bind(mocker),
    replaceProperty: mocker.replaceProperty?.bind(mocker),
    mocked: (value: unknown) => value,
    clearAllMocks: chained(() => mocker.clearAllMocks()),
    resetAllMocks: chained(() => mocker.resetAllMocks()),
    restoreAllMocks: chained(() => mocker.restoreAllMocks()),
    mock,
    doMock: mock,
    unmock,
    dontMock: unmock,
    deepUnmock: unmock,
    setMock: chained((name: string, value: unknown) => standIn(name, from, () => value)),
    unstable_mockModule: mock,
    requireActual: (name: string) => real(name, from),
    requireMock: imitation,
    createMockFromModule: imitation,
    genMockFromModule: imitation,
    resetModules: chained(forget),
    resetModuleRegistry: chained(forget),
    isolateModules: chained((work: () => void) => withOwnModules(work)),
    isolateModulesAsync: (work: () => Promise<void>) => withOwnModules(work),
    setTimeout: chained((ms: number) => {
      const { jasmine } = globalThis as unknown as { jasmine?: { _DEFAULT_TIMEOUT_INTERVAL: number } };
      if (jasmine) jasmine._DEFAULT_TIMEOUT_INTERVAL = ms;
      else Object.assign(globalThis, { [Symbol.for('TEST_TIMEOUT_SYMBOL')]: ms });
    }),
    retryTimes: chained((times: number) => Object.assign(globalThis, { [Symbol.for('RETRY_TIMES')]: times })),
    useFakeTimers: chained((config: unknown) => {
      current?.useRealTimers();
      current = isLegacy(config) ? environment.fakeTimers : (environment.fakeTimersModern ?? environment.fakeTimers);
      current?.useFakeTimers(typeof config === 'object' ? config : undefined);
    }),
    useRealTimers: chained(() => timers().useRealTimers()),
    autoMockOff: chained(() => undefined),
    disableAutomock: chained(() => undefined),
    runTimersToTime: through('advanceTimersByTime'),
    getSeed: () => 1,
  };
  return jest;
}
