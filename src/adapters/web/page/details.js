import { made, say } from './made.js';

const tellings = {
  same: 'the same before and after',
  changed: 'differs between before and after',
  base: 'happened only before',
  head: 'happens only after',
};

const parts = [
  ['what', 'what'],
  [
    'value',
    'value',
    { call: 'arguments', request: 'body', response: 'body', query: 'parameters', command: 'parameters' },
  ],
  ['result', 'result'],
];

/** The panel that shows one event whole: values, place in the code, before and after beside each other. */
export function createDetails({ panel, links, lanes }) {
  const close = () => {
    panel.hidden = true;
    document.body.classList.remove('with-details');
  };
  return {
    show(row, { focus = false, compared = false } = {}) {
      const { base, head, state, at } = row;
      const one = head ?? base;
      const title = made('h3', { tabIndex: -1 }, `${one.kind} · ${one.service}`);
      const shown = made(
        'div',
        {},
        made(
          'div',
          { class: 'details-head' },
          title,
          made('button', { type: 'button', class: 'button', 'aria-label': 'Close details', onclick: close }, '×'),
        ),
        made(
          'p',
          { class: 'muted' },
          `event ${one.seq}, virtual time +${at} ms`,
          row.to >= 0 ? `, to ${lanes()[row.to]?.name ?? ''}` : '',
          compared ? `; ${tellings[state]}` : '',
        ),
        places({ base, head, state }, links),
        ...parts.map(([name, title, special]) => values(special?.[one.kind] ?? title, name, { base, head, state })),
        made(
          'button',
          { type: 'button', class: 'button', onclick: () => copy(JSON.stringify(row, null, 2)) },
          'Copy as JSON',
        ),
      );
      panel.replaceChildren(shown);
      panel.hidden = false;
      document.body.classList.add('with-details');
      if (focus) title.focus();
    },
    close,
    get isOpen() {
      return !panel.hidden;
    },
  };
}

/** Puts a text on the clipboard and says so. */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say('Copied.');
  } catch {
    say('The browser does not let this page copy. Select the text instead.');
  }
}

function places({ base, head, state }, links) {
  const place = (event, side) => {
    if (event?.file === undefined) return undefined;
    const words = `${event.file}:${event.line}`;
    const href = links(side, event);
    return made(
      'p',
      { class: 'place' },
      href ? made('a', { href, target: '_blank', rel: 'noopener noreferrer' }, words) : words,
    );
  };
  if (head && (state === 'same' || !base || base.file !== head.file || base.line === head.line))
    return place(head, 'head');
  return [place(base, 'base'), place(head, 'head')];
}

function values(title, name, { base, head, state }) {
  const before = base?.[name];
  const after = head?.[name];
  if (before === undefined && after === undefined) return undefined;
  if (state === 'same' || !base || !head || before === after) {
    const said = after ?? before;
    if (said === '') return undefined;
    return made('div', { class: 'value' }, made('h4', {}, title), made('pre', { tabIndex: 0 }, said));
  }
  const [start, end] = common(before ?? '', after ?? '');
  const marked = (text) => [
    text.slice(0, start),
    made('mark', {}, text.slice(start, text.length - end)),
    end > 0 ? text.slice(text.length - end) : '',
  ];
  return made(
    'div',
    { class: 'value differing' },
    made('h4', {}, title),
    made('pre', { class: 'before', tabIndex: 0, 'aria-label': `${title} before` }, marked(before ?? '')),
    made('pre', { class: 'after', tabIndex: 0, 'aria-label': `${title} after` }, marked(after ?? '')),
  );
}

function common(a, b) {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return [start, end];
}
