/** A member of a workspace: a person, or the app's bot user. */
export interface Person {
  id: string;
  /** The handle, as in @maya. */
  name: string;
  realName: string;
  title: string;
  isBot: boolean;
}

/** Where people talk: a public or private channel, or a direct conversation. */
export interface Channel {
  id: string;
  name: string;
  kind: 'public' | 'private' | 'direct';
  topic: string;
  members: string[];
}

/** A workspace in which the app is installed. */
export interface Team {
  id: string;
  name: string;
  domain: string;
  botToken: string;
  botUserId: string;
  botId: string;
  people: Person[];
  channels: Channel[];
}

/** A message shortcut that the app has registered. */
export interface Shortcut {
  callbackId: string;
  name: string;
}

/** The app that is installed in the teams: one for all of them, as in Slack. */
export interface InstalledApp {
  id: string;
  name: string;
  appToken: string;
  signingSecret: string;
  verificationToken: string;
  shortcuts: Shortcut[];
  commands: string[];
}

/** A person by id, handle or real name; undefined when there is none. */
export function findPerson(team: Team, who: string): Person | undefined {
  const wanted = who.replace(/^@/, '').toLowerCase();
  return team.people.find(({ id, name, realName }) =>
    [id, name, realName].some((word) => word.toLowerCase() === wanted),
  );
}

/** A channel by id or by name, with or without its #; undefined when there is none. */
export function findChannel(team: Team, where: string): Channel | undefined {
  const wanted = where.replace(/^#/, '');
  return (
    team.channels.find(({ id }) => id === where) ??
    team.channels.find(({ name, kind }) => kind !== 'direct' && name === wanted)
  );
}

/** The direct conversation between a person and the app, made when it is first asked for. */
export function directChannel(team: Team, user: string, other = team.botUserId): Channel {
  const found = team.channels.find(
    ({ kind, members }) => kind === 'direct' && members.includes(user) && members.includes(other),
  );
  if (found) return found;
  const made: Channel = {
    id: `D${user.slice(1)}${other === team.botUserId ? '' : other.slice(1)}`,
    name: `${user}-${other}`,
    kind: 'direct',
    topic: '',
    members: [user, other],
  };
  team.channels.push(made);
  return made;
}
