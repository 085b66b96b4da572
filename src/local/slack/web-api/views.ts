import { freshId } from '../identity.ts';
import type { BlockOnWire } from '../message.ts';
import type { Workspace } from '../state.ts';
import { type View, viewOnWire } from '../view.ts';
import { checkedBlocks } from './block-limits.ts';
import type { Call, Method } from './call.ts';
import { Refusal } from './refusal.ts';

/** views.open: a modal appears before the person whose trigger it is. */
export const open: Method = (call) => {
  const { user } = pulled(call);
  for (const view of [...call.workspace.views.values()])
    if (view.user === user && view.type === 'modal') call.workspace.views.delete(view.id);
  return shown(call, user, {});
};

/** views.push: a modal on top of the one that the trigger came from. */
export const push: Method = (call) => {
  const { user, view } = pulled(call);
  const below = view && call.workspace.views.get(view);
  if (!below) throw new Refusal('not_found');
  if (depth(call.workspace, below) >= 3) throw new Refusal('push_limit_reached');
  return shown(call, user, { previousId: below.id, rootId: below.rootId });
};

/** views.update: an open modal changes. */
export const update: Method = (call) => {
  const { args, workspace } = call;
  const wanted = args.text('view_id');
  const external = args.text('external_id');
  const view =
    workspace.views.get(wanted) ??
    [...workspace.views.values()].find(({ externalId }) => external !== '' && externalId === external);
  if (!view) throw new Refusal('not_found');
  if (args.text('hash') !== '' && args.text('hash') !== view.hash) throw new Refusal('hash_conflict');
  return replaceView(call, view, given(call));
};

/** views.publish: the app's home tab of a person. */
export const publish: Method = (call) => {
  const user = call.args.needed('user_id', 'user_not_found');
  if (!call.workspace.team.people.some(({ id }) => id === user)) throw new Refusal('user_not_found');
  for (const view of call.workspace.views.values())
    if (view.user === user && view.type === 'home') return replaceView(call, view, given(call));
  return shown(call, user, {});
};

/** Puts other contents into a view and tells the person's page. */
export function replaceView(call: Pick<Call, 'state' | 'workspace'>, view: View, contents: View['given']) {
  view.given = contents;
  view.hash = freshId('');
  call.state.changes.tell({ kind: 'views', team: call.workspace.team.id, user: view.user, view });
  return { view: onWire(call, view) };
}

/** Shows a view to a person, on top of others where it says so. */
export function showView(
  call: Pick<Call, 'state' | 'workspace'>,
  user: string,
  contents: View['given'],
  place: { previousId?: string; rootId?: string },
) {
  const id = freshId('V');
  const view: View = {
    id,
    user,
    type: contents.type === 'home' ? 'home' : 'modal',
    hash: freshId(''),
    rootId: place.rootId ?? id,
    previousId: place.previousId,
    externalId: String(contents.external_id ?? ''),
    given: contents,
  };
  call.workspace.views.set(id, view);
  call.state.changes.tell({ kind: 'views', team: call.workspace.team.id, user, view });
  return { view: onWire(call, view) };
}

/** A view's contents, if Slack would take them. */
export function checkedView(view: Record<string, unknown> | undefined): View['given'] {
  if (!view || !Array.isArray(view.blocks))
    throw new Refusal('invalid_arguments', ['[ERROR] missing required field: blocks']);
  const title = view.title as { text?: string } | undefined;
  if (view.type === 'modal' && (!title?.text || title.text.length > 24))
    throw new Refusal('invalid_arguments', ['[ERROR] must be less than 25 characters [json-pointer:/view/title/text]']);
  if (String(view.private_metadata ?? '').length > 3_000)
    throw new Refusal('invalid_arguments', [
      '[ERROR] must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ]);
  const blocks = checkedBlocks(view.blocks as BlockOnWire[], 'view');
  const asks = blocks.some(({ type }) => type === 'input');
  if (view.type === 'modal' && asks && !view.submit)
    throw new Refusal('invalid_arguments', [
      '[ERROR] a view with an input block needs a submit [json-pointer:/view/submit]',
    ]);
  return { ...view, blocks };
}

function shown(call: Call, user: string, place: { previousId?: string; rootId?: string }) {
  return showView(call, user, given(call), place);
}

function given(call: Call): View['given'] {
  return checkedView(call.args.object('view'));
}

function pulled(call: Call): { user: string; view?: string } {
  const pulled = call.state.triggers.pull(call.args.needed('trigger_id', 'invalid_trigger_id'));
  if (typeof pulled === 'string') throw new Refusal(pulled);
  return pulled;
}

function depth(workspace: Workspace, view: View): number {
  const below = view.previousId && workspace.views.get(view.previousId);
  return below ? 1 + depth(workspace, below) : 1;
}

function onWire({ state, workspace: { team } }: Pick<Call, 'state' | 'workspace'>, view: View) {
  return viewOnWire(view, { teamId: team.id, appId: state.app.id, botId: team.botId });
}
