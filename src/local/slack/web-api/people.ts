import type { Person } from '../team.ts';
import { type Call, type Method, messageOf, ownChannelOf } from './call.ts';
import { pageOf } from './page-of.ts';
import { Refusal } from './refusal.ts';

/** auth.test: who the token belongs to. */
export const authTest: Method = ({ state, workspace: { team } }) => ({
  url: `${state.url}/`,
  team: team.name,
  user: state.app.name,
  team_id: team.id,
  user_id: team.botUserId,
  bot_id: team.botId,
  is_enterprise_install: false,
});

/** api.test: answers with what it was asked; `error` makes it refuse. */
export const apiTest: Method = ({ args }) => {
  if (args.text('error') !== '') throw new Refusal(args.text('error'));
  return { args: args.all };
};

/** users.info: one member. */
export const userInfo: Method = (call) => {
  const user = call.workspace.team.people.find(({ id }) => id === call.args.text('user'));
  if (!user) throw new Refusal('user_not_found');
  return { user: onWire(call, user) };
};

/** users.list: all members. */
export const userList: Method = (call) => {
  const { page, next_cursor } = pageOf(call.workspace.team.people, call.args);
  return { members: page.map((person) => onWire(call, person)), response_metadata: { next_cursor } };
};

/** bots.info: the app's bot. */
export const botInfo: Method = ({ state, workspace: { team }, args }) => {
  if (args.text('bot') !== '' && args.text('bot') !== team.botId) throw new Refusal('bot_not_found');
  return {
    bot: { id: team.botId, name: state.app.name, app_id: state.app.id, user_id: team.botUserId, deleted: false },
  };
};

/** team.info: the workspace. */
export const teamInfo: Method = ({ workspace: { team } }) => ({
  team: { id: team.id, name: team.name, domain: team.domain, email_domain: '', icon: {} },
});

/** reactions.add: the app reacts to a message. */
export const addReaction: Method = (call) => {
  const { state, workspace, args } = call;
  const channel = ownChannelOf(call);
  const message = messageOf(call, channel, 'timestamp');
  const reaction = args.needed('name', 'invalid_name');
  const user = workspace.team.botUserId;
  const found = message.reactions.find(({ name }) => name === reaction);
  if (found?.users.includes(user)) throw new Refusal('already_reacted');
  if (found) found.users.push(user);
  else message.reactions.push({ name: reaction, users: [user] });
  state.changes.tell({ kind: 'reacted', team: workspace.team.id, message, reaction, user, added: true });
  return {};
};

function onWire({ workspace: { team }, state }: Call, { id, name, realName, title, isBot }: Person) {
  return {
    id,
    team_id: team.id,
    name,
    real_name: realName,
    deleted: false,
    is_bot: isBot,
    is_app_user: false,
    tz: 'Etc/UTC',
    tz_offset: 0,
    profile: {
      real_name: realName,
      display_name: name,
      title,
      team: team.id,
      ...(isBot && { bot_id: team.botId, api_app_id: state.app.id }),
    },
  };
}
