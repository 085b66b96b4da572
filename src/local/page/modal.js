import { blocks } from './blocks.js';
import { dialog } from './dialogs.js';
import { element } from './element.js';
import { withEmoji } from './emoji.js';
import { act } from './server.js';

let shown;

/** Shows the modal that the app has opened before you; none closes what was open. */
export function showModal(view) {
  if (!view) return close();
  if (shown?.view.id === view.id && shown.view.hash === view.hash) return;
  const filled = shown?.view.id === view.id ? filledIn(shown.form) : {};
  close();
  const place = { key: view.id, press: (action, chosen) => press(action, chosen) };
  const form = element(
    'form',
    { class: 'content', noValidate: true, id: `form-${view.id}` },
    ...blocks(view.given.blocks, place),
  );
  const press = (action, chosen) => act({ do: 'press-in-view', view: view.id, action, filled: filledIn(form), chosen });
  const { title, submit, close: cancel } = view.given;
  const made = dialog(title?.text ?? '', { class: 'modal' }, form, footer(view, submit, cancel));
  refill(form, filled);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    send(view, form, made);
  });
  made.addEventListener('cancel', (event) => {
    event.preventDefault();
    act({ do: 'close', view: view.id });
  });
  made.querySelector('header .icon').addEventListener('click', () => act({ do: 'close', view: view.id }));
  shown = { view, form, made };
  form.querySelector('input, textarea, select')?.focus();
}

function close() {
  shown?.made.close();
  shown = undefined;
}

function footer(view, submit, cancel) {
  const leave = () => act({ do: 'close', view: view.id });
  return element(
    'footer',
    {},
    element('button', { type: 'button', class: 'button', onclick: leave }, withEmoji(cancel?.text ?? 'Cancel')),
    submit &&
      element('button', { type: 'submit', class: 'button primary', form: `form-${view.id}` }, withEmoji(submit.text)),
  );
}

async function send(view, form, made) {
  const button = made.querySelector('footer .primary');
  button?.setAttribute('aria-busy', 'true');
  const done = await act({ do: 'submit', view: view.id, filled: filledIn(form) });
  button?.removeAttribute('aria-busy');
  for (const line of form.querySelectorAll('.error')) line.hidden = true;
  for (const [block, problem] of Object.entries(done?.result?.errors ?? {})) showError(form, block, problem);
  form.querySelector('[aria-invalid=true]')?.focus();
}

function showError(form, block, problem) {
  const holder = [...form.querySelectorAll('.field')].find(({ dataset }) => dataset.block === block);
  const line = holder?.querySelector('.error');
  if (!line) return;
  line.textContent = problem;
  line.hidden = false;
  const input = holder.querySelector('input, textarea, select');
  input?.setAttribute('aria-invalid', 'true');
  input?.setAttribute('aria-describedby', line.id);
}

/** What stands in a form: texts and choices by block and action. */
function filledIn(form) {
  const filled = {};
  for (const group of form.querySelectorAll('[data-name]')) filled[group.dataset.name] = [];
  for (const input of form.elements) {
    if (!input.name) continue;
    if (input.type === 'checkbox' || input.type === 'radio') {
      if (input.checked) filled[input.name].push(input.value);
    } else filled[input.name] = input.value;
  }
  return filled;
}

function refill(form, filled) {
  for (const input of form.elements) {
    const value = filled[input.name];
    if (value === undefined) continue;
    if (input.type === 'checkbox' || input.type === 'radio') input.checked = value.includes(input.value);
    else input.value = value;
  }
}
