import type { KnownBlock } from '@slack/types';
import { describe, expect, it } from 'vitest';
import { reportView } from '../../../../src/adapters/slack/views/report.ts';
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

  it('lets no foreign text mention, link or leave its code', () => {
    const scenario = { ...violated.scenario, title: hostile, narrative: hostile, steps: [hostile] } as NonNullable<
      Report['scenario']
    >;
    const cause = { ...violated.cause, text: hostile, file: hostile } as NonNullable<Report['cause']>;
    const text = textOf(reportView({ ...violated, scenario, cause, failed: hostile }).blocks);
    expect(text).not.toMatch(/<!channel>|<https:\/\/evil/);
    expect(text.split('```').length % 2).toBe(1);
  });

  it('stays within the limits of Slack whatever it is given', () => {
    const long = 'x'.repeat(50_000);
    const report: Report = {
      ...violated,
      scenario: { ...violated.scenario, title: long, narrative: long, steps: Array(500).fill(long) } as NonNullable<
        Report['scenario']
      >,
      fix: { kind: 'revert', patch: `${long}\n`.repeat(10), summary: long, proofs: [] },
      cause: { ...violated.cause, text: long } as NonNullable<Report['cause']>,
    };
    const { text, blocks } = reportView(report);
    expect(text.length).toBeLessThanOrEqual(3_000);
    expect(blocks.length).toBeLessThanOrEqual(50);
    for (const block of blocks)
      if (block.type === 'section') expect(block.text?.text.length).toBeLessThanOrEqual(3_000);
    expect(JSON.stringify(blocks).length).toBeLessThan(13_200);
  });
});

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
