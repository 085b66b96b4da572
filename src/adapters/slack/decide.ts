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
      const address = addressOf(body);
      const keys = [
        `press:${address.channel}:${body.message?.ts}:${pressed.action_id}:${pressed.action_ts}:${body.user.id}`,
      ];
      await intake.take({ keys, address, by: body.user.id, deed });
      await ack();
    });
  }
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
