import { element } from './element.js';

let shown;

/** A menu below what was pressed: a list of labels and deeds. Arrow keys move, Escape leaves. */
export function menu(anchor, label, items) {
  shown?.leave(false);
  const list = element('div', { class: 'menu', role: 'menu', 'aria-label': label });
  const leave = (back = true) => {
    list.remove();
    document.removeEventListener('pointerdown', outside, true);
    anchor.setAttribute('aria-expanded', 'false');
    shown = undefined;
    if (back) anchor.focus();
  };
  const outside = ({ target }) => list.contains(target) || leave(false);
  list.append(
    ...items.map(({ label: text, mark, run, danger }) =>
      element(
        'button',
        {
          type: 'button',
          role: 'menuitem',
          class: danger ? 'danger' : '',
          onclick: () => {
            leave();
            run();
          },
        },
        element('span', {}, text),
        mark && element('span', { class: 'muted' }, mark),
      ),
    ),
  );
  list.addEventListener('keydown', (event) => {
    const buttons = [...list.querySelectorAll('button')];
    const at = buttons.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) buttons.at((at + step) % buttons.length).focus();
    if (event.key === 'Escape' || event.key === 'Tab') leave();
    if (step || event.key === 'Escape') event.preventDefault();
    event.stopPropagation();
  });
  document.body.append(list);
  place(list, anchor);
  anchor.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  list.querySelector('button')?.focus();
  shown = { leave };
}

function place(list, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const below = at.bottom + height + 8 < innerHeight;
  list.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
  list.style.left = `${Math.max(8, Math.min(at.right - width, innerWidth - width - 8))}px`;
}
