import { avatar } from './avatar.js';
import { element } from './element.js';
import { workspace } from './workspace.js';

/** Offers people while a person types @…; Tab, Enter or a click takes the one that is marked. */
export function mentionHelp(input, holder) {
  const list = element('div', { class: 'menu mentions', role: 'listbox', 'aria-label': 'People', hidden: true });
  let offered = [];
  let marked = 0;
  holder.append(list);

  const typed = () => /(?:^|[\s(])@([\w-]*)$/.exec(input.value.slice(0, input.selectionStart))?.[1];
  const take = (name) => {
    const at = input.selectionStart;
    const start = at - typed().length;
    input.setRangeText(`${name} `, start, at, 'end');
    hide();
    input.focus();
  };
  const hide = () => {
    offered = [];
    list.hidden = true;
  };
  const draw = () => {
    list.hidden = offered.length === 0;
    list.replaceChildren(
      ...offered.map(({ id, name, realName }, index) =>
        element(
          'button',
          {
            type: 'button',
            role: 'option',
            'aria-selected': index === marked,
            tabIndex: -1,
            onclick: () => take(name),
          },
          avatar(id),
          element('strong', {}, `@${name}`),
          element('span', { class: 'muted' }, realName),
        ),
      ),
    );
  };
  input.addEventListener('input', () => {
    const start = typed()?.toLowerCase();
    const people = [...workspace.people.values()].sort((a, b) => Number(b.isBot) - Number(a.isBot));
    offered = start === undefined ? [] : people.filter(({ name }) => name.startsWith(start)).slice(0, 6);
    marked = 0;
    draw();
  });
  input.addEventListener('blur', () => setTimeout(() => list.contains(document.activeElement) || hide(), 100));

  return {
    /** Whether a key was meant for the list. */
    takes(event) {
      if (offered.length === 0) return false;
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) marked = (marked + step + offered.length) % offered.length;
      else if (event.key === 'Enter' || event.key === 'Tab') take(offered[marked].name);
      else if (event.key === 'Escape') hide();
      else return false;
      event.preventDefault();
      if (step) draw();
      return true;
    },
  };
}
