import { Failure } from '../../errors.ts';
import type { Message } from './message.ts';
import type { State, Workspace } from './state.ts';
import { findChannel, findPerson } from './team.ts';
import { asDelivered } from './typed-text.ts';

/** A message that was written some minutes ago, typed as a person types it. */
export interface Seeded {
  /** Id, handle or name. */
  user: string;
  text: string;
  minutesAgo: number;
}

/** Puts a thread into a channel as it would stand there; the first message is its root. */
export function seedThread(state: State, workspace: Workspace, where: string, thread: Seeded[]): Message[] {
  const channel = findChannel(workspace.team, where);
  if (!channel) throw new Failure('WORKSPACE_REFUSED', { because: `there is no channel called ${where}` });
  let root: Message | undefined;
  return thread.map(({ user, text, minutesAgo }) => {
    const person = findPerson(workspace.team, user);
    if (!person) throw new Failure('WORKSPACE_REFUSED', { because: `there is no person called ${user}` });
    const message = workspace.archive.addPast(
      {
        user: person.id,
        channel: channel.id,
        text: asDelivered(text.trim(), workspace.team),
        ...(root && { threadTs: root.ts }),
        ...(person.isBot && { botId: workspace.team.botId }),
      },
      state.clock() - minutesAgo * 60_000,
    );
    root ??= message;
    state.changes.tell({ kind: 'posted', team: workspace.team.id, message, past: true });
    return message;
  });
}
