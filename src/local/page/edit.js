import { dialog } from './dialogs.js';
import { element } from './element.js';
import { unescaped } from './mrkdwn.js';
import { act } from './server.js';
import { workspace } from './workspace.js';

/** Lets the author change a message. */
export function editMessage({ ts, text }) {
  const input = element('textarea', { rows: 6, 'aria-label': 'Message', value: typedAgain(text) });
  const form = element('form', { class: 'content', id: 'edit-form' }, input);
  const made = dialog(
    'Edit message',
    {},
    form,
    element(
      'footer',
      {},
      element('button', { type: 'button', class: 'button', onclick: () => made.close() }, 'Cancel'),
      element('button', { type: 'submit', class: 'button primary', form: 'edit-form' }, 'Save'),
    ),
  );
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (input.value.trim() !== '' && (await act({ do: 'edit', ts, text: input.value }))) made.close();
  });
  input.focus();
}

/** What the author typed, from what was stored. */
function typedAgain(text) {
  const plain = text
    .replace(/<@(\w+)>/g, (_, id) => `@${workspace.people.get(id)?.name ?? id}`)
    .replace(/<#\w+\|([^>]+)>/g, '#$1')
    .replace(/<!(\w+)>/g, '@$1')
    .replace(/<(?:mailto:|https?:)[^<>|]+\|([^<>]+)>/g, '$1')
    .replace(/<([^<>|]+)>/g, '$1');
  return unescaped(plain);
}
