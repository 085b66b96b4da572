import { element } from './element.js';
import { asDate, messageNode } from './message.js';

const togetherS = 300;
const nearPx = 120;

/** A list of messages in order of time; it follows the newest while its reader is at the foot, and shows a long one from its beginning. */
export function messageList(label, options) {
  const shown = new Map();
  const node = element('div', { class: 'messages', role: 'log', 'aria-label': label, tabIndex: 0 });
  const atFoot = () => node.scrollHeight - node.scrollTop - node.clientHeight < nearPx;
  const follow = () => {
    const last = node.lastElementChild;
    const tall = last && last.offsetHeight > node.clientHeight;
    node.scrollTop = tall ? last.offsetTop : node.scrollHeight;
  };

  const insert = (message) => {
    const made = messageNode(message, options);
    const before = shown.get(message.ts);
    shown.set(message.ts, { message, node: made });
    if (before) {
      const held = before.node.contains(document.activeElement);
      before.node.replaceWith(made);
      if (held) made.focus();
    } else {
      const next = [...node.children].find(({ dataset }) => dataset.ts > message.ts);
      node.insertBefore(made, next ?? null);
    }
  };

  node.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const current = event.target.closest?.('.message');
    if (!step || !(event.target === node || event.target === current)) return;
    const all = [...node.children];
    (current ? all[all.indexOf(current) + step] : all.at(-1))?.focus();
    event.preventDefault();
  });

  return {
    node,
    /** Shows exactly these messages. */
    reset(messages) {
      shown.clear();
      node.replaceChildren();
      for (const message of messages) insert(message);
      group(node, shown);
      follow();
    },
    /** Shows a message, or what became of it. */
    put(message, own) {
      const following = atFoot() || (own && !shown.has(message.ts));
      insert(message);
      group(node, shown);
      if (following) follow();
    },
    remove(ts) {
      shown.get(ts)?.node.remove();
      shown.delete(ts);
      group(node, shown);
    },
    last: (matches) =>
      [...shown.values()]
        .map(({ message }) => message)
        .sort((a, b) => (a.ts < b.ts ? 1 : -1))
        .find(matches),
    has: (ts) => shown.has(ts),
    at: (ts) => shown.get(ts)?.node,
  };
}

/** Messages of one person in a row stand together; a new day is announced. */
function group(node, shown) {
  let before;
  for (const child of node.children) {
    const { message } = shown.get(child.dataset.ts);
    const day = asDate(message.ts).toDateString();
    const newDay = !before || asDate(before.ts).toDateString() !== day;
    const together =
      before &&
      !newDay &&
      before.user === message.user &&
      message.ts - before.ts < togetherS &&
      !message.onlyFor &&
      !before.onlyFor;
    child.classList.toggle('together', Boolean(together));
    child.querySelector('.day').textContent = newDay ? dayName(message.ts) : '';
    before = message;
  }
}

function dayName(ts) {
  const date = asDate(ts);
  if (date.toDateString() === new Date().toDateString()) return 'Today';
  return date.toLocaleDateString([], { weekday: 'long', day: 'numeric', month: 'long' });
}
