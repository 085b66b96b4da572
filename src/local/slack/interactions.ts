import type { Handed, Parcel } from './delivery/carrier.ts';
import { type Filled, formState } from './form.ts';
import { freshId } from './identity.ts';
import { type BlockOnWire, type Message, messageOnWire } from './message.ts';
import type { State, Workspace } from './state.ts';
import type { Channel, Person } from './team.ts';
import { type View, type ViewState, viewOnWire } from './view.ts';

/** Who does something, and where it is known. */
export interface Actor {
  state: State;
  workspace: Workspace;
  person: Person;
}

/** What of a message or view was used: a button pressed, a choice made. */
export interface Used {
  element: Record<string, unknown> & { type: string; action_id?: string };
  block: BlockOnWire;
  chosen?: string | string[];
}

/** How an interaction ended: taken by the app, or not. */
export interface Interaction {
  acknowledged: boolean;
  outcome: Handed['outcome'];
  answer?: unknown;
}

/** The interaction of a button or a choice in a message. */
export function messageAction(actor: Actor, message: Message, used: Used, filled: Filled = {}): Parcel {
  const { state, workspace, person } = actor;
  const { channel, ts, onlyFor, threadTs } = message;
  const container = { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: onlyFor !== undefined };
  return interactive(actor, 'block_actions', {
    container: { ...container, ...(threadTs && { thread_ts: threadTs }) },
    trigger_id: state.triggers.trigger(person.id),
    channel: channelOf(workspace, channel),
    message: messageOnWire(message, workspace.team, { appId: state.app.id }),
    state: { values: formState(message.blocks ?? [], filled) },
    response_url: responseUrl(actor, message),
    actions: [actionOf(actor, used)],
  });
}

/** The interaction of a button or a choice in a modal or the home tab. */
export function viewAction(actor: Actor, view: View, used: Used, state: ViewState): Parcel {
  return interactive(actor, 'block_actions', {
    container: { type: 'view', view_id: view.id },
    trigger_id: actor.state.triggers.trigger(actor.person.id, view.id),
    view: viewIn(actor, view, state),
    state: { values: state },
    actions: [actionOf(actor, used)],
  });
}

/** The interaction of a message shortcut. */
export function messageShortcut(actor: Actor, callbackId: string, message: Message): Parcel {
  const { state, workspace, person } = actor;
  return interactive(actor, 'message_action', {
    action_ts: workspace.archive.stamp(),
    channel: channelOf(workspace, message.channel),
    callback_id: callbackId,
    trigger_id: state.triggers.trigger(person.id),
    response_url: responseUrl(actor, message),
    message_ts: message.ts,
    message: messageOnWire(message, workspace.team, { appId: state.app.id }),
  });
}

/** The interaction of a modal that is submitted. */
export function viewSubmission(actor: Actor, view: View, state: ViewState): Parcel {
  const trigger_id = actor.state.triggers.trigger(actor.person.id, view.id);
  return interactive(actor, 'view_submission', { trigger_id, view: viewIn(actor, view, state), response_urls: [] });
}

/** The interaction of a modal that is closed, for views that ask to be told. */
export function viewClosed(actor: Actor, view: View): Parcel {
  return interactive(actor, 'view_closed', { view: viewIn(actor, view, {}), is_cleared: false });
}

/** A slash command. */
export function slashCommand(actor: Actor, command: string, text: string, channel: Channel): Parcel {
  const { state, workspace, person } = actor;
  const { team } = workspace;
  return {
    kind: 'slash_commands',
    what: command,
    id: freshId('Sc'),
    payload: {
      token: state.app.verificationToken,
      team_id: team.id,
      team_domain: team.domain,
      channel_id: channel.id,
      channel_name: channelOf(workspace, channel.id).name,
      user_id: person.id,
      user_name: person.name,
      command,
      text,
      api_app_id: state.app.id,
      is_enterprise_install: 'false',
      response_url: `${state.url}/response/${state.triggers.response({ team: team.id, channel: channel.id, user: person.id })}`,
      trigger_id: state.triggers.trigger(person.id),
    },
  };
}

function interactive({ state, workspace: { team }, person }: Actor, type: string, more: object): Parcel {
  const payload = {
    type,
    user: { id: person.id, username: person.name, name: person.name, team_id: team.id },
    api_app_id: state.app.id,
    token: state.app.verificationToken,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
    ...more,
  };
  return { kind: 'interactive', what: type, id: freshId('In'), payload };
}

function actionOf({ workspace }: Actor, { element, block, chosen }: Used): Record<string, unknown> {
  const { type, action_id, text, value, style } = element;
  const common = { type, action_id, block_id: block.block_id, action_ts: workspace.archive.stamp() };
  if (chosen === undefined)
    return {
      ...common,
      ...(text !== undefined && { text }),
      ...(value !== undefined && { value }),
      ...(style !== undefined && { style }),
    };
  const state = formState([{ ...block, type: 'input', element, block_id: 'b' }], { b: chosen });
  return { ...common, ...(type === 'feedback_buttons' ? { value: chosen } : state.b?.[String(action_id)]), type };
}

function viewIn({ state, workspace: { team } }: Actor, view: View, values: ViewState): Record<string, unknown> {
  return viewOnWire(view, { teamId: team.id, appId: state.app.id, botId: team.botId, state: values });
}

function channelOf({ team }: Workspace, id: string): { id: string; name: string } {
  const channel = team.channels.find((one) => one.id === id);
  return { id, name: channel?.kind === 'direct' ? 'directmessage' : (channel?.name ?? id) };
}

function responseUrl({ state, workspace: { team }, person }: Actor, { channel, ts, threadTs }: Message): string {
  const key = state.triggers.response({ team: team.id, channel, user: person.id, message: ts, thread: threadTs });
  return `${state.url}/response/${key}`;
}
