import type { KnownBlock } from '@slack/types';
import { differenceOf } from '../../../scenarios/difference.ts';
import type { Report, Stage, ToldVerdict } from '../../../scenarios/report.ts';
import type { Expectation } from '../../../simulation/verdict.ts';
import { blast } from './blast.ts';
import { buttons } from './buttons.ts';
import { cause } from './cause.ts';
import { fix } from './fix.ts';
import { clip, code, fence, plain } from './mrkdwn.ts';
import { section } from './section.ts';

/** A message: its blocks, and the one line that notifications show. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** A report as one Slack message: verdict first, then the scenario, the root cause, the fix, and what people may do. */
export function reportView(report: Report): Message {
  const headline = headlineOf(report);
  const done = report.stage === 'done';
  const blocks = [
    section(headline),
    ...(report.missing && done
      ? [section(`*${plain(report.missing.question)}*\nAnswer in this thread and I go on from here.`)]
      : []),
    ...known(report),
    ...scenario(report),
    ...expectations(report),
    ...cause(report),
    ...blast(report),
    ...fix(report),
    ...(done ? footer(report) : [progress(report.stage)]),
    ...buttons(report),
  ];
  return { text: clip(headline, 3_000), blocks };
}

/** A sentence as a message. */
export function sentenceView(text: string): Message {
  return { text: plain(text), blocks: [section(plain(text))] };
}

function headlineOf(report: Report): string {
  const { verdict, missing, failed, stage } = report;
  if (failed) return `:warning: ${plain(failed)}`;
  if (stage !== 'done' && !verdict) return `:hourglass_flowing_sand: ${doing[stage]}`;
  if (missing) return `:speech_balloon: ${plain(missing.sentence)}`;
  if (report.known.length > 0) return ':books: This may be remembered already.';
  if (!verdict) return ':white_circle: Nothing was simulated.';
  const at = code(verdict.revision.slice(0, 7));
  if (verdict.outcome === 'violated') return `:red_circle: *Violated* at ${at}: ${whyViolated(verdict)}`;
  if (verdict.outcome === 'holds') return `:large_green_circle: *Holds* at ${at}: ${plain(verdict.reason)}`;
  return `:white_circle: *Unknown* at ${at}: ${plain(verdict.reason)}`;
}

function whyViolated({ expectations, reason }: ToldVerdict): string {
  const [first, ...others] = expectations.filter(({ met }) => met === false);
  if (!first) return plain(reason);
  return others.length === 0 ? differing(first) : `${differing(first)}, and ${others.length} more`;
}

function differing(expectation: Expectation): string {
  const { subject, expected, seen } = differenceOf(expectation);
  if (expected !== undefined && seen !== undefined)
    return `${code(subject)} is ${code(seen)}, expected ${code(expected)}`;
  return `expected ${code(subject)}${seen ? `, seen ${code(seen)}` : ''}`;
}

const doing: Record<Stage, string> = {
  reading: 'Reading the thread …',
  drafting: 'Drafting a scenario and grounding it in code …',
  recalling: 'Looking whether this is remembered already …',
  simulating: 'Simulating it on the default branch …',
  explaining: 'It is violated. Searching history for the commit and the lines that broke it …',
  mending: 'Root cause found. Proving a fix …',
  done: 'Done.',
};

function progress(stage: Stage): KnownBlock {
  const stages: [Stage, string][] = [
    ['reading', 'read'],
    ['drafting', 'drafted'],
    ['simulating', 'simulated'],
    ['explaining', 'explained'],
    ['mending', 'fix proved'],
  ];
  const now = stages.findIndex(([name]) => name === (stage === 'recalling' ? 'simulating' : stage));
  const marks = stages.map(([, word], index) =>
    index < now ? `:white_check_mark: ${word}` : index === now ? `*${word} …*` : word,
  );
  return { type: 'context', elements: [{ type: 'mrkdwn', text: `${doing[stage]}\n${marks.join('  ·  ')}` }] };
}

function scenario({ scenario }: Report): KnownBlock[] {
  if (!scenario) return [];
  return [
    section(`*${plain(clip(scenario.title, 200))}*\n${plain(clip(scenario.narrative, 900))}`),
    section(fence(scenario.steps.join('\n'), 2_000)),
  ];
}

function expectations({ verdict, stage }: Report): KnownBlock[] {
  const unmet = verdict?.expectations.filter((expectation) => expectation.met === false) ?? [];
  // One alone stands in the headline already.
  if (unmet.length < 2 || stage !== 'done') return [];
  const lines = unmet.slice(0, 5).map((expectation) => `• ${differing(expectation)}`);
  const more = unmet.length > 5 ? [`• and ${unmet.length - 5} more`] : [];
  return [section([...lines, ...more].join('\n'))];
}

function known(report: Report): KnownBlock[] {
  if (report.known.length === 0 || report.stage !== 'done') return [];
  const lines = report.known.map(
    ({ title, permalink }) => `• ${permalink ? `<${permalink}|${plain(title)}>` : plain(title)}`,
  );
  return [section(`These kept scenarios say the same, or nearly:\n${lines.join('\n')}`)];
}

function footer(report: Report): KnownBlock[] {
  const { scenario, verdict, cause: why, decidedBy } = report;
  const maker =
    scenario && (scenario.maker.kind === 'model' ? `drafted by ${scenario.maker.name}` : 'drafted by rules, no model');
  const instead =
    scenario?.maker.kind === 'rules' && scenario.maker.insteadOf
      ? `the model was not used: ${scenario.maker.insteadOf}`
      : undefined;
  const notes = [
    maker,
    instead,
    verdict && verdict.outcome !== 'unknown' ? tiers[verdict.tier] : undefined,
    why && why.simulations > 0 ? `${why.simulations} simulations to explain it` : undefined,
  ].flatMap((note) => (note === undefined ? [] : [plain(note)]));
  if (decidedBy) notes.push(`decided by <@${decidedBy.replaceAll(/[^A-Z0-9]/g, '')}>`);
  if (notes.length === 0) return [];
  return [
    {
      type: 'context',
      elements: [
        {
          type: 'mrkdwn',
          text: clip(notes.join('  ·  '), 1_900),
        },
      ],
    },
  ];
}

const tiers = {
  executed: 'real code executed in a modelled world',
  carried: 'carried: nothing it touched has changed',
  reasoned: 'reasoned by a model, not executed',
};
