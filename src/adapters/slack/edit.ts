import type { App, BlockAction, ButtonAction } from '@slack/bolt';
import { isFailure } from '../../errors.ts';
import type { Address } from '../../scenarios/report.ts';
import { type Plan, parsePlan } from '../../simulation/plan.ts';
import { addressOf } from './decide.ts';
import type { Intake } from './intake.ts';
import { actions } from './views/buttons.ts';
import { editedFrom, editModal, editView, problemsOf } from './views/edit-modal.ts';

/** A person mends the scenario in a modal; what does not parse is said at its field, and nothing is lost. */
export function listenForEdits(app: App, intake: Intake): void {
  app.action<BlockAction<ButtonAction>>(actions.edit, async ({ body, ack, client }) => {
    await ack();
    const address = addressOf(body);
    const scenario = await intake.scenario(address);
    if (scenario) await client.views.open({ trigger_id: body.trigger_id, view: editView(scenario, address) });
  });

  app.view(editModal, async ({ view, body, ack }) => {
    const edited = editedFrom(view.state.values);
    if ('problems' in edited) return ack({ response_action: 'errors', errors: edited.problems });
    const plan = planFrom(edited.plan);
    if ('problems' in plan) return ack({ response_action: 'errors', errors: problemsOf(plan.problems) });
    const address = addressFrom(view.private_metadata);
    const deed = { kind: 'edit', title: edited.title, narrative: edited.narrative, plan: plan.plan } as const;
    await intake.take({ keys: [`view:${view.id}:${view.hash}`], address, by: body.user.id, deed });
    await ack();
  });
}

function planFrom(input: unknown): { plan: Plan } | { problems: string[] } {
  try {
    return { plan: parsePlan(input) };
  } catch (thrown) {
    if (!isFailure(thrown) || !Array.isArray(thrown.facts.problems)) throw thrown;
    return { problems: thrown.facts.problems };
  }
}

function addressFrom(metadata: string): Address {
  const { team, channel, thread } = JSON.parse(metadata) as Address;
  return { team: String(team), channel: String(channel), thread: String(thread) };
}
