import { steps } from '../../scenarios/steps.ts';
import type { Simulation } from '../../simulation/simulation.ts';
import { type Answer, codeOf, pageLine } from './answer.ts';
import { readPlan } from './plan-file.ts';
import type { CliServices } from './services.ts';

/** `rehearse simulate`: one plan on one revision. */
export const simulate =
  ({ mirror, simulate, keepPage }: CliServices) =>
  async (options: { repo: string; world?: string; plan: string; rev?: string }): Promise<Answer> => {
    const plan = await readPlan(options.plan);
    const repository = await mirror(options.repo, options.world);
    const revision = await repository.resolve(options.rev ?? (await repository.tip()));
    const simulation = await simulate(plan, await repository.tree(revision));
    const { verdict, results, trace } = simulation;
    const page = await keepPage({ repository: options.repo, plan, revision, simulation });
    return {
      text: [
        ...steps(plan),
        '',
        ...verdictLines(revision, verdict),
        `${trace.counts.events} events, ${trace.counts.boundaries} boundaries, ${trace.counts.transitions} transitions; trace ${trace.hash.slice(0, 16)}`,
        pageLine(page),
      ].join('\n'),
      document: { revision, verdict, results, trace, page },
      code: codeOf(verdict.outcome),
    };
  };

/** A verdict as lines: what, where, why, and each expectation. */
export function verdictLines(revision: string, { outcome, reason, expectations }: Simulation['verdict']): string[] {
  const mark = (met: boolean | null) => (met === true ? '✓' : met === false ? '✗' : '?');
  return [
    `${outcome.toUpperCase()} at ${revision.slice(0, 7)}: ${reason}`,
    ...expectations.map(
      ({ text, met, seen }) => `  ${mark(met)} ${text}${met === false && seen ? `  (seen: ${seen})` : ''}`,
    ),
  ];
}
