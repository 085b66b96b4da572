import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SuiteSettings } from '../sandbox/protocol.ts';
import { exportedBy } from './literal.ts';
import { readJson, type SuitePlace } from './place.ts';

const names = ['ts', 'js', 'mjs', 'cjs', 'json'].map((ending) => `jest.config.${ending}`);
const kept = [
  'testTimeout',
  'clearMocks',
  'resetMocks',
  'restoreMocks',
  'resetModules',
  'fakeTimers',
  'timers',
  'snapshotFormat',
  'testEnvironmentOptions',
  'testURL',
  'globals',
  'injectGlobals',
  'moduleNameMapper',
  'moduleDirectories',
  'modulePaths',
  'roots',
  'automock',
  'snapshotSerializers',
  'maxConcurrency',
];

/** What the configuration of Jest says of a file of tests. */
export function jestSettings({ tree, at, source }: SuitePlace): SuiteSettings {
  const { value: config, folder } = configAt(at) ?? configAt(tree) ?? { value: {}, folder: at };
  const root = typeof config.rootDir === 'string' ? path.resolve(folder, config.rootDir) : folder;
  const placed = (one: unknown): string[] =>
    typeof one === 'string' ? [path.resolve(root, one.replace(/<rootDir>\/?/, ''))] : [];
  const files = (name: string) => [config[name]].flat().flatMap(placed);
  const inline = /@jest-environment\s+(\S+)/.exec(source)?.[1];
  const environment = inline ?? (typeof config.testEnvironment === 'string' ? config.testEnvironment : 'node');
  const options = Object.fromEntries(
    kept.filter((name) => config[name] !== undefined).map((name) => [name, config[name]]),
  );
  return {
    setup: files('setupFiles'),
    globals: config.injectGlobals !== false,
    environment: environment.replace(/^(?:<rootDir>\/)?(?:node_modules\/)?jest-environment-/, ''),
    options: {
      ...options,
      rootDir: root,
      setupFilesAfterEnv: [...files('setupFilesAfterEnv'), ...files('setupTestFrameworkScriptFile')],
    },
  };
}

function configAt(folder: string): { value: Record<string, unknown>; folder: string } | undefined {
  const file = names.map((name) => path.join(folder, name)).find((one) => existsSync(one));
  const section = readJson(path.join(folder, 'package.json')).jest;
  if (!file) return typeof section === 'object' && section ? { value: { ...section }, folder } : undefined;
  const value = file.endsWith('.json') ? readJson(file) : exportedBy(file, readFileSync(file, 'utf8'));
  const config = Object(value) as Record<string, unknown>;
  const projects = [config.projects].flat().filter((one) => typeof one === 'object' && one !== null);
  return { value: projects.length > 0 ? { ...config, ...Object(projects[0]) } : config, folder };
}
