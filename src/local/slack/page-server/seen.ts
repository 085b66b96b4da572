import type { Change } from '../changes.ts';
import type { Message } from '../message.ts';
import type { State, Workspace } from '../state.ts';
import { type Channel, findPerson, type Person } from '../team.ts';
import type { View } from '../view.ts';

/** What one person sees of a workspace. */
export interface Seen {
  state: State;
  workspace: Workspace;
  you: Person;
}

/** A message as the page shows it. */
export type ShownMessage = Omit<Message, 'metadata' | 'botId'> & {
  isApp: boolean;
  thread: { replies: number; users: string[]; latest?: string };
};

/** The eyes of a person, by id; undefined when there is nobody. */
export function seenBy(state: State, who: string, team?: string): Seen | undefined {
  const workspace = team ? state.workspaces.get(team) : [...state.workspaces.values()][0];
  if (!workspace) return undefined;
  const you = findPerson(workspace.team, who) ?? workspace.team.people.find(({ isBot }) => !isBot);
  return you && !you.isBot ? { state, workspace, you } : undefined;
}

/** The workspace around a person: people, the channels they may see, the app. */
export function overview({ state, workspace, you }: Seen) {
  const { team, views } = workspace;
  return {
    team: { id: team.id, name: team.name },
    teams: [...state.workspaces.values()].map((one) => ({ id: one.team.id, name: one.team.name })),
    you: you.id,
    bot: team.botUserId,
    people: team.people,
    channels: team.channels
      .filter((channel) => maySee(you, channel))
      .map((channel) => shownChannel(workspace, channel)),
    app: { name: state.app.name, shortcuts: state.app.shortcuts, commands: state.app.commands },
    home: [...views.values()].find(({ user, type }) => user === you.id && type === 'home') ?? null,
    modal: topModal(workspace, you),
    weather: state.faults.active,
  };
}

/** The messages of a channel or of a thread that a person may see. */
export function messagesSeen({ workspace, you }: Seen, channel: string, thread?: string): ShownMessage[] | undefined {
  const place = workspace.team.channels.find(({ id }) => id === channel);
  if (!place || !maySee(you, place)) return undefined;
  const all = thread
    ? workspace.archive.thread(channel, thread)
    : workspace.archive.in(channel).filter(({ ts, threadTs }) => !threadTs || threadTs === ts);
  return all.filter(({ onlyFor }) => !onlyFor || onlyFor === you.id).map((message) => shown(workspace, message));
}

/** What the app is doing in a channel, by thread, and what it suggests. */
export function hints({ workspace }: Seen, channel: string) {
  const of = <T>(map: Map<string, T>) =>
    Object.fromEntries([...map].filter(([key]) => key.startsWith(`${channel}:`)).map(([key, value]) => [key, value]));
  return { statuses: of(workspace.statuses), prompts: of(workspace.prompts) };
}

/** A change as a person's page hears of it; undefined when it is not for them. */
export function heard({ workspace, you }: Seen, change: Change): Record<string, unknown> | undefined {
  if (change.team !== workspace.team.id) return undefined;
  if ('message' in change) {
    const { message } = change;
    const place = workspace.team.channels.find(({ id }) => id === message.channel);
    if (!place || !maySee(you, place) || (message.onlyFor && message.onlyFor !== you.id)) return undefined;
    const root = message.threadTs ? workspace.archive.find(message.threadTs) : undefined;
    const gone = change.kind === 'removed';
    const about = {
      message: shown(workspace, message),
      root: root && root !== message ? shown(workspace, root) : null,
    };
    return { kind: gone ? 'removed' : 'message', fresh: change.kind === 'posted', ...about };
  }
  if (change.kind === 'views') {
    if (change.user !== you.id) return undefined;
    return { kind: 'views', modal: topModal(workspace, you), home: change.view?.type === 'home' ? change.view : null };
  }
  if (change.kind === 'notice') return change.user === you.id ? { ...change } : undefined;
  return { ...change };
}

/** The modal on top before a person. */
export function topModal({ views }: Workspace, you: Person): View | null {
  return [...views.values()].findLast(({ user, type }) => user === you.id && type === 'modal') ?? null;
}

function maySee(you: Person, { kind, members }: Channel): boolean {
  return kind === 'public' || members.includes(you.id);
}

function shownChannel({ archive }: Workspace, channel: Channel) {
  return { ...channel, latest: archive.in(channel.id).findLast(({ onlyFor }) => !onlyFor)?.ts ?? '' };
}

function shown({ archive }: Workspace, message: Message): ShownMessage {
  const { metadata: _, botId, ...rest } = message;
  return { ...rest, isApp: botId !== undefined, thread: archive.summary(message) };
}
