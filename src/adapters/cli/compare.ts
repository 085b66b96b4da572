import type { Comparison, PartedCall, Parting, Placed, Row } from '../../simulation/comparison/comparison.ts';
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

/** The point at which two traces part, in one line. */
export function partingLine(parting: Parting): string {
  return parting.kind === 'call' ? partedLine(parting.call) : rowLine(parting.row);
}

function partedLine({ service, name, file, line, args, base, head, did }: PartedCall): string {
  const what = did ? rowLine(did) : `${base?.kind ?? ''} ${base?.text ?? ''} → ${head?.kind ?? ''} ${head?.text ?? ''}`;
  return `${service} ${name}(${args.slice(0, 120)}) ${file}:${line}  ${what.slice(0, 300)}`;
}

function rowLine({ kind, service, base, head }: Row): string {
  return `${kind} ${service}  ${told(base)}${base && head ? ' → ' : ''}${told(head)}`;
}

function told(event: Placed | undefined): string {
  if (!event) return '';
  return `${event.kind} ${event.what.slice(0, 120)} ${event.value?.text.slice(0, 160) ?? ''}`
    .replace(/\s+/g, ' ')
    .trim();
}
