import { avatar } from './avatar.js';
import { blocks } from './blocks.js';
import { element, iconButton, link } from './element.js';
import { emoji } from './emoji.js';
import { icon } from './icon.js';
import { menu } from './menu.js';
import { mrkdwn, unescaped } from './mrkdwn.js';
import { act } from './server.js';
import { nameOf, workspace } from './workspace.js';

const reactions = ['+1', 'eyes', 'white_check_mark', 'tada'];

/** One message. `openThread` is left out within a thread. */
export function messageNode(message, { openThread, edit }) {
  const { ts, user, isApp, onlyFor, stream, thread } = message;
  const classes = [
    'message',
    onlyFor && 'ephemeral',
    stream === 'open' && 'streaming',
    user === workspace.you && 'own',
  ];
  const author = nameOf(user);
  return element(
    'article',
    { class: classes.filter(Boolean).join(' '), 'data-ts': ts, tabIndex: -1, 'aria-label': `${author}, ${clock(ts)}` },
    element('div', { class: 'day', role: 'separator' }),
    element(
      'div',
      { class: 'gutter' },
      avatar(user),
      element('time', { dateTime: asDate(ts).toISOString() }, clock(ts)),
    ),
    element(
      'div',
      { class: 'said' },
      onlyFor && element('p', { class: 'muted only' }, 'Only you can see this'),
      element(
        'p',
        { class: 'author' },
        element('strong', {}, author),
        isApp && element('span', { class: 'badge' }, 'app'),
        element('time', { dateTime: asDate(ts).toISOString(), title: asDate(ts).toLocaleString() }, clock(ts)),
      ),
      content(message),
      ...message.files.map(({ name, title, url_private }) =>
        element('p', { class: 'file' }, icon('file'), ' ', link(url_private, title || name)),
      ),
      reactionLine(message),
      openThread && thread.replies > 0 && replies(message, openThread),
      toolbar(message, { openThread, edit }),
    ),
  );
}

/** A message's time, as people say it. */
export function clock(ts) {
  return asDate(ts).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

/** A message's time. */
export function asDate(ts) {
  return new Date(Number(ts) * 1_000);
}

function content(message) {
  const { ts, text, blocks: given, edited, isApp } = message;
  const place = { key: ts, press: (action, chosen) => act({ do: 'press', ts, action, chosen }) };
  const body = given?.length > 0 ? blocks(given, place) : mrkdwn(text);
  const mark = edited && !isApp && element('span', { class: 'muted edited' }, '(edited)');
  return element('div', { class: 'content' }, ...body, mark);
}

function reactionLine({ ts, reactions: given }) {
  if (given.length === 0) return null;
  const one = ({ name, users }) =>
    element(
      'button',
      {
        type: 'button',
        class: 'reaction',
        title: users.map(nameOf).join(', '),
        'aria-pressed': users.includes(workspace.you),
        'aria-label': `${name}, ${users.length}`,
        onclick: () => act({ do: 'react', ts, reaction: name }),
      },
      [emoji(name), ` ${users.length}`],
    );
  return element('div', { class: 'reactions' }, ...given.map(one));
}

function replies({ ts, thread }, openThread) {
  return element(
    'button',
    { type: 'button', class: 'replies', onclick: () => openThread(ts) },
    element('span', { class: 'faces' }, ...thread.users.slice(0, 4).map((user) => avatar(user))),
    element('strong', {}, thread.replies === 1 ? '1 reply' : `${thread.replies} replies`),
    element('span', { class: 'muted' }, `last at ${clock(thread.latest)}`),
  );
}

function toolbar(message, { openThread, edit }) {
  const { ts, threadTs, onlyFor } = message;
  if (onlyFor) return null;
  const react = (name) => iconButton(`React with ${name}`, emoji(name), () => act({ do: 'react', ts, reaction: name }));
  const reply = openThread && iconButton('Reply in thread', icon('reply'), () => openThread(threadTs ?? ts));
  const more = iconButton(
    'More actions',
    icon('more'),
    ({ currentTarget }) => menu(currentTarget, 'Message actions', deeds(message, { openThread, edit })),
    {
      'aria-haspopup': 'menu',
      'aria-expanded': 'false',
    },
  );
  return element(
    'div',
    { class: 'toolbar', role: 'toolbar', 'aria-label': 'Message' },
    ...reactions.map(react),
    reply,
    more,
  );
}

function deeds(message, { openThread, edit }) {
  const { ts, threadTs, user, text, channel } = message;
  const own = user === workspace.you;
  const address = `${location.origin}/archives/${channel}/p${ts.replace('.', '')}`;
  return [
    ...workspace.app.shortcuts.map(({ callbackId, name }) => ({
      label: name,
      mark: workspace.app.name,
      run: () => act({ do: 'shortcut', callback: callbackId, ts }),
    })),
    ...(openThread ? [{ label: 'Reply in thread', run: () => openThread(threadTs ?? ts) }] : []),
    { label: 'Copy text', run: () => navigator.clipboard?.writeText(unescaped(text)) },
    { label: 'Copy link', run: () => navigator.clipboard?.writeText(address) },
    ...(own ? [{ label: 'Edit', run: () => edit(message) }] : []),
    ...(own ? [{ label: 'Delete', danger: true, run: () => act({ do: 'remove', ts }) }] : []),
  ];
}
