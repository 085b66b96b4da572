import { element } from './element.js';
import { workspace } from './workspace.js';

const hues = 6;

/** A person's mark: the first letter of their name on a colour of their own. */
export function avatar(id) {
  const person = workspace.people.get(id);
  if (person?.isBot) return element('img', { class: 'avatar', src: '/page/mark.svg', alt: '' });
  const place = [...workspace.people.keys()].indexOf(id);
  return element(
    'span',
    { class: `avatar hue-${Math.max(0, place) % hues}`, 'aria-hidden': 'true' },
    (person?.realName ?? id).slice(0, 1),
  );
}
