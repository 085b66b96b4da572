import type { ModalView } from '@slack/types';
import { parse, stringify } from 'yaml';
import type { Address } from '../../../scenarios/report.ts';
import type { Scenario } from '../../../scenarios/scenario.ts';
import type { Plan } from '../../../simulation/plan.ts';
import { clip } from './mrkdwn.ts';

/** The callback id of the modal. */
export const editModal = 'scenario_edited';

/** What a text field of a Slack modal holds. */
const fieldLimit = 3_000;

const parts = ['world', 'given', 'when', 'then'] as const;

/** The modal in which a person mends a scenario: words, and the plan's steps part by part as YAML. */
export function editView(scenario: Scenario, address: Address): ModalView {
  const texts = parts.map((part) => [part, yaml(scenario.plan[part])] as const);
  if (texts.some(([, text]) => text.length > fieldLimit)) return tooLong();
  return {
    type: 'modal',
    callback_id: editModal,
    private_metadata: JSON.stringify(address),
    title: { type: 'plain_text', text: 'Edit scenario' },
    submit: { type: 'plain_text', text: 'Simulate' },
    close: { type: 'plain_text', text: 'Cancel' },
    blocks: [
      input('title', 'What ought to hold', clip(scenario.title, 300), false),
      input('narrative', 'In plain words', clip(scenario.narrative, 2_900), true),
      ...texts.map(([part, text]) => input(part, headings[part], text, true)),
    ],
  };
}

const headings = { world: 'World (clock, env, flags, faults)', given: 'Given', when: 'When', then: 'Then' };

function tooLong(): ModalView {
  const text =
    'This plan is longer than a Slack modal can hold. Shorten what was pasted in the thread and ask again, or simulate a plan file with `npx rehearse simulate --plan`.';
  return {
    type: 'modal',
    title: { type: 'plain_text', text: 'Edit scenario' },
    close: { type: 'plain_text', text: 'Close' },
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }],
  };
}

/** What a person wrote: the plan is unparsed, or problems name the field and what is wrong. */
export type Edited = { title: string; narrative: string; plan: unknown } | { problems: Record<string, string> };

/** Reads the modal back. */
export function editedFrom(values: Record<string, Record<string, { value?: string | null }>>): Edited {
  const text = (name: string) => values[name]?.[name]?.value ?? '';
  const problems: Record<string, string> = {};
  const plan: Record<string, unknown> = { plan: 1 };
  for (const part of parts) {
    try {
      const read: unknown = parse(text(part), { maxAliasCount: 0 });
      if (read !== null && read !== undefined) plan[part] = read;
    } catch (thrown) {
      problems[part] =
        `This is not YAML: ${thrown instanceof Error ? clip(thrown.message.split('\n')[0] ?? '', 120) : 'it does not parse'}`;
    }
  }
  if (text('title').trim() === '') problems.title = 'Say in one line what ought to hold.';
  return Object.keys(problems).length > 0
    ? { problems }
    : { title: text('title').trim(), narrative: text('narrative').trim(), plan };
}

/** Problems of a plan, each at the field of the part it concerns. */
export function problemsOf(problems: string[]): Record<string, string> {
  const at = (problem: string) => parts.find((part) => problem.startsWith(part)) ?? 'when';
  return Object.fromEntries(problems.toReversed().map((problem) => [at(problem), clip(problem, 150)]));
}

function yaml(part: Plan[(typeof parts)[number]]): string {
  return part === undefined || (Array.isArray(part) && part.length === 0) ? '' : stringify(part, { lineWidth: 0 });
}

function input(name: string, label: string, value: string, multiline: boolean): ModalView['blocks'][number] {
  return {
    type: 'input',
    block_id: name,
    optional: name === 'world' || name === 'given' || name === 'narrative',
    label: { type: 'plain_text', text: label },
    element: {
      type: 'plain_text_input',
      action_id: name,
      multiline,
      max_length: 3_000,
      initial_value: clip(value, 3_000),
    },
  };
}
