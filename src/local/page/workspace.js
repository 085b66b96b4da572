/** What the page knows: who you are, people, channels, where you are, what is unread. */
export const workspace = {
  you: '',
  team: null,
  bot: '',
  people: new Map(),
  channels: [],
  app: { name: '', shortcuts: [], commands: [] },
  home: null,
  modal: null,
  weather: [],
  channel: '',
  thread: '',
};

/** Takes over what the server says of the workspace. */
export function learn(overview) {
  Object.assign(workspace, overview, { people: new Map(overview.people.map((person) => [person.id, person])) });
}

/** A person's name, as it is shown. */
export function nameOf(id) {
  return workspace.people.get(id)?.realName ?? id;
}

/** A channel by its id. */
export function channelBy(id) {
  return workspace.channels.find((channel) => channel.id === id);
}

/** What a channel is called: #name, or the other person of a direct conversation. */
export function titleOf(channel) {
  return channel.kind === 'direct' ? nameOf(otherIn(channel)) : channel.name;
}

/** The other person of a direct conversation. */
export function otherIn({ members }) {
  return members.find((id) => id !== workspace.you) ?? workspace.you;
}

/** Whether something was said in a channel since you were there. */
export function isUnread({ id, latest }) {
  return latest > (localStorage.getItem(readKey(id)) ?? '');
}

/** You have seen a channel up to now. */
export function markRead({ id, latest }) {
  localStorage.setItem(readKey(id), latest);
}

function readKey(channel) {
  return `read:${workspace.team.id}:${workspace.you}:${channel}`;
}
