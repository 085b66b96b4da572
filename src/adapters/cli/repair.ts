import { Failure } from '../../errors.ts';
import type { Answer, Terminal } from './answer.ts';
import { causeLines } from './bisect.ts';
import { fixLines } from './capture.ts';
import { readNeighbours, readPlan } from './plan-file.ts';
import type { CliServices } from './services.ts';

/**
 * `rehearse repair`: a patch that makes a violated plan hold, proved, or why there is none. Other plans that must not
 * change their verdict may be named. Exit 0 with a fix or nothing to mend, 1 without one, 2 when it cannot be told.
 */
export const repair =
  ({ mirror, simulate, diagnose, repair }: CliServices, terminal: Terminal) =>
  async (options: {
    repo: string;
    world?: string;
    plan: string;
    good?: string;
    bad?: string;
    neighbour?: string[];
  }): Promise<Answer> => {
    const plan = await readPlan(options.plan);
    const neighbours = await readNeighbours(options.neighbour);
    const repository = await mirror(options.repo, options.world);
    const head = await repository.resolve(options.bad ?? (await repository.tip()));
    const good = options.good ? await repository.resolve(options.good) : undefined;
    const { verdict } = await simulate(plan, await repository.tree(head));
    if (verdict.outcome === 'holds')
      return { text: `HOLDS at ${head.slice(0, 7)}: there is nothing to mend.`, document: { head, verdict }, code: 0 };
    if (verdict.outcome === 'unknown')
      throw new Failure('BISECT_IMPOSSIBLE', { at: head.slice(0, 7), reason: verdict.reason });
    const cause = await diagnose({
      mirror: repository,
      plan,
      bad: head,
      good,
      neighbours: neighbours.map((one) => one.plan),
      onProgress: terminal.progress,
    });
    terminal.progress('proving a fix …');
    const known = 'commit' in cause ? { cause } : { suspicion: cause.suspicion };
    const fix = await repair({ mirror: repository, plan, head, neighbours, ...known });
    return {
      text: [...causeLines(cause), '', ...fixLines(fix)].join('\n'),
      document: { head, verdict, cause, fix },
      code: 'patch' in fix ? 0 : 1,
    };
  };
