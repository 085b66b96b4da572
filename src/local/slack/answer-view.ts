import type { Actor } from './interactions.ts';
import type { View } from './view.ts';
import { Refusal } from './web-api/refusal.ts';
import { checkedView, replaceView, showView } from './web-api/views.ts';

interface ResponseAction {
  response_action?: 'errors' | 'update' | 'push' | 'clear';
  errors?: Record<string, string>;
  view?: Record<string, unknown>;
}

/** Does what the app answered to a submitted modal: errors at the fields, another view, or the modal closes. */
export function answerView(actor: Actor, view: View, answer: unknown): Record<string, string> | undefined {
  const { state, workspace } = actor;
  const { response_action, errors, view: next } = (answer ?? {}) as ResponseAction;
  if (response_action === 'errors') return errors ?? {};
  try {
    if (response_action === 'update') replaceView(actor, view, checkedView(next));
    else if (response_action === 'push')
      showView(actor, view.user, checkedView(next), { previousId: view.id, rootId: view.rootId });
    else close(actor, view, response_action === 'clear');
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    const sentence = `${state.app.name} answered with a view that Slack would refuse: ${thrown.details.join(' ')}`;
    state.changes.tell({ kind: 'notice', team: workspace.team.id, user: view.user, sentence });
  }
  return undefined;
}

function close({ state, workspace }: Actor, view: View, all: boolean): void {
  for (const other of [...workspace.views.values()])
    if (other.id === view.id || (all && other.rootId === view.rootId)) workspace.views.delete(other.id);
  state.changes.tell({ kind: 'views', team: workspace.team.id, user: view.user });
}
