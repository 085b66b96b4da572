import { avatar } from './avatar.js';
import { element, iconButton } from './element.js';
import { icon } from './icon.js';
import { openWeather } from './weather.js';
import { isUnread, otherIn, titleOf, workspace } from './workspace.js';

/** The channels, the direct conversations, and who you are. */
export function drawSidebar(sidebar, { open, become }) {
  const { channels, app } = workspace;
  const rooms = channels.filter(({ kind }) => kind !== 'direct');
  const direct = channels.filter(({ kind }) => kind === 'direct').sort((a, b) => Number(isApp(b)) - Number(isApp(a)));
  sidebar.replaceChildren(
    element(
      'div',
      { class: 'top' },
      element('h1', {}, workspace.team.name),
      iconButton(
        'Weather: faults on the way to the app',
        icon('weather'),
        openWeather,
        workspace.weather.length > 0 ? { class: 'icon stormy' } : {},
      ),
      iconButton('Close the list of channels', icon('close'), () => sidebar.classList.remove('open'), {
        class: 'icon phone',
      }),
    ),
    youAre(become),
    list('Channels', rooms, open),
    list('Direct messages', direct, open),
    element('p', { class: 'foot muted' }, `Mention @${app.name} in a channel, or use the menu of a message.`),
  );
}

function isApp(channel) {
  return otherIn(channel) === workspace.bot;
}

function youAre(become) {
  const people = [...workspace.people.values()].filter(({ isBot }) => !isBot);
  const option = ({ id, realName }) => element('option', { value: id, selected: id === workspace.you }, realName);
  const select = element(
    'select',
    { id: 'you', onchange: ({ currentTarget }) => become(currentTarget.value) },
    ...people.map(option),
  );
  return element('div', { class: 'you' }, avatar(workspace.you), element('label', { for: 'you' }, 'You are'), select);
}

function list(title, channels, open) {
  return element(
    'section',
    {},
    element('h2', {}, title),
    element('ul', {}, ...channels.map((channel) => element('li', {}, entry(channel, open)))),
  );
}

function entry(channel, open) {
  const here = channel.id === workspace.channel;
  const unread = !here && isUnread(channel);
  const sign =
    channel.kind === 'direct'
      ? avatar(otherIn(channel))
      : element('span', { class: 'sign', 'aria-hidden': 'true' }, channel.kind === 'private' ? icon('lock') : '#');
  return element(
    'button',
    {
      type: 'button',
      class: unread ? 'unread' : '',
      'aria-current': here ? 'page' : undefined,
      onclick: () => open(channel.id),
    },
    sign,
    element('span', { class: 'name' }, titleOf(channel)),
    unread && element('span', { class: 'dot', role: 'img', 'aria-label': 'unread' }),
  );
}
