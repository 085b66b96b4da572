import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import type { Deed } from '../../scenarios/deed.ts';
import type { Address } from '../../scenarios/report.ts';
import type { Intake } from './intake.ts';
import { actions } from './views/buttons.ts';

const deeds: [action: string, deed: Deed][] = [
  [actions.keep, { kind: 'keep' }],
  [actions.discard, { kind: 'discard' }],
  [actions.notABug, { kind: 'not-a-bug' }],
  [actions.asNew, { kind: 'new' }],
];

/** A person decides what becomes of a scenario. */
export function listenForDecisions(app: App, intake: Intake): void {
  app.action(actions.showRun, ({ ack }) => ack());
  for (const [action, deed] of deeds) {
    app.action<BlockAction<ButtonAction>>(action, async ({ body, action: pressed, ack }) => {
      await intake.take({ keys: [pressOf(body, pressed)], address: addressOf(body), by: body.user.id, deed });
      await ack();
    });
  }
  app.action<BlockAction<ButtonAction>>(actions.whatIf, async ({ body, action: pressed, ack }) => {
    await intake.whatIf({ keys: [pressOf(body, pressed)], address: addressOf(body) });
    await ack();
  });
}

/** The name under which one press of a button is heard only once. */
function pressOf(body: BlockAction, { action_id, action_ts }: ButtonAction): string {
  return `press:${body.channel?.id ?? ''}:${body.message?.ts}:${action_id}:${action_ts}:${body.user.id}`;
}

/** The thread under which a button stands. */
export function addressOf(body: BlockAction): Address {
  const { message, channel, team, user } = body;
  return {
    team: team?.id ?? user.team_id ?? '',
    channel: channel?.id ?? '',
    thread: String(message?.thread_ts ?? message?.ts ?? ''),
  };
}
