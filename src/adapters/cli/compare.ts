import type { Comparison } from '../../simulation/comparison/comparison.ts';
import { partingLine, rowLine } from '../../simulation/comparison/told.ts';
import { type Answer, pageLine } from './answer.ts';
import { readPlan } from './plan-file.ts';
import type { CliServices } from './services.ts';

const codes = { broke: 1, fixed: 0, same: 0, drifted: 0, unknown: 2 } as const;

/** `rehearse compare`: one plan on two revisions, side by side. Exit 1 when head breaks it, 2 when it cannot be told. */
export const compare =
  ({ mirror, compare }: CliServices) =>
  async (options: { repo: string; world?: string; plan: string; base: string; head?: string }): Promise<Answer> => {
    const plan = await readPlan(options.plan);
    const repository = await mirror(options.repo, options.world);
    const base = await repository.resolve(options.base);
    const head = await repository.resolve(options.head ?? (await repository.tip()));
    const { comparison: found, page } = await compare({
      repository: options.repo,
      plan,
      base: { revision: base, tree: await repository.tree(base) },
      head: { revision: head, tree: await repository.tree(head) },
    });
    return {
      text: [...comparisonLines(found, { base, head }), pageLine(page)].join('\n'),
      document: { base, head, comparison: found, page },
      code: codes[found.outcome],
    };
  };

function comparisonLines(found: Comparison, revisions: { base: string; head: string }): string[] {
  const { outcome, base, head, expectations, results, counts, differences, first } = found;
  const unlike = expectations.filter(({ isSame }) => !isSame);
  const groups = Object.entries(counts).map(
    ([name, { same, changed, missing, added }]) =>
      `${name} ${same} same, ${changed} changed, ${missing} missing, ${added} added`,
  );
  return [
    `${outcome.toUpperCase()}: ${base.outcome} at ${revisions.base.slice(0, 7)}, ${head.outcome} at ${revisions.head.slice(0, 7)}`,
    ...unlike.map(({ text, base: was, head: is }) => `  ${text}: ${was?.seen || 'met'} → ${is?.seen || 'met'}`),
    ...results.filter(({ isSame }) => !isSame).map(({ id }) => `  the result of ${id} differs`),
    ...(first ? ['They part at', `  ${partingLine(first)}`] : []),
    ...groups,
    ...differences.filter(({ group }) => group !== 'calls' && group !== 'logs').map((row) => `  ${rowLine(row)}`),
    `traces ${base.trace.slice(0, 16)} ${head.trace.slice(0, 16)}`,
  ];
}
