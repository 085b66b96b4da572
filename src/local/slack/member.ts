import { Failure } from '../../errors.ts';
import { answerView } from './answer-view.ts';
import type { Parcel } from './delivery/carrier.ts';
import type { Delivery } from './delivery/deliver.ts';
import { elementIn } from './element-in.ts';
import { homeOpened } from './events.ts';
import { type Filled, formState, leftEmpty } from './form.ts';
import {
  type Actor,
  type Interaction,
  messageAction,
  messageShortcut,
  slashCommand,
  viewAction,
  viewClosed,
  viewSubmission,
} from './interactions.ts';
import type { Message } from './message.ts';
import type { State, Workspace } from './state.ts';
import { type Channel, findChannel, findPerson, type Person } from './team.ts';
import { asDelivered } from './typed-text.ts';
import type { View } from './view.ts';

const longestMessage = 40_000;
const tooLong = 'A message may have 40 000 characters. Paste what matters, or split it.';

/** What a person can do in the workspace, through the page or in a test. */
export class Member {
  readonly person: Person;
  readonly #actor: Actor;
  readonly #delivery: Delivery;

  constructor(state: State, workspace: Workspace, who: string, delivery: Delivery) {
    const person = findPerson(workspace.team, who);
    if (!person || person.isBot) throw impossible(`There is no person called ${who} in ${workspace.team.name}.`);
    this.person = person;
    this.#actor = { state, workspace, person };
    this.#delivery = delivery;
  }

  /** Says something, typed as a person types it: @rehearse, #billing, links, code. `thread` is the ts of its root. */
  async post(channel: string, typed: string, thread?: string): Promise<Message> {
    const { state, workspace, person } = this.#actor;
    const place = this.#channel(channel);
    const root = thread ? this.#message(thread) : undefined;
    if (typed.length > longestMessage) throw impossible(tooLong);
    const message = workspace.archive.add({
      user: person.id,
      channel: place.id,
      text: asDelivered(typed.trim(), workspace.team),
      threadTs: root && (root.threadTs ?? root.ts),
    });
    state.changes.tell({ kind: 'posted', team: workspace.team.id, message });
    this.#missInvitation(place, message);
    return message;
  }

  /** Changes something they said. */
  async edit(ts: string, typed: string): Promise<Message> {
    const { state, workspace, person } = this.#actor;
    const message = this.#own(ts);
    const before = { ...message };
    message.text = asDelivered(typed.trim(), workspace.team);
    message.edited = { user: person.id, ts: workspace.archive.stamp() };
    state.changes.tell({ kind: 'edited', team: workspace.team.id, message, before });
    return message;
  }

  /** Takes back something they said. */
  async remove(ts: string): Promise<void> {
    const { state, workspace } = this.#actor;
    const message = this.#own(ts);
    workspace.archive.remove(ts);
    state.changes.tell({ kind: 'removed', team: workspace.team.id, message });
  }

  /** Adds a reaction to a message, or takes it away again. */
  async react(ts: string, reaction: string): Promise<void> {
    const { state, workspace, person } = this.#actor;
    const message = this.#message(ts);
    const found = message.reactions.find(({ name }) => name === reaction);
    const added = !found?.users.includes(person.id);
    const users = (found?.users ?? []).filter((id) => id !== person.id).concat(added ? [person.id] : []);
    message.reactions = message.reactions.filter((one) => one !== found);
    if (users.length > 0) message.reactions.push({ name: reaction, users });
    state.changes.tell({ kind: 'reacted', team: workspace.team.id, message, reaction, user: person.id, added });
  }

  /** Presses a button of a message, or makes a choice there. */
  async pressButton(ts: string, actionId: string, chosen?: string | string[]): Promise<Interaction> {
    const message = this.#message(ts);
    const used = elementIn(message.blocks ?? [], actionId);
    if (!used) throw impossible(`The message has nothing called ${actionId}.`);
    return this.#interact(messageAction(this.#actor, message, { ...used, chosen }));
  }

  /** Uses a message shortcut of the app. */
  async shortcut(callbackId: string, ts: string): Promise<Interaction> {
    return this.#interact(messageShortcut(this.#actor, callbackId, this.#message(ts)));
  }

  /** Uses a slash command of the app. */
  async command(channel: string, command: string, text = ''): Promise<Interaction> {
    return this.#interact(slashCommand(this.#actor, command, text, this.#channel(channel)));
  }

  /** The modal on top before this person. */
  get modal(): View | undefined {
    return [...this.#actor.workspace.views.values()].findLast(
      ({ user, type }) => user === this.person.id && type === 'modal',
    );
  }

  /** Submits a modal; the errors are those of the workspace (left empty) or of the app, by block. */
  async submitView(viewId: string, filled: Filled): Promise<Interaction & { errors?: Record<string, string> }> {
    const view = this.#view(viewId);
    const state = formState(view.given.blocks, filled);
    const errors = leftEmpty(view.given.blocks, state);
    if (Object.keys(errors).length > 0) return { acknowledged: false, outcome: 'dropped', errors };
    const interaction = await this.#interact(viewSubmission(this.#actor, view, state));
    if (!interaction.acknowledged) return interaction;
    return { ...interaction, errors: answerView(this.#actor, view, interaction.answer) };
  }

  /** Presses a button in a modal, or makes a choice there. */
  async pressInView(
    viewId: string,
    actionId: string,
    filled: Filled,
    chosen?: string | string[],
  ): Promise<Interaction> {
    const view = this.#view(viewId);
    const used = elementIn(view.given.blocks, actionId);
    if (!used) throw impossible(`The view has nothing called ${actionId}.`);
    const state = formState(view.given.blocks, filled);
    return this.#interact(viewAction(this.#actor, view, { ...used, chosen }, state));
  }

  /** Closes a modal; what lay below it is on top again. */
  async closeView(viewId: string): Promise<void> {
    const { state, workspace, person } = this.#actor;
    const view = this.#view(viewId);
    workspace.views.delete(viewId);
    state.changes.tell({ kind: 'views', team: workspace.team.id, user: person.id });
    if (view.given.notify_on_close) await this.#interact(viewClosed(this.#actor, view));
  }

  /** Opens the conversation with the app, or its home tab. */
  async openHome(tab: 'home' | 'messages' = 'messages'): Promise<void> {
    const { state, workspace, person } = this.#actor;
    await this.#delivery.event(homeOpened(state, workspace, person.id, tab));
  }

  /** Takes the app into a channel. */
  async invite(channel: string): Promise<void> {
    const { state, workspace } = this.#actor;
    const place = this.#channel(channel);
    if (place.members.includes(workspace.team.botUserId)) return;
    place.members.push(workspace.team.botUserId);
    state.changes.tell({ kind: 'joined', team: workspace.team.id, channel: place.id });
  }

  async #interact(parcel: Parcel): Promise<Interaction> {
    const { state, workspace, person } = this.#actor;
    const { outcome, answer } = await this.#delivery.interaction(parcel);
    const acknowledged = outcome === 'acknowledged';
    const why = outcome === 'connection_failed' ? 'is not connected' : 'did not answer in time';
    const sentence = `${state.app.name} ${why}, so nothing was done. Try again.`;
    if (!acknowledged) state.changes.tell({ kind: 'notice', team: workspace.team.id, user: person.id, sentence });
    return { acknowledged, outcome, answer };
  }

  #channel(where: string): Channel {
    const channel = findChannel(this.#actor.workspace.team, where);
    if (!channel?.members.includes(this.person.id) && channel?.kind !== 'public')
      throw impossible(`${this.person.realName} is in no channel called ${where}.`);
    return channel;
  }

  #message(ts: string): Message {
    const message = this.#actor.workspace.archive.find(ts);
    if (!message || (message.onlyFor && message.onlyFor !== this.person.id)) throw impossible('That message is gone.');
    this.#channel(message.channel);
    return message;
  }

  #own(ts: string): Message {
    const message = this.#message(ts);
    if (message.user !== this.person.id) throw impossible('Only its author may change a message.');
    return message;
  }

  #view(id: string): View {
    const view = this.#actor.workspace.views.get(id);
    if (view?.user !== this.person.id) throw impossible('That view is closed.');
    return view;
  }

  #missInvitation({ members, name }: Channel, { text }: Message): void {
    const { state, workspace, person } = this.#actor;
    const bot = workspace.team.botUserId;
    if (!text.includes(`<@${bot}>`) || members.includes(bot)) return;
    const sentence = `${state.app.name} is not in #${name} and did not hear this. Write “/invite @${state.app.name}” to take it in.`;
    state.changes.tell({ kind: 'notice', team: workspace.team.id, user: person.id, sentence });
  }
}

function impossible(because: string): Failure {
  return new Failure('WORKSPACE_REFUSED', { because });
}
