import { Parser, type Result } from 'tap-parser';
import type { SuiteTest } from './suite-test.ts';

/** The tests that a program told of in the Test Anything Protocol, and whether what it told was whole. */
export interface Told {
  tests: SuiteTest[];
  /** Why the output as a whole is no success, where it is none. */
  broken?: string;
}

interface Final {
  ok: boolean;
  bailout?: unknown;
  count: number;
  fail: number;
  failures: { tapError?: string | null }[];
}

/** What runners remark that is no title. */
const remarks =
  /^(?:Subtest(?:\b|:)|tests\b|pass\b|fail\b|ok$|skip\b|todo\b|time=|suites\b|cancelled\b|duration_ms\b|skipped\b|failed \d)/;

/**
 * Reads TAP. Runners that nest give a test its own subtest; tape instead writes a comment with the test's name before
 * the assertions that belong to it, so assertions at the top under a comment are counted under that name.
 */
export function readTap(output: string): Told {
  const found: SuiteTest[] = [];
  const titled = new Map<string, SuiteTest>();
  let title: string | undefined;
  let final: Final | undefined;
  const parser = new Parser();
  const nested = listenWithin(parser, [], found);
  parser.on('comment', (comment: string) => {
    const text = comment.replace(/^#\s*/, '').trim();
    if (!remarks.test(text)) title = text;
  });
  parser.on('assert', (result: Result) => {
    const one = testOf(result);
    if (title === undefined || nested.has(result.name)) return void found.push(one);
    const known = titled.get(title);
    if (!known) {
      const first = { ...one, name: title, ...(one.error ? { error: `${result.name}: ${one.error}` } : {}) };
      titled.set(title, first);
      found.push(first);
    } else if (!one.passed && known.passed) {
      known.passed = false;
      known.error = `${result.name}: ${one.error ?? 'not ok'}`;
    }
  });
  parser.on('complete', (results: Final) => {
    final = results;
  });
  parser.end(output);
  const broken = brokenBy(final, found);
  return { tests: found, ...(broken ? { broken } : {}) };
}

/** Hears of subtests at every depth, and gives the names of those right below. */
function listenWithin(parser: Parser, above: string[], found: SuiteTest[]): Set<string> {
  const nested = new Set<string>();
  parser.on('child', (child: Parser) => {
    nested.add(child.name);
    const path = [...above, child.name];
    const deeper = listenWithin(child, path, found);
    child.on('assert', (result: Result) => {
      if (deeper.has(result.name) || isTest(result.diag))
        found.push({ ...testOf(result), name: [...path, result.name].join(' > ') });
    });
  });
  return nested;
}

/** Node's own runner says of each result that it is a test or a suite; those of others may be assertions. */
function isTest(details: unknown): boolean {
  return /^(?:test|suite)$/.test(String(Object(details).type));
}

function testOf(result: Result): SuiteTest {
  const passed = result.ok || Boolean(result.todo) || Boolean(result.skip);
  return {
    name: result.name,
    passed,
    ...(result.skip || result.todo ? { skipped: true } : {}),
    ...(passed ? {} : { error: errorOf(result.diag) }),
  };
}

/** The part of a failure's details that says what is wrong. */
function errorOf(details: unknown): string {
  if (typeof details !== 'object' || details === null) return 'not ok';
  const told = details as Record<string, unknown>;
  const pair =
    'expected' in told || 'actual' in told ? `expected ${text(told.expected)}, got ${text(told.actual)}` : '';
  return (
    [told.error ?? told.message, pair, told.at && `at ${text(told.at)}`].filter(Boolean).join('; ').slice(0, 1_000) ||
    text(told).slice(0, 1_000)
  );
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
}

function brokenBy(final: Final | undefined, found: SuiteTest[]): string | undefined {
  if (!final || final.ok || found.some(({ passed }) => !passed)) return undefined;
  if (final.bailout) return `Bail out! ${text(final.bailout)}`;
  return final.failures.map(({ tapError }) => tapError).find(Boolean) ?? undefined;
}
