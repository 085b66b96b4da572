import type { SuiteSettings } from '../protocol.ts';

/** What Jest calls its global configuration, as its own defaults are. */
export function globalConfig({ options }: SuiteSettings): object {
  return {
    testTimeout: options.testTimeout ?? 5_000,
    testNamePattern: undefined,
    expand: false,
    updateSnapshot: 'none',
    ci: true,
    maxConcurrency: options.maxConcurrency ?? 5,
    errorOnDeprecated: false,
    seed: 1,
    randomize: false,
    enabledTestsMap: undefined,
    verbose: false,
    passWithNoTests: false,
  };
}

/** What Jest calls the configuration of a project. */
export function projectConfig({ options }: SuiteSettings, inside: NodeJS.Require): object {
  const root = String(options.rootDir ?? process.cwd());
  return {
    automock: false,
    clearMocks: false,
    resetMocks: false,
    restoreMocks: false,
    resetModules: false,
    timers: 'real',
    injectGlobals: true,
    testLocationInResults: false,
    prettierPath: '',
    cwd: process.cwd(),
    globals: {},
    snapshotSerializers: [],
    testEnvironmentOptions: {},
    waitForUnhandledRejections: false,
    ...options,
    rootDir: root,
    fakeTimers: { enableGlobally: false, ...Object(options.fakeTimers) },
    snapshotFormat: options.snapshotFormat ?? snapshotFormatOf(inside),
    snapshotResolver: undefined,
  };
}

/** From Jest 29 on, snapshots are written without escapes and prototypes unless told otherwise. */
function snapshotFormatOf(inside: NodeJS.Require): object {
  const { version } = inside('jest-snapshot/package.json') as { version: string };
  return Number(version.split('.')[0]) >= 29
    ? { escapeString: false, printBasicPrototype: false }
    : { escapeString: true, printBasicPrototype: true };
}
