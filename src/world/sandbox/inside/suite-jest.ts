import { readdirSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import path from 'node:path';
import type { Order } from '../protocol.ts';
import { globalConfig, projectConfig } from './suite-jest-config.ts';
import { enterJestEnvironment } from './suite-jest-environment.ts';
import { type JestPieces, jestFor } from './suite-jest-object.ts';
import { forgetModules, installStandIns, standInFor } from './suite-mocks.ts';
import type { TestOutcome } from './suite-outcome.ts';
import { unmodelled } from './suite-unmodelled.ts';

type Asked = Extract<Order, { t: 'test' }>;

interface Assertion {
  ancestorTitles: string[];
  title: string;
  status: string;
  failureMessages: string[];
}

interface Result {
  testResults: Assertion[];
  testExecError?: { message?: string } | null;
  failureMessage?: string | null;
}

type Adapter = (
  global: object,
  config: object,
  environment: object,
  runtime: object,
  file: string,
  send?: unknown,
) => Promise<Result>;

/** Adapters of Jest that run one file: of its own runner, then of the older one on Jasmine. */
const adapters = ['jest-circus/runner', 'jest-circus/build/legacy-code-todo-rewrite/jestAdapter', 'jest-jasmine2'];

/** Runs a file with the Jest that the repository has, in this process: its own runner, `expect`, mocks and timers. */
export async function runJest({ file, settings }: Asked): Promise<TestOutcome[]> {
  process.env.NODE_ENV ??= 'test';
  process.env.JEST_WORKER_ID ??= '1';
  const own = createRequire(file);
  const inside = insideOf(own);
  Object.assign(globalThis, structuredClone(settings.options.globals ?? {}));
  const environment = await enterJestEnvironment(settings, inside);
  const pieces: JestPieces = {
    mocker: environment.moduleMocker,
    environment,
    options: settings.options,
    forget: forgetModules,
  };
  const cwd = process.cwd();
  const isOwn = (at: string) => at.startsWith(cwd) && !at.slice(cwd.length).includes('/node_modules/');
  installStandIns({
    imitate: (value) => imitated(environment.moduleMocker, value),
    mapped: mapping(settings.options, own),
    isOwn,
  });
  Object.defineProperty(globalThis, '__jestFor', {
    value: (from: string) => jestFor(from, pieces),
    configurable: true,
  });
  standInFor('@jest/globals', (from) => ({ ...jestGlobals(), jest: jestFor(from, pieces) }));
  for (const [one, at] of writtenMocks(settings.options)) standInFor(one, () => createRequire(at)(at));
  const requireModule = (at: string) => createRequire(at)(at);
  for (const one of settings.setup) requireModule(one);
  const runtime = runtimeOf({ own: inside, pieces, requireModule });
  const result = await adapterIn(inside)(
    globalConfig(settings),
    projectConfig(settings, inside),
    environment,
    runtime,
    file,
    async () => undefined,
  );
  const outcomes = (result.testResults ?? []).map(outcomeOf);
  if (result.testExecError || outcomes.length === 0)
    throw new Error(
      result.testExecError?.message ?? result.failureMessage ?? 'Your test suite must contain at least one test.',
    );
  return outcomes;
}

/** Packages that have a stand-in written by hand in a `__mocks__` folder: it always takes their place. */
function writtenMocks(options: Record<string, unknown>): [name: string, file: string][] {
  const root = String(options.rootDir ?? process.cwd());
  const roots = [options.roots ?? []].flat().map((one) => path.resolve(root, String(one).replace('<rootDir>', '.')));
  return (roots.length > 0 ? roots : [root]).flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => !file.includes('node_modules') && /(?:^|\/)__mocks__\/.+\.[cm]?[jt]sx?$/.test(file))
      .map((file): [string, string] => [nameOfMock(file), path.join(folder, file)])
      .filter(([name]) => !isBuiltin(name) && isPackage(name)),
  );
}

function nameOfMock(file: string): string {
  return file
    .replace(/^.*__mocks__\//, '')
    .replace(/\.[^./]+$/, '')
    .replace(/\/index$/, '');
}

/** A stand-in that lies beside a module of the tree is for that module, and only when it is asked for. */
function isPackage(name: string): boolean {
  return /^(?:@[\w.-]+\/)?[\w.-]+(?:\/.*)?$/.test(name);
}

const words = [
  'describe',
  'it',
  'test',
  'expect',
  'beforeAll',
  'afterAll',
  'beforeEach',
  'afterEach',
  'fit',
  'xit',
  'xtest',
  'fdescribe',
  'xdescribe',
];

function jestGlobals(): Record<string, unknown> {
  const all = globalThis as unknown as Record<string, unknown>;
  return Object.fromEntries(words.map((word) => [word, all[word]]));
}

/** Packages as Jest itself would find them: most of them lie within its own. */
function insideOf(own: NodeJS.Require): NodeJS.Require {
  let at: NodeJS.Require = own;
  for (const one of ['jest', '@jest/core', 'jest-cli', 'jest-config']) {
    const manifest = `${one}/package.json`;
    if (isThere(at, manifest)) at = createRequire(at.resolve(manifest));
  }
  return at;
}

function adapterIn(inside: NodeJS.Require): Adapter {
  for (const name of adapters) {
    try {
      const loaded = inside(name) as Adapter | { default: Adapter };
      return typeof loaded === 'function' ? loaded : loaded.default;
    } catch (thrown) {
      if (!isMissing(thrown)) throw thrown;
    }
  }
  throw unmodelled('this version of jest');
}

function isMissing(thrown: unknown): boolean {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined;
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_PACKAGE_PATH_NOT_EXPORTED';
}

function outcomeOf({ ancestorTitles, title, status, failureMessages }: Assertion): TestOutcome {
  const name = [...ancestorTitles, title];
  if (status === 'passed') return { name, state: 'passed' };
  if (status !== 'failed') return { name, state: 'skipped' };
  return { name, state: 'failed', error: (failureMessages[0] ?? 'failed').slice(0, 1_000) };
}

function imitated(mocker: JestPieces['mocker'], value: unknown): unknown {
  const metadata = mocker.getMetadata(value);
  return metadata === null ? undefined : mocker.generateFromMetadata(metadata);
}

/** `moduleNameMapper`: names of modules by pattern, and where they really are. */
function mapping(options: Record<string, unknown>, own: NodeJS.Require): (request: string) => string | undefined {
  const root = String(options.rootDir ?? process.cwd());
  const placed = (target: string) => target.replace('<rootDir>', root);
  const rules = Object.entries(Object(options.moduleNameMapper)).map(([pattern, targets]) => ({
    pattern: new RegExp(pattern),
    targets: [targets].flat().filter((one): one is string => typeof one === 'string'),
  }));
  return (request) => {
    const rule = rules.find(({ pattern }) => pattern.test(request));
    const match = rule?.pattern.exec(request);
    if (!rule || !match) return undefined;
    const names = rule.targets.map((target) => placed(target).replace(/\$(\d+)/g, (_, at) => match[Number(at)] ?? ''));
    return names.find((target) => isThere(own, target)) ?? names[0];
  };
}

function isThere(own: NodeJS.Require, target: string): boolean {
  try {
    own.resolve(target);
    return true;
  } catch {
    return false;
  }
}

function runtimeOf({
  own,
  pieces,
  requireModule,
}: {
  own: NodeJS.Require;
  pieces: JestPieces;
  requireModule: (at: string) => unknown;
}) {
  const { mocker } = pieces;
  return {
    requireInternalModule: (at: string) => own(at),
    requireModule,
    requireActual: (from: string, name: string) => createRequire(from)(name),
    unstable_shouldLoadAsEsm: () => false,
    unstable_importModule: async (at: string) => import(at),
    setGlobalsForRuntime: () => undefined,
    getGlobalsForCjs: () => undefined,
    getSourceMaps: () => new Map(),
    getSourceMapInfo: () => ({}),
    resetModules: () => pieces.forget(),
    clearAllMocks: () => mocker.clearAllMocks(),
    resetAllMocks: () => mocker.resetAllMocks(),
    restoreAllMocks: () => mocker.restoreAllMocks(),
    isolateModules: (work: () => void) => work(),
    enterTestCode: () => undefined,
    leaveTestCode: () => undefined,
    teardown: () => undefined,
    toString: () => path.basename('jest'),
  };
}
