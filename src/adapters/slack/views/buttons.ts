import type { Button, KnownBlock } from '@slack/types';
import type { Report } from '../../../scenarios/report.ts';

/** The ids of the buttons under a report. */
export const actions = {
  keep: 'scenario_keep',
  edit: 'scenario_edit',
  discard: 'scenario_discard',
  notABug: 'scenario_not_a_bug',
  asNew: 'scenario_as_new',
  whatIf: 'scenario_what_if',
  /** Opens a page; Slack tells of it, and nobody needs to know. */
  showRun: 'show_run',
} as const;

/** What people may do with a report, as it stands. */
export function buttons(report: Report): KnownBlock[] {
  const { stage, scenario, known, page } = report;
  if (stage !== 'done' || !scenario) return [];
  const asNew = known.length > 0 ? [button('It is another one', actions.asNew)] : [];
  const keep =
    known.length === 0 && scenario.status !== 'kept' ? [button('Keep scenario', actions.keep, 'primary')] : [];
  const show = page?.address ? [{ ...button('Show the run', actions.showRun), url: page.address }] : [];
  const elements = [
    ...show,
    ...asNew,
    ...keep,
    ...(report.verdict ? [button('What if', actions.whatIf)] : []),
    button('Edit', actions.edit),
    ...(scenario.status === 'discarded' ? [] : [button('Discard', actions.discard)]),
    ...(scenario.status === 'not-a-bug' ? [] : [button('Not a bug', actions.notABug)]),
  ];
  const decided = {
    kept: ':pushpin: Kept. Fixes are checked against it from now on.',
    discarded: ':wastebasket: Discarded.',
    'not-a-bug': ':ok: Not a bug. Nothing is remembered of it.',
    drafted: '',
  };
  const told = decided[scenario.status];
  return [
    ...(told ? [{ type: 'section' as const, text: { type: 'mrkdwn' as const, text: told } }] : []),
    { type: 'actions', block_id: 'scenario', elements },
  ];
}

function button(text: string, action: string, style?: 'primary'): Button {
  return { type: 'button', text: { type: 'plain_text', text }, action_id: action, ...(style ? { style } : {}) };
}
