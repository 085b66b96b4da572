import { element, iconButton } from './element.js';
import { icon } from './icon.js';

const staysMs = 12_000;

/** Says something in a line at the foot of the page. */
export function notice(sentence) {
  const line = element(
    'p',
    { class: 'notice' },
    sentence,
    iconButton('Dismiss', icon('close'), () => line.remove()),
  );
  document.getElementById('notices').append(line);
  setTimeout(() => line.remove(), staysMs);
}
