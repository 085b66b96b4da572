import { blocks } from './blocks.js';
import { composer, say } from './composer.js';
import { editMessage } from './edit.js';
import { element, iconButton } from './element.js';
import { icon } from './icon.js';
import { messageList } from './message-list.js';
import { act } from './server.js';
import { channelBy, otherIn, titleOf, workspace } from './workspace.js';

/** A channel: its name, its messages, and where to write. */
export function channelView(channel, { openThread, showSidebar }) {
  const title =
    channel.kind === 'direct'
      ? titleOf(channel)
      : [channel.kind === 'private' ? icon('lock') : '#', ` ${channel.name}`];
  const list = messageList(`Messages in ${titleOf(channel)}`, { openThread, edit: editMessage });
  const label = `Message ${channel.kind === 'direct' ? titleOf(channel) : `#${channel.name}`}`;
  const below = hintLine();
  const writing = composer({
    id: 'composer',
    label,
    send: (text) => say(channel.id, text),
    editLast: (event) => editOwn(list, event),
  });
  const about = [channel.topic, channel.kind !== 'direct' && `${channel.members.length} members`]
    .filter(Boolean)
    .join(' · ');
  const head = element(
    'header',
    {},
    iconButton('Channels and people', icon('list'), showSidebar, { class: 'icon phone' }),
    element('div', {}, element('h2', {}, title), about && element('p', { class: 'muted' }, about)),
  );
  return {
    nodes: [head, home(channel), list.node, below.node, writing.node],
    list,
    hint: below.show,
    input: writing.input,
  };
}

/** A thread: its root, the replies, and where to reply. */
export function threadView(channel, root, { close }) {
  const list = messageList('Thread', { edit: editMessage });
  const below = hintLine();
  const writing = composer({
    id: 'thread-composer',
    label: 'Reply in thread',
    send: (text) => say(channel.id, text, root),
    editLast: (event) => editOwn(list, event),
  });
  const head = element(
    'header',
    {},
    element(
      'div',
      {},
      element('h2', {}, 'Thread'),
      element('p', { class: 'muted' }, channel.kind === 'direct' ? titleOf(channel) : `#${channelBy(channel.id).name}`),
    ),
    iconButton('Close thread', icon('close'), close),
  );
  return { nodes: [head, list.node, below.node, writing.node], list, hint: below.show, input: writing.input };
}

/** The app's home tab, above the conversation with it. */
function home(channel) {
  if (!workspace.home || otherIn(channel) !== workspace.bot || channel.kind !== 'direct') return '';
  const view = workspace.home;
  const place = {
    key: view.id,
    press: (action, chosen) => act({ do: 'press-in-view', view: view.id, action, filled: {}, chosen }),
  };
  return element('details', { class: 'home' }, element('summary', {}, 'Home'), ...blocks(view.given.blocks, place));
}

/** What the app is doing, and what it suggests to ask. */
function hintLine() {
  const node = element('div', { class: 'hints', 'aria-live': 'polite' });
  const show = ({ status, prompts }, send) => {
    const doing =
      status &&
      element(
        'p',
        { class: 'doing' },
        element('span', { class: 'pulse', 'aria-hidden': 'true' }),
        `${workspace.app.name} ${status}`,
      );
    const offers = (prompts?.prompts ?? []).map(({ title, message }) =>
      element('button', { type: 'button', class: 'button small', onclick: () => send(message) }, title),
    );
    node.replaceChildren(
      ...[doing, offers.length > 0 && element('div', { class: 'offers' }, ...offers)].filter(Boolean),
    );
  };
  return { node, show };
}

function editOwn(list, event) {
  const own = list.last(({ user }) => user === workspace.you);
  if (!own) return;
  event.preventDefault();
  editMessage(own);
}
