import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { reportView } from '../../../../src/adapters/slack/views/report.ts';
import type { BlastRadius } from '../../../../src/diagnosis/blast/blast-radius.ts';
import type { GuiltyCall } from '../../../../src/diagnosis/root-cause.ts';
import type { Report } from '../../../../src/scenarios/report.ts';

const hostile = '<!channel> <https://evil.example|click> `x` ```\n*bold*';
const violated: Report = {
  stage: 'done',
  repository: 'shop',
  codeUrl: 'https://code.example/{commit}/{file}#L{line}',
  known: [],
  scenario: {
    id: 'id',
    title: 'An EU invoice is rounded once',
    narrative: 'The total was a cent too high.',
    steps: [
      'Given it is 2026-03-31T23:59:30Z',
      'When POST /subscriptions/42/plan is sent to billing',
      'Then change.body.total = 1000',
    ],
    maker: { kind: 'rules' },
    status: 'drafted',
  },
  verdict: {
    revision: 'abcdef1234567',
    outcome: 'violated',
    reason: 'change.body.total was 1001',
    tier: 'executed',
    expectations: [{ index: 0, text: 'change.body.total = 1000', met: false, seen: 'change.body.total is 1001' }],
  },
  cause: {
    commit: {
      id: '1234567890',
      parents: [],
      author: 'Billing Team',
      at: '2026-02-03T10:00:00Z',
      subject: 'Round each line',
      body: 'Accounting asked for it.',
    },
    good: 'fff',
    hunks: [{ file: 'a/b.ts', oldStart: 4, oldLines: 1, newStart: 4, newLines: 1, removed: ['x'], added: ['y'] }],
    file: 'a/b.ts',
    line: 4,
    text: '  return y;',
    functions: [{ name: 'prorate', file: 'a/b.ts', line: 1, endLine: 9 }],
    simulations: 12,
  },
  fix: {
    kind: 'revert',
    patch: '--- a/a/b.ts\n+++ b/a/b.ts\n@@ -4 +4 @@\n-y\n+x\n',
    summary: 'Undoes one hunk.',
    proofs: [{ scenario: 'this', before: 'violated', after: 'holds' }],
  },
};

describe('the report in Slack', () => {
  it('says the verdict first, then scenario, root cause, fix, proof, and what people may do', () => {
    expect(reportView(violated)).toMatchSnapshot();
  });

  it('tells what the gate found besides the scenarios, what was refused, and what it cost', () => {
    const fix: NonNullable<Report['fix']> = {
      kind: 'template',
      patch: '--- a/a.ts\n+++ b/a.ts\n@@ -4 +4 @@\n-y\n+x\n',
      summary: 'Rounding: putting Math.round for Math.floor brings the behaviour back.',
      proofs: [
        {
          scenario: 'this',
          before: 'violated',
          after: 'holds',
          traces: { before: 'a'.repeat(64), after: 'b'.repeat(64) },
        },
      ],
      tests: {
        files: ['test/a.test.ts'],
        passed: 14,
        failedBefore: 1,
        undone: [],
        notRun: [{ file: 'test/b.test.ts', why: 'no more than 12 files are run' }],
      },
      types: { outcome: 'clean', says: 'TypeScript finds no new error in the 2 files changed and importing.' },
      refused: [{ kind: 'revert', what: 'undoing one change in a.ts', reason: `it would break "${hostile}"` }],
      spent: { simulations: 21, candidates: 4 },
    };
    const text = textOf(reportView({ ...violated, fix }).blocks);
    expect(text).toContain('violated (trace `aaaaaaaa`), with it it *holds* (trace `bbbbbbbb`)');
    expect(text).toContain(
      '14 tests of the repository’s own in test/a.test.ts pass as before; 1 failed before already.',
    );
    expect(text).toContain('Not run: test/b.test.ts (no more than 12 files are run).');
    expect(text).toContain('no new error in the 2 files');
    expect(text).toContain('refused: undoing one change in a.ts');
    expect(text).toContain('4 candidates, 21 simulations to find and prove it');
    expect(text).not.toMatch(/<!channel>|<https:\/\/evil/);
  });

  it('says of every candidate why it was refused, where there is no fix', () => {
    const refused = ['one', 'two'].map((what) => ({ kind: 'revert' as const, what, reason: 'it would break another' }));
    const fix = { reason: 'one: …; two: …', refused, spent: { simulations: 9, candidates: 2 } };
    const text = textOf(reportView({ ...violated, fix }).blocks);
    expect(text).toContain('*No fix is offered*: every candidate was refused.\n• one: it would break another\n• two');
  });

  it('asks its question and offers nothing to keep when the thread could not be grounded', () => {
    const { blocks } = reportView({
      stage: 'done',
      repository: 'shop',
      known: [],
      missing: { sentence: 'No call is named.', question: 'Which request?' },
    });
    expect(textOf(blocks)).toContain('Which request?');
    expect(blocks.some(({ type }) => type === 'actions')).toBe(false);
  });

  it('shows the first call that differs with both results, and whom it hits, seen apart from read', () => {
    const cause = { ...violated.cause, guilty: guilty('part') } as NonNullable<Report['cause']>;
    const text = textOf(reportView({ ...violated, cause, blast: blast('orders') }).blocks);
    expect(text).toContain(
      '*First to differ* `part` <https://code.example/1234567890/part#L3|part:3>: given `part` it gave `part` before and threw `part` now',
    );
    expect(text).toContain('*Blast radius*, as seen in simulations\n• Scenarios: orders (violated, ran 2 times)');
    expect(text).toContain('• Customers: orders');
    expect(text).toContain(
      'run in none of the 3 scenarios looked at (2 left out): 1 function and 1 route, such as orders.',
    );
  });

  it('lets no foreign text mention, link or leave its code', () => {
    const scenario = { ...violated.scenario, title: hostile, narrative: hostile, steps: [hostile] } as NonNullable<
      Report['scenario']
    >;
    const cause = { ...violated.cause, text: hostile, file: hostile, guilty: guilty(hostile) } as NonNullable<
      Report['cause']
    >;
    const text = textOf(reportView({ ...violated, scenario, cause, blast: blast(hostile), failed: hostile }).blocks);
    expect(text).not.toMatch(/<!channel>|<https:\/\/evil/);
    expect(text.split('```').length % 2).toBe(1);
  });

  it('says that fewer changes might do where the search for fewer was ended', () => {
    const cause = { ...violated.cause, isCut: true } as NonNullable<Report['cause']>;
    expect(textOf(reportView({ ...violated, cause }).blocks)).toContain(
      'perhaps not every change named is needed: the search for fewer ended at its limit',
    );
  });

  it('closes its code where the signs of a patch are longer than they look', () => {
    const patch = `--- a/a.tsx\n+++ b/a.tsx\n@@ -1 +1 @@\n${'+<b>{a && b}</b>\n'.repeat(110)}`;
    const fix = { ...violated.fix, patch } as NonNullable<Report['fix']>;
    for (const block of reportView({ ...violated, fix }).blocks) {
      const text = block.type === 'section' ? (block.text?.text ?? '') : '';
      expect(text.split('```').length % 2).toBe(1);
      expect(text.length).toBeLessThanOrEqual(3_000);
    }
  });

  it('stays within the limits of Slack whatever it is given', () => {
    const long = 'x'.repeat(50_000);
    const report: Report = {
      ...violated,
      scenario: { ...violated.scenario, title: long, narrative: long, steps: Array(500).fill(long) } as NonNullable<
        Report['scenario']
      >,
      fix: {
        kind: 'revert',
        patch: `${long}\n`.repeat(10),
        summary: long,
        proofs: [],
        tests: {
          files: Array(9).fill(long),
          passed: 1,
          failedBefore: 1,
          undone: Array(9).fill(long),
          notRun: Array(9).fill({ file: long, why: long }),
        },
        types: { outcome: 'clean', says: long },
        refused: Array(12).fill({ kind: 'revert', what: long, reason: long }),
        spent: { simulations: 9, candidates: 9, stopped: long },
      },
      cause: { ...violated.cause, text: long, guilty: guilty(long) } as NonNullable<Report['cause']>,
      blast: blast(long),
    };
    const { text, blocks } = reportView(report);
    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks)
      if (block.type === 'section') expect(block.text?.text.length).toBeLessThanOrEqual(3_000);
    expect(JSON.stringify(blocks).length).toBeLessThan(13_200);
  });
});

function guilty(text: string): GuiltyCall {
  return {
    service: text,
    name: text,
    at: { revision: '1234567890', file: text, line: 3, text },
    args: text,
    base: { kind: 'return', text },
    head: { kind: 'throw', text },
    isChanged: true,
    calls: { base: 1, head: 1 },
  };
}

function blast(name: string): BlastRadius {
  const hits = Array.from({ length: 20 }, () => ({ name, scenarios: 1, calls: 2 }));
  const site = { name, file: name, line: 1, endLine: 2 };
  return {
    ...{ revision: 'abc', code: [site], routes: hits, tables: hits, queues: hits, flags: hits, settings: hits },
    ...{ workflows: hits, customers: hits, metrics: hits, looked: { at: 3, leftOut: 2 } },
    scenarios: [{ title: name, outcome: 'violated', reason: name, calls: 2, trace: 't' }],
    uncovered: { functions: [site], routes: [site], modules: 2, isCut: false },
    fragile: [{ id: 'f', title: name, commits: 3, lastAt: '2026-01-01T00:00:00.000Z' }],
  };
}

function textOf(blocks: KnownBlock[]): string {
  return blocks
    .flatMap((block) =>
      block.type === 'section'
        ? [block.text?.text]
        : block.type === 'context'
          ? block.elements.map((element) => ('text' in element ? element.text : ''))
          : [],
    )
    .join('\n');
}
