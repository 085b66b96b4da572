import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { SuiteSettings } from '../sandbox/protocol.ts';
import { exportedBy, merged } from './literal.ts';
import type { SuitePlace } from './place.ts';

const endings = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'];
const names = ['vitest.config', 'vite.config'].flatMap((name) => endings.map((ending) => `${name}.${ending}`));

/** Options that decide what a test sees; the others say how results are shown or files are found. */
const kept = [
  'testTimeout',
  'hookTimeout',
  'retry',
  'clearMocks',
  'mockReset',
  'restoreMocks',
  'unstubEnvs',
  'unstubGlobals',
  'fakeTimers',
  'sequence',
  'maxConcurrency',
  'expect',
  'snapshotFormat',
  'environmentOptions',
  'env',
  'chaiConfig',
];

/** What the configuration of Vitest says of a file of tests, its project included. */
export function vitestSettings({ tree, at, file, source }: SuitePlace): SuiteSettings {
  const config = configAt(at) ?? configAt(tree) ?? { value: {}, folder: at };
  const { test, ...whole } = projectFor(config.value, file, config.folder);
  const setup = [test.setupFiles].flat().filter((one) => typeof one === 'string');
  const inline = /@(?:vitest|jest)-environment\s+([\w-]+)/.exec(source)?.[1];
  const named = typeof test.environment === 'string' ? test.environment : 'node';
  return {
    setup: setup.map((one) => path.resolve(config.folder, one)),
    globals: test.globals === true,
    environment: inline ?? environmentBy(test.environmentMatchGlobs, file, config.folder) ?? named,
    options: {
      ...Object.fromEntries(kept.filter((name) => test[name] !== undefined).map((name) => [name, test[name]])),
      aliases: [...aliasesIn(test.alias, config.folder), ...aliasesIn(whole.alias, config.folder)],
      defined: whole.defined,
    },
  };
}

/** Other names for modules, as Vite's configuration gives them: `resolve.alias` and those of the tests. */
function aliasesIn(given: unknown, folder: string): { find: unknown; replacement: string }[] {
  const pairs = Array.isArray(given)
    ? given.map((one) => [Object(one).find, Object(one).replacement])
    : Object.entries(Object(given));
  return pairs.flatMap(([find, replacement]) =>
    typeof replacement === 'string'
      ? [{ find, replacement: /^\.\.?\//.test(replacement) ? path.resolve(folder, replacement) : replacement }]
      : [],
  );
}

function configAt(folder: string): { value: unknown; folder: string } | undefined {
  const file = names.map((name) => path.join(folder, name)).find((one) => existsSync(one));
  return file ? { value: exportedBy(file, readFileSync(file, 'utf8')), folder } : undefined;
}

interface Project {
  test: Record<string, unknown>;
  alias: unknown;
  defined: Record<string, unknown>;
}

/** The settings of the project that a file belongs to, with those of the whole where it takes them over. */
function projectFor(config: unknown, file: string, folder: string): Project {
  const whole = Object(Object(config).test) as Record<string, unknown>;
  const projects = [whole.projects ?? whole.workspace].flat().filter((one) => typeof one === 'object' && one !== null);
  const relative = path.relative(folder, file);
  const mine = projects.find((one) => {
    const include = Object(Object(one).test).include;
    return Array.isArray(include) && include.some((glob) => typeof glob === 'string' && matches(relative, glob));
  });
  if (!mine) return projectOf(config, whole);
  const own = Object(Object(mine).test) as Record<string, unknown>;
  if (Object(mine).extends !== true) return projectOf(mine, own);
  return projectOf(merged(config, mine), Object(merged(whole, own)) as Record<string, unknown>);
}

function projectOf(config: unknown, test: Record<string, unknown>): Project {
  const { resolve, define } = Object(config) as { resolve?: unknown; define?: unknown };
  return { test, alias: Object(resolve).alias, defined: Object(define) };
}

function environmentBy(globs: unknown, file: string, folder: string): string | undefined {
  if (!Array.isArray(globs)) return undefined;
  const found = globs.find(
    (one) => Array.isArray(one) && typeof one[0] === 'string' && matches(path.relative(folder, file), one[0]),
  );
  return Array.isArray(found) && typeof found[1] === 'string' ? found[1] : undefined;
}

function matches(file: string, glob: string): boolean {
  return path.matchesGlob(file, glob.replace(/^\.\//, ''));
}
