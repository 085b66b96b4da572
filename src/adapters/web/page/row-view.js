import { drawn, made } from './made.js';

const signs = {
  step: '▸',
  request: '→',
  response: '←',
  publish: '⇢',
  message: '⇠',
  query: '?',
  command: '?',
  write: '◆',
  clock: '◷',
  call: 'ƒ',
  return: '↩',
  throw: '!',
  read: '⚙',
  log: '≡',
  error: '✗',
  fault: '↯',
};

const tellings = { same: '', changed: 'differs', base: 'only before', head: 'only after' };

/** An event as one line of text. */
export function lineOf({ kind, what, value, result, threw }) {
  if (kind === 'call') {
    const back = result === undefined ? '' : threw ? ` threw ${result}` : ` → ${result === '' ? 'nothing' : result}`;
    return `${what}(${value ?? ''})${back}`;
  }
  if (kind === 'read') return `${what} = ${value ?? ''}`;
  if (kind === 'log') return what;
  return value ? `${what}  ${value}` : what;
}

/** A row of the list: its number, its place among the lanes, and its text, before and after beside each other. */
export function rowView({ row, place, total, band, widths, isMarked, isGuilty, isSelected }) {
  const { state, depth, base, head } = row;
  const one = head ?? base;
  const spoken = [one.service, one.kind, lineOf(one).slice(0, 160), tellings[state]].filter(Boolean).join(', ');
  const marks = [isMarked && 'parting', isGuilty && 'guilty', isSelected && 'selected'].filter(Boolean);
  const view = made(
    'div',
    {
      id: `row-${place}`,
      role: 'option',
      class: ['row', state, one.kind, band !== undefined && 'band', ...marks].filter(Boolean).join(' '),
      'aria-selected': String(Boolean(isSelected)),
      'aria-posinset': place + 1,
      'aria-setsize': total,
      'aria-label': spoken,
      'data-place': place,
    },
    made('span', { class: 'gutter' }, band === undefined ? String(one.seq) : `+${band} ms`),
    lanesOf(row, widths, one.kind),
    state === 'same'
      ? made('span', { class: 'cell both' }, textOf(one, depth))
      : [
          made('span', { class: 'cell before' }, base && textOf(base, depth)),
          made('span', { class: 'cell after' }, head && textOf(head, depth)),
        ],
  );
  if (isGuilty) view.append(made('span', { class: 'flag' }, 'same input, other result'));
  else if (isMarked) view.append(made('span', { class: 'flag' }, 'first difference'));
  return view;
}

function textOf(event, depth) {
  const line = lineOf(event);
  const indent = made('span', { class: 'indent' });
  indent.style.width = `${Math.min(depth, 14) * 9}px`;
  return [
    indent,
    made(
      'span',
      { class: `sign ${event.kind} ${event.threw ? 'threw' : ''}`, 'aria-hidden': 'true' },
      signs[event.kind] ?? '·',
    ),
    made('span', { class: 'line', title: line }, line),
  ];
}

function lanesOf({ lane, to }, { lane: width, lanes, height }, kind) {
  const x = (index) => index * width + width / 2;
  const middle = height / 2;
  const parts = Array.from({ length: lanes }, (_, index) =>
    drawn('line', { class: 'life', x1: x(index), x2: x(index), y1: 0, y2: height }),
  );
  if (lane < 0) parts.push(drawn('line', { class: 'moment', x1: 0, x2: width * lanes, y1: middle, y2: middle }));
  else if (to >= 0 && to !== lane) {
    const left = to < lane;
    const end = x(to) + (left ? 4 : -4);
    parts.push(drawn('line', { class: `arrow ${kind}`, x1: x(lane), x2: end, y1: middle, y2: middle }));
    parts.push(drawn('path', { class: `tip ${kind}`, d: `M${x(to)} ${middle}l${left ? 6 : -6} -4v8z` }));
    parts.push(drawn('circle', { class: `dot ${kind}`, cx: x(lane), cy: middle, r: 2.5 }));
  } else if (kind === 'write')
    parts.push(drawn('path', { class: 'dot write', d: `M${x(lane)} ${middle - 5}l5 5l-5 5l-5 -5z` }));
  else parts.push(drawn('circle', { class: `dot ${kind}`, cx: x(lane), cy: middle, r: kind === 'step' ? 5 : 3.5 }));
  return drawn('svg', { class: 'lanes', width: width * lanes, height, 'aria-hidden': 'true' }, ...parts);
}
