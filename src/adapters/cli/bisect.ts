import { apart } from '../../diagnosis/apart.ts';
import type { BlastRadius } from '../../diagnosis/blast/blast-radius.ts';
import { blastGroups, uncoveredSentence } from '../../diagnosis/blast/told.ts';
import {
  cutSentence,
  type GuiltyCall,
  placeText,
  type RootCause,
  suspicionLines,
  type Undiagnosed,
  verbs,
} from '../../diagnosis/root-cause.ts';
import { Failure } from '../../errors.ts';
import { partingLine } from '../../simulation/comparison/told.ts';
import type { Answer, Terminal } from './answer.ts';
import { readNeighbours, readPlan } from './plan-file.ts';
import type { CliServices } from './services.ts';

/**
 * `rehearse bisect`: the commit and the lines that broke a plan. Plans of neighbouring scenarios tell what else is hit,
 * and what stands out where no revision ever held. Exit 1 when found, 0 when it holds, 2 when it cannot be told.
 */
export const bisect =
  ({ mirror, simulate, diagnose, blast }: CliServices, terminal: Terminal) =>
  async (options: {
    repo: string;
    world?: string;
    plan: string;
    good?: string;
    bad?: string;
    neighbour?: string[];
  }): Promise<Answer> => {
    const plan = await readPlan(options.plan);
    const others = await readNeighbours(options.neighbour);
    const repository = await mirror(options.repo, options.world);
    const bad = await repository.resolve(options.bad ?? (await repository.tip()));
    const good = options.good ? await repository.resolve(options.good) : undefined;
    const { verdict } = await simulate(plan, await repository.tree(bad));
    if (verdict.outcome === 'holds')
      return {
        text: `HOLDS at ${bad.slice(0, 7)}: there is nothing to search for.`,
        document: { bad, verdict },
        code: 0,
      };
    if (verdict.outcome === 'unknown')
      throw new Failure('BISECT_IMPOSSIBLE', { at: bad.slice(0, 7), reason: verdict.reason });
    const neighbours = others.map((one) => one.plan);
    const cause = await diagnose({ mirror: repository, plan, bad, good, neighbours, onProgress: terminal.progress });
    if (!('commit' in cause)) return { text: causeLines(cause).join('\n'), document: { bad, verdict, cause }, code: 2 };
    const own = { title: 'this plan', plan, tags: [] };
    const hit = await blast({
      mirror: repository,
      head: bad,
      cause,
      own,
      others: others.map((one) => ({ ...one, tags: [] })),
    });
    return {
      text: [...causeLines(cause), '', ...blastLines(hit)].join('\n'),
      document: { bad, verdict, cause, blast: hit },
      code: 1,
    };
  };

/** A root cause as lines. */
export function causeLines(cause: RootCause | Undiagnosed): string[] {
  if (!('commit' in cause)) {
    const likely = cause.suspicion
      ? ['Likely, not proven:', ...suspicionLines(cause.suspicion).map((said) => `  ${said}`)]
      : [];
    return [`Root cause not found: ${cause.reason}`, ...likely];
  }
  const { commit, text, functions, hunks, simulations, revision, guilty, evidence, isCut } = cause;
  const body = commit.body.trim();
  return [
    `Root cause ${placeText(cause)}${revision ? ` at ${revision.slice(0, 7)}` : ''}${functions[0] ? ` in ${functions[0].name}` : ''}`,
    `  ${text.trim()}`,
    `came with ${commit.id.slice(0, 7)} ${commit.subject} (${commit.author}, ${commit.at.slice(0, 10)})`,
    ...(body ? body.split('\n').map((said) => `  > ${said}`) : []),
    ...(guilty ? guiltyLines(guilty) : []),
    ...(!guilty && evidence?.first ? ['They part at', `  ${partingLine(evidence.first)}`] : []),
    ...(evidence
      ? [`shown by traces ${evidence.base.trace.slice(0, 16)} and ${evidence.head.trace.slice(0, 16)}`]
      : []),
    `${hunks.length} ${hunks.length === 1 ? 'hunk flips' : 'hunks flip'} the verdict${isCut ? ` (${cutSentence})` : ''}; ${simulations} simulations`,
    ...hunks.flatMap(({ file: at, newStart, removed, added }) => [
      `  ${placeText({ file: at, line: newStart })}`,
      ...removed.map((was) => `  - ${was}`),
      ...added.map((is) => `  + ${is}`),
    ]),
  ];
}

function guiltyLines({ name, service, at, args, base, head, isChanged }: GuiltyCall): string[] {
  const [was, is] = apart(base.text, head.text);
  return [
    `First to differ ${name} ${at.file}:${at.line} in ${service}${isChanged ? '' : ', which stands on what was changed'}`,
    `  given ${args.slice(0, 200) || 'nothing'}`,
    `  before ${verbs[base.kind]} ${was}`.trimEnd(),
    `  now    ${verbs[head.kind]} ${is}`.trimEnd(),
  ];
}

/** A blast radius as lines. */
export function blastLines(blast: BlastRadius): string[] {
  const groups = blastGroups(blast).map(({ title, items }) => `  ${title}: ${items.slice(0, 8).join(', ')}`);
  return ['Blast radius, as seen in simulations', ...groups, `  ${uncoveredSentence(blast)}`];
}
