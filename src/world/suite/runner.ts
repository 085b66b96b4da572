import { Failure } from '../../errors.ts';
import type { TestRunner } from '../sandbox/protocol.ts';

/** A package.json, as far as it says how tests are run. */
export interface SuitePackage {
  scripts: Record<string, string>;
  /** Names of everything it depends on. */
  packages: Set<string>;
  /** Names of the configuration files that lie beside it. */
  configs: string[];
  /** Sections of it that configure a runner. */
  sections: string[];
}

/** Runners whose tests are programs that tell what came out in TAP, or by their exit code. */
const programs = new Set([
  'node:test',
  'test',
  'tape',
  'tap',
  '@tapjs/tap',
  'tape-promise',
  'uvu',
  'zora',
  'baretest',
  'node:assert',
]);
const unmodelled = new Set([
  'ava',
  'bun:test',
  'jasmine',
  '@playwright/test',
  'cypress',
  'karma',
  'lab',
  '@hapi/lab',
  'web-test-runner',
]);
const words: [RegExp, string][] = [
  [/\bvitest\b/, 'vitest'],
  [/\bjest\b|\breact-scripts test\b/, 'jest'],
  [/\b_?mocha\b|\bmocha-mini\b/, 'mocha'],
  [/\bava\b/, 'ava'],
  [/\bjasmine\b/, 'jasmine'],
  [/\bbun test\b/, 'bun:test'],
  [/\bplaywright test\b/, '@playwright/test'],
  [/\btape\b|\btap\b|\buvu\b|\bnode\s+(?:--\S+\s+)*--test\b/, 'tape'],
];

/** Which runner a file of tests was written for: by what it imports, then by scripts, configuration and packages. */
export function runnerFor(source: string, { scripts, packages, configs, sections }: SuitePackage): TestRunner {
  const imported = [...source.matchAll(/\b(?:from|import|require)\b\s*(?:\(\s*)?['"]([^'"]+)['"]/g)].map(
    ([, name]) => name ?? '',
  );
  const direct = imported.map(known).find(Boolean);
  if (direct) return runnerOf(direct);
  const tests = Object.entries(scripts).filter(([name]) => /^(?:tests?|unit|mocha|jest|vitest)\b/.test(name));
  for (const [, script] of tests.sort(([a], [b]) => Number(b === 'test') - Number(a === 'test'))) {
    const word = words.find(([pattern]) => pattern.test(script));
    if (word) return runnerOf(word[1]);
  }
  const configured =
    configs.map((file) => /^\.?(vitest|jest|mocha|ava|tap)/.exec(file)?.[1]).find(Boolean) ?? sections[0];
  if (configured) return runnerOf(configured === 'tap' ? 'tape' : configured);
  const installed = ['vitest', 'jest', 'mocha', 'ava', 'jasmine'].find((name) => packages.has(name));
  return installed ? runnerOf(installed) : 'program';
}

function known(name: string): string | undefined {
  if (name === '@jest/globals') return 'jest';
  if (name === 'vitest' || name === 'mocha') return name;
  if (unmodelled.has(name)) return name;
  return programs.has(name) && name !== 'node:assert' ? 'tape' : undefined;
}

function runnerOf(name: string): TestRunner {
  if (name === 'vitest' || name === 'jest' || name === 'mocha') return name;
  if (unmodelled.has(name)) throw new Failure('WORLD_UNMODELLED', { asked: `tests of ${name}` });
  return 'program';
}

/** The settings that a test script makes before it names its runner: `TZ=Europe/London jest`. */
export function scriptEnvironment(scripts: Record<string, string>): Record<string, string> {
  const parts = (scripts.test ?? '').split(/&&|\|\||;/);
  const part = parts.findLast((one) => words.some(([pattern]) => pattern.test(one))) ?? '';
  const found: Record<string, string> = {};
  for (const word of part.trim().split(/\s+/)) {
    const [, name, value] = /^([A-Z_][A-Z0-9_]*)=(.*)$/.exec(word) ?? [];
    if (name !== undefined && value !== undefined) found[name] = value.replace(/^(['"])(.*)\1$/, '$2');
    else if (!/^(?:cross-env|env|npx|dotenv)$/.test(word)) break;
  }
  delete found.NODE_OPTIONS;
  return found;
}
