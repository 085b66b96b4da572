import type { SuiteSettings } from '../protocol.ts';
import { unmodelled } from './suite-unmodelled.ts';

/** The timers that tests may put in the place of the world's. */
export interface FakeTimers {
  useFakeTimers(config?: unknown): void;
  useRealTimers(): void;
  [verb: string]: (...args: never[]) => unknown;
}

/** Jest's own maker of mocks. */
export interface ModuleMocker {
  fn(...args: unknown[]): unknown;
  spyOn(...args: unknown[]): unknown;
  isMockFunction(value: unknown): boolean;
  getMetadata(value: unknown): object | null;
  generateFromMetadata(metadata: object): unknown;
  clearAllMocks(): void;
  resetAllMocks(): void;
  restoreAllMocks(): void;
  replaceProperty?(...args: unknown[]): unknown;
  mocked?(value: unknown): unknown;
}

/** What Jest's runners see of the surroundings of a test. */
export interface JestEnvironment {
  global: object;
  fakeTimers: FakeTimers | null;
  fakeTimersModern: FakeTimers | null;
  moduleMocker: ModuleMocker;
  handleTestEvent?: undefined;
}

type Maker = new (options: object) => FakeTimers;

/** Makes the surroundings of a test from the packages of the repository's own Jest, in this very process. */
export async function enterJestEnvironment(settings: SuiteSettings, inside: NodeJS.Require): Promise<JestEnvironment> {
  const global = globalThis;
  await enter(settings, inside);
  const { ModuleMocker } = inside('jest-mock') as { ModuleMocker: new (global: object) => ModuleMocker };
  const moduleMocker = new ModuleMocker(global);
  const timers = inside('@jest/fake-timers') as { LegacyFakeTimers?: Maker; ModernFakeTimers?: Maker; default?: Maker };
  const config = { rootDir: process.cwd(), fakeTimers: {}, testEnvironmentOptions: {} };
  const Modern = timers.ModernFakeTimers;
  const Legacy = timers.LegacyFakeTimers ?? timers.default;
  const timerConfig = { idToRef: (id: number) => id, refToId: (ref: number) => ref };
  return {
    global,
    moduleMocker,
    fakeTimers: Legacy ? new Legacy({ config, global, moduleMocker, timerConfig }) : null,
    fakeTimersModern: Modern ? new Modern({ config, global }) : null,
  };
}

/** A page to stand in for a browser, where the configuration asks for one and its package is installed. */
async function enter({ environment, options }: SuiteSettings, inside: NodeJS.Require): Promise<void> {
  if (/^(?:node|.*jest-environment-node)$/.test(environment)) return;
  if (!/^jsdom/.test(environment)) throw unmodelled(`the test environment ${environment}`);
  const { JSDOM } = inside('jsdom') as {
    JSDOM: new (html: string, options: object) => { window: Record<string, unknown> };
  };
  const own = Object(options.testEnvironmentOptions) as { url?: string; html?: string };
  const url = own.url ?? (typeof options.testURL === 'string' ? options.testURL : 'http://localhost/');
  const { window } = new JSDOM(own.html ?? '<!DOCTYPE html>', {
    pretendToBeVisual: true,
    runScripts: 'dangerously',
    url,
  });
  const known = new Set(Object.getOwnPropertyNames(globalThis));
  for (const key of Object.getOwnPropertyNames(window)) {
    if (known.has(key) && !/^(?:Event|EventTarget|navigator)$/.test(key)) continue;
    Object.defineProperty(globalThis, key, { configurable: true, writable: true, value: window[key] });
  }
  for (const key of ['window', 'self', 'top', 'parent'])
    Object.defineProperty(globalThis, key, { configurable: true, writable: true, value: globalThis });
}
