import path from 'node:path';
import type { Order } from '../protocol.ts';

type Asked = Extract<Order, { t: 'test' }>;

/** The environment that Vitest sets for its tests. */
export function setEnvironment(name: string, given: unknown): void {
  for (const [key, value] of Object.entries(Object(given))) process.env[key] = String(value);
  process.env.VITEST = 'true';
  process.env.NODE_ENV ??= 'test';
  process.env.MODE ??= 'test';
  process.env.TEST = 'true';
  process.env.DEV = '1';
  process.env.PROD = '';
  process.env.SSR = '1';
  process.env.VITEST_MODE = 'RUN';
  process.env.VITEST_POOL_ID = '1';
  process.env.VITEST_WORKER_ID = '1';
  Object.defineProperty(globalThis, '__vitest_environment__', { value: name, configurable: true, writable: true });
}

/** The settings that a worker of Vitest is given, as its own defaults are. */
export function configOf({ settings, file }: Asked): Record<string, unknown> {
  const { options, setup, globals: isGlobal, environment } = settings;
  return {
    root: process.cwd(),
    globals: isGlobal,
    environment,
    setupFiles: setup,
    passWithNoTests: false,
    allowOnly: true,
    testTimeout: 5_000,
    hookTimeout: 10_000,
    teardownTimeout: 10_000,
    maxConcurrency: 5,
    retry: 0,
    bail: 0,
    pool: 'forks',
    isolate: true,
    defines: {},
    env: {},
    chaiConfig: undefined,
    includeTaskLocation: false,
    typecheck: {},
    benchmark: {},
    browser: {},
    coverage: {},
    experimental: { viteModuleRunner: true, importDurations: { limit: 0 } },
    ...options,
    sequence: {
      shuffle: false,
      concurrent: false,
      hooks: 'stack',
      setupFiles: 'parallel',
      seed: 1,
      ...Object(options.sequence),
    },
    fakeTimers: { loopLimit: 10_000, shouldClearNativeTimers: true, ...Object(options.fakeTimers) },
    expect: { poll: {}, ...Object(options.expect) },
    diff: undefined,
    snapshotOptions: {
      updateSnapshot: 'none',
      expand: false,
      snapshotFormat: { escapeString: false, printBasicPrototype: false, ...Object(options.snapshotFormat) },
      snapshotEnvironment: snapshots(file),
    },
  };
}

/** Snapshots are read, never written: a test that needs a new one fails as it does on a build server. */
function snapshots(_file: string) {
  const fs = process.getBuiltinModule('node:fs');
  return {
    getVersion: () => '1',
    getHeader: () => '// Vitest Snapshot v1, https://vitest.dev/guide/snapshot.html',
    resolveRawPath: async (test: string, raw: string) => path.resolve(path.dirname(test), raw),
    resolvePath: async (test: string) => path.join(path.dirname(test), '__snapshots__', `${path.basename(test)}.snap`),
    prepareDirectory: async () => undefined,
    saveSnapshotFile: async () => undefined,
    readSnapshotFile: async (at: string) => (fs.existsSync(at) ? fs.readFileSync(at, 'utf8') : null),
    removeSnapshotFile: async () => undefined,
    processStackTrace: (stack: unknown) => stack,
  };
}

/** What Vitest looks up of the worker that it believes to be in. */
export function workerState(file: string, config: Record<string, unknown>) {
  const nothing = async () => undefined;
  const rpc = new Proxy({}, { get: (_, key) => (key === 'then' ? undefined : nothing) });
  return {
    ctx: {
      pool: 'forks',
      files: [file],
      environment: { name: config.environment },
      workerId: 1,
      config,
      projectName: '',
    },
    config,
    rpc,
    filepath: file,
    current: undefined,
    environment: { name: config.environment, transformMode: 'ssr' },
    moduleCache: new Map(),
    evaluatedModules: { idToModuleMap: new Map(), getModuleById: () => undefined, getModulesByFile: () => undefined },
    resolvingModules: new Set(),
    moduleExecutionInfo: new Map(),
    mockMap: new Map(),
    durations: { environment: 0, prepare: 0 },
    providedContext: {},
    onCancel: new Promise(() => undefined),
    onCleanup: () => undefined,
    onFilterStackTrace: (stack: string) => stack,
    metaEnv: process.env,
    traces: undefined,
  };
}
