import { say } from './composer.js';
import { channelView, threadView } from './conversation.js';
import { showModal } from './modal.js';
import { notice } from './notices.js';
import { act, ask, hear } from './server.js';
import { drawSidebar } from './sidebar.js';
import { channelBy, learn, markRead, otherIn, titleOf, workspace } from './workspace.js';

const [sidebar, channelPane, threadPane] = ['sidebar', 'channel', 'thread'].map((id) => document.getElementById(id));
let channelShown;
let threadShown;
let hints = { statuses: {}, prompts: {} };
let following = Promise.resolve();
let going = 0;
const missed = [];

/** From now on you are this person. */
async function become(person) {
  workspace.you = person;
  const overview = await ask('/local/workspace');
  if (!overview) return;
  learn(overview);
  localStorage.setItem('you', workspace.you);
  await hear(changed, () => become(workspace.you));
  await follow();
  showModal(workspace.modal);
}

/** Goes to a channel, and to a thread in it. */
function go(channel, thread = '') {
  const wanted = `#${channel}${thread && `/${thread}`}`;
  if (location.hash === wanted && location.pathname === '/') follow();
  else if (location.pathname === '/') location.hash = wanted;
  else {
    history.pushState(null, '', `/${wanted}`);
    follow();
  }
}

/** Shows the place that the address names: #channel/thread, or a permalink. One after the other, so that the last wins. */
function follow() {
  going += 1;
  following = following.then(arrive, arrive).finally(() => {
    going -= 1;
    if (going === 0) for (const change of missed.splice(0)) hearing[change.kind]?.(change);
  });
  return following;
}

async function arrive() {
  const permalink = /^\/archives\/(\w+)\/p(\d+)(\d{6})$/.exec(location.pathname);
  const pointed = permalink && `${permalink[2]}.${permalink[3]}`;
  const [channel, thread = ''] = permalink
    ? [permalink[1], new URLSearchParams(location.search).get('thread_ts') ?? pointed]
    : location.hash.slice(1).split('/');
  const first = workspace.channels.find(({ name }) => name === 'incidents') ?? workspace.channels[0];
  await showChannel(channelBy(channel) ?? first);
  await showThread(thread);
  sidebar.classList.remove('open');
  redrawSidebar();
  (threadShown?.list.at(pointed) ?? channelShown?.list.at(pointed))?.classList.add('pointed');
}

async function showChannel(channel) {
  const answer = await ask('/local/messages', { channel: channel.id });
  if (!answer) return;
  const moved = workspace.channel !== channel.id;
  workspace.channel = channel.id;
  channelShown = channelView(channel, {
    openThread: (ts) => go(channel.id, ts),
    showSidebar: () => sidebar.classList.add('open'),
  });
  channelPane.replaceChildren(...channelShown.nodes);
  channelShown.list.reset(answer.messages);
  hints = { statuses: answer.statuses, prompts: answer.prompts };
  drawHints();
  markRead(channel);
  document.title = `${titleOf(channel)} · Rehearse local workspace`;
  if (moved && matchMedia('(min-width: 700px)').matches) channelShown.input.focus();
  if (moved && channel.kind === 'direct' && otherIn(channel) === workspace.bot)
    act({ do: 'open-home', tab: 'messages' });
}

async function showThread(thread) {
  const answer = thread && (await ask('/local/messages', { channel: workspace.channel, thread }));
  workspace.thread = answer ? thread : '';
  threadPane.hidden = !answer;
  document.body.classList.toggle('in-thread', Boolean(answer));
  threadShown = undefined;
  threadPane.replaceChildren();
  if (!answer) return;
  threadShown = threadView(channelBy(workspace.channel), thread, { close: () => go(workspace.channel) });
  threadPane.replaceChildren(...threadShown.nodes);
  threadShown.list.reset(answer.messages);
  drawHints();
  if (matchMedia('(min-width: 700px)').matches) threadShown.input.focus();
}

const hearing = {
  message: ({ message, root, fresh }) => {
    const { channel, ts, threadTs, user } = message;
    touch(channel, ts, fresh && !message.onlyFor);
    if (channel !== workspace.channel) return;
    const own = user === workspace.you && fresh;
    if (!root) channelShown.list.put(message, own);
    else channelShown.list.put(root);
    if (workspace.thread && [ts, threadTs].includes(workspace.thread)) threadShown?.list.put(message, own);
  },
  removed: ({ message, root }) => {
    channelShown.list.remove(message.ts);
    threadShown?.list.remove(message.ts);
    if (root && channelShown.list.has(root.ts)) channelShown.list.put(root);
  },
  views: ({ modal, home }) => {
    showModal(modal);
    if (!home) return;
    workspace.home = home;
    follow();
  },
  status: ({ channel, thread, status }) => {
    hints.statuses[`${channel}:${thread}`] = status;
    drawHints();
  },
  prompts: () => follow(),
  notice: ({ sentence }) => notice(sentence),
  joined: () => become(workspace.you),
};

/** While the page is on its way to a place, what changes is kept, so that nothing is lost between asking and showing. */
function changed(change) {
  if (going > 0) missed.push(change);
  else hearing[change.kind]?.(change);
}

function touch(id, ts, fresh) {
  const channel = channelBy(id);
  if (!channel) return void become(workspace.you);
  if (!fresh) return;
  if (ts > channel.latest) channel.latest = ts;
  if (id === workspace.channel && document.visibilityState === 'visible') markRead(channel);
  redrawSidebar();
}

function drawHints() {
  const { channel, thread } = workspace;
  const of = (key) => ({ status: hints.statuses[key], prompts: hints.prompts[key] });
  channelShown?.hint({ ...of(`${channel}:`) }, (text) => say(channel, text));
  threadShown?.hint({ ...of(`${channel}:${thread}`) }, (text) => say(channel, text, thread));
}

function redrawSidebar() {
  drawSidebar(sidebar, { open: (channel) => go(channel), become });
}

await become(localStorage.getItem('you') ?? '');
addEventListener('hashchange', follow);
addEventListener('keydown', ({ key }) => {
  if (key !== 'Escape' || document.querySelector('dialog[open]')) return;
  if (sidebar.classList.contains('open')) sidebar.classList.remove('open');
  else if (workspace.thread) go(workspace.channel);
});
