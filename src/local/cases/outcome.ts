import type { Fix, Refused } from '../../repair/fix.ts';

/** How one case came out. */
export interface Outcome {
  id: string;
  /** Every claim true: `right`; any claim that the truth contradicts: `wrong`; else `unknown`. */
  said: 'right' | 'wrong' | 'unknown';
  right: boolean;
  /** Why it is not right, in words. */
  why: string;
  /** Plans that were made or given, and how their verdicts came out. */
  plans: { total: number; right: number; wrong: number; unknown: number };
  culprit?: boolean;
  file?: boolean;
  function?: boolean;
  fix?: boolean;
  /** How the fix came about, what the gate found and what it cost; or why there is none. */
  repair?: Record<string, unknown>;
  /** A change without an effect about which nothing was said. */
  silent?: boolean;
  simulations: number;
  seconds: number;
  /** What was claimed, so that a miss can be looked into. */
  claims?: Record<string, unknown>;
}

/** The counts over all cases, those that apply to their kind. */
export function summarise(kind: 'calls' | 'pulls' | 'refactors', outcomes: Outcome[]): Record<string, number> {
  const many = (whether: (outcome: Outcome) => boolean | undefined) => outcomes.filter(whether).length;
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + of(outcome), 0);
  const byPlan = {
    right: sum(({ plans }) => plans.right),
    wrong: sum(({ plans }) => plans.wrong),
    unknown: sum(({ plans }) => plans.unknown),
  };
  const byCase = {
    right: many(({ said }) => said === 'right'),
    wrong: many(({ said }) => said === 'wrong'),
    unknown: many(({ said }) => said === 'unknown'),
  };
  const found = {
    culprit: many(({ culprit }) => culprit),
    file: many(({ file }) => file),
    function: many((outcome) => outcome.function),
    fix: many(({ fix }) => fix),
  };
  return {
    cases: outcomes.length,
    plans: sum(({ plans }) => plans.total),
    ...(kind === 'calls' ? byCase : byPlan),
    ...(kind === 'refactors' ? { silent: many(({ silent }) => silent) } : found),
    simulations: sum(({ simulations }) => simulations),
    seconds: Math.round(sum(({ seconds }) => seconds) * 10) / 10,
  };
}

/** The outcomes as lines for a terminal. */
export function told(summary: Record<string, number>, outcomes: Outcome[]): string {
  const lines = outcomes.map(
    ({ id, said, why, simulations, seconds }) =>
      `${said.padEnd(8)}${id.padEnd(26)}${String(simulations).padStart(4)} simulations ${seconds.toFixed(1).padStart(6)} s  ${why}`,
  );
  const counts = Object.entries(summary).map(([name, count]) => `${name} ${count}`);
  return [...lines, '', counts.join(' · ')].join('\n');
}

/** Of a fix, or of there being none, what a reader of figures wants. */
export function repairOf(found: Fix | Refused): Record<string, unknown> {
  if (!('patch' in found)) return { ...found };
  const { kind, summary, patch, tests, types, refused, spent } = found;
  return {
    kind,
    summary,
    lines: patch.split('\n').filter((line) => /^[-+](?![-+]{2})/.test(line)).length,
    tests,
    types,
    refused,
    spent,
  };
}
