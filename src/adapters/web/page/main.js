import { copy } from './details.js';
import { listenToKeys } from './keys.js';
import { say } from './made.js';
import { startRun } from './run.js';

const root = document.documentElement;

function theme() {
  const isDark = root.dataset.theme
    ? root.dataset.theme === 'dark'
    : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = isDark ? 'light' : 'dark';
  try {
    localStorage.setItem('theme', root.dataset.theme);
  } catch {
    say('The choice is forgotten with this page: the browser keeps nothing for it.');
  }
  document.dispatchEvent(new Event('theme'));
}

const help = () => document.getElementById('help').showModal();

document.getElementById('theme').addEventListener('click', theme);
document.getElementById('help-button').addEventListener('click', help);
document.addEventListener('click', ({ target }) => {
  const button = target.closest('[data-copy]');
  if (button) copy(button.parentElement.querySelector('code').textContent);
});
const section = document.getElementById('run-section');
listenToKeys({ run: section ? startRun(section) : undefined, help, theme });
