import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { SuiteTest } from '../src/world/suite/suite-test.ts';
import { readTap } from '../src/world/suite/tap.ts';

/** The runners whose tests can be run in plain Node. */
export type PlainRunner = 'node:test' | 'tape' | 'tap' | 'mocha' | 'jest' | 'vitest';

/** What came out of a file of tests, by the runner's own word. */
export interface PlainOutcome {
  passed: boolean;
  tests: SuiteTest[];
  /** What was written, where the runner told of no test. */
  said?: string;
}

interface Asked {
  runner: PlainRunner;
  /** A folder that may be written to, with the packages in place. */
  folder: string;
  /** Files of tests, relative to the folder. */
  files: string[];
  env?: Record<string, string>;
}

interface Ran {
  out: string;
  said: string;
  code: number;
}

const patienceMs = 600_000;

/** Runs files of tests in plain Node with the runner that they were written for: what the world is held against. */
export async function runPlainly(asked: Asked): Promise<Map<string, PlainOutcome>> {
  if (asked.runner === 'vitest' || asked.runner === 'jest') return reported(asked, asked.runner);
  const outcomes = new Map<string, PlainOutcome>();
  const runOne = asked.runner === 'mocha' ? mochaFile : tapFile;
  for (const file of asked.files) outcomes.set(file, await runOne(asked, file));
  return outcomes;
}

async function tapFile({ runner, folder, env }: Asked, file: string): Promise<PlainOutcome> {
  const reporter = runner === 'node:test' ? ['--test-reporter=tap'] : [];
  const { out, said, code } = await ran([...reporter, file], { folder, env });
  const { tests, broken } = readTap(out);
  const passed = code === 0 && broken === undefined && tests.every((one) => one.passed);
  return { passed, tests, ...(tests.length === 0 ? { said: said.slice(-2_000) } : {}) };
}

interface MochaTest {
  fullTitle: string;
}

async function mochaFile({ folder, env }: Asked, file: string): Promise<PlainOutcome> {
  const bin = ['bin/mocha.js', 'bin/mocha'].map((at) => path.join(folder, 'node_modules/mocha', at)).find(existsSync);
  const { out, said, code } = await ran([bin ?? 'mocha', '--reporter', 'json', file], { folder, env });
  const at = out.indexOf('{\n');
  if (at < 0) return { passed: false, tests: [], said: (said || out).slice(-2_000) };
  const told = JSON.parse(out.slice(at)) as Record<'passes' | 'failures' | 'pending', MochaTest[]>;
  const tests = [
    ...told.passes.map(({ fullTitle }) => ({ name: fullTitle, passed: true })),
    ...told.failures.map(({ fullTitle }) => ({ name: fullTitle, passed: false })),
    ...told.pending.map(({ fullTitle }) => ({ name: fullTitle, passed: true, skipped: true as const })),
  ];
  return { passed: code === 0, tests };
}

interface Reported {
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: { ancestorTitles: string[]; title: string; status: string; failureMessages?: string[] }[];
  }[];
}

/** Jest and Vitest write the same report. */
async function reported({ folder, files, env }: Asked, runner: 'jest' | 'vitest'): Promise<Map<string, PlainOutcome>> {
  const scratch = mkdtempSync(path.join(tmpdir(), 'rehearse-plain-'));
  const report = path.join(scratch, 'report.json');
  const bin = path.join(folder, 'node_modules', runner === 'jest' ? 'jest/bin/jest.js' : 'vitest/vitest.mjs');
  const args =
    runner === 'jest'
      ? ['--ci', '--coverage=false', '--runInBand', '--json', `--outputFile=${report}`, '--runTestsByPath', ...files]
      : ['run', '--allowOnly', '--coverage.enabled=false', '--reporter=json', `--outputFile=${report}`, ...files];
  try {
    const { said } = await ran([bin, ...args], { folder, env: { ...env, CI: 'true' } });
    if (!existsSync(report)) return new Map(files.map((file) => [file, { passed: false, tests: [], said }]));
    const told = JSON.parse(readFileSync(report, 'utf8')) as Reported;
    return new Map(
      told.testResults.map((one) => [path.relative(folder, one.name), outcomeOf(one)] as [string, PlainOutcome]),
    );
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function outcomeOf({ status, message, assertionResults }: Reported['testResults'][number]): PlainOutcome {
  const tests = assertionResults.map(({ ancestorTitles, title, status: came, failureMessages }) => ({
    name: [...ancestorTitles.filter(Boolean), title].join(' > '),
    passed: came !== 'failed',
    ...(came === 'passed' || came === 'failed' ? {} : { skipped: true as const }),
    ...(came === 'failed' ? { error: failureMessages?.[0]?.slice(0, 300) } : {}),
  }));
  return { passed: status === 'passed', tests, ...(tests.length === 0 && message ? { said: message } : {}) };
}

function ran(args: string[], { folder, env = {} }: { folder: string; env?: Record<string, string> }): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      args,
      { cwd: folder, env: { PATH, HOME, ...env }, timeout: patienceMs, maxBuffer: 256 << 20 },
      (failed, out, said) => resolve({ out, said, code: failed ? Number(child.exitCode ?? 1) : 0 }),
    );
    child.stdin?.end();
  });
}
