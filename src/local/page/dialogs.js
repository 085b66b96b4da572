import { element, iconButton } from './element.js';
import { withEmoji } from './emoji.js';
import { icon } from './icon.js';
import { textObject } from './text-object.js';

/** A dialog over the page; it goes when it is closed. */
export function dialog(title, more = {}, ...children) {
  const heading = `dialog-${Math.round(performance.now() * 1_000)}`;
  const made = element(
    'dialog',
    { 'aria-labelledby': heading, ...more },
    element(
      'header',
      {},
      element('h2', { id: heading }, withEmoji(title)),
      iconButton('Close', icon('close'), () => made.requestClose?.() ?? made.close()),
    ),
    ...children,
  );
  made.addEventListener('close', () => made.remove());
  document.body.append(made);
  made.showModal();
  return made;
}

/** Asks before something is done, in the words of the app. */
export function confirmed({ title, text, confirm, deny, style }) {
  return new Promise((resolve) => {
    const answer = (value) => () => {
      resolve(value);
      made.close();
    };
    const made = dialog(
      title.text,
      { class: 'small' },
      element('div', { class: 'content' }, ...textObject(text)),
      element(
        'footer',
        {},
        element('button', { type: 'button', class: 'button', onclick: answer(false) }, deny.text),
        element(
          'button',
          { type: 'button', class: `button ${style === 'danger' ? 'danger' : 'primary'}`, onclick: answer(true) },
          confirm.text,
        ),
      ),
    );
    made.addEventListener('close', () => resolve(false));
  });
}
