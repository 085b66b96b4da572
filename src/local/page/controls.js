import { confirmed } from './dialogs.js';
import { element, link, safeAddress } from './element.js';
import { emoji, withEmoji } from './emoji.js';
import { textObject } from './text-object.js';

const makers = {
  button,
  static_select: select,
  overflow: select,
  checkboxes: (one, block, place) => choices('checkbox', one, block, place),
  radio_buttons: (one, block, place) => choices('radio', one, block, place),
  plain_text_input: textInput,
  email_text_input: textInput,
  url_text_input: textInput,
  number_input: textInput,
  feedback_buttons: feedback,
  icon_button: (one, block, place) => button({ ...one, text: one.text ?? { text: one.icon } }, block, place),
};

/** An interactive element. What it does when used is the place's business: `place.press(action, chosen, block)`. */
export function control(one, block, place) {
  const make = Object.hasOwn(makers, one.type) ? makers[one.type] : undefined;
  return make?.(one, block, place) ?? element('span', { class: 'muted' }, `[${one.type}: not shown on this page]`);
}

/** An input block: its label, its element, its hint, and room for an error. */
export function field(block, place) {
  const { label, element: one, hint, optional, block_id, dispatch_action } = block;
  const id = `f-${place.key}-${block_id}`.replaceAll(/[^\w-]/g, '-');
  const inside = control(one, block, dispatch_action ? place : { ...place, press: undefined });
  const target = inside.matches('input, textarea, select') ? inside : undefined;
  if (target) target.id = id;
  const name = [withEmoji(label.text), optional && element('span', { class: 'muted' }, ' (optional)')];
  const error = element('p', { class: 'error', id: `${id}-error`, role: 'alert', hidden: true });
  const help = hint && element('p', { class: 'muted hint' }, withEmoji(hint.text));
  const labelled = target
    ? element('label', { for: id }, ...name)
    : element('span', { class: 'label', id: `${id}-label` }, ...name);
  if (!target) inside.setAttribute('aria-labelledby', `${id}-label`);
  return element('div', { class: 'field', 'data-block': block_id }, labelled, inside, help, error);
}

function button(one, _block, place) {
  const { text, style, url, action_id, accessibility_label } = one;
  const press = async (event) => {
    const pressed = event.currentTarget;
    if (one.confirm && !(await confirmed(one.confirm))) return;
    pressed.setAttribute('aria-busy', 'true');
    await place.press?.(action_id);
    pressed.removeAttribute('aria-busy');
  };
  const label = accessibility_label ? { 'aria-label': accessibility_label } : {};
  if (url && safeAddress(url)) {
    const made = link(url, withEmoji(text.text));
    made.className = `button ${style ?? ''}`;
    made.addEventListener('click', press);
    return made;
  }
  return element(
    'button',
    { type: 'button', class: `button ${style ?? ''}`, onclick: press, ...label },
    withEmoji(text.text),
  );
}

function select(one, block, place) {
  const { options = [], option_groups = [], placeholder, initial_option, action_id } = one;
  const item = ({ text, value }) =>
    element(
      'option',
      { value, selected: value === initial_option?.value, defaultSelected: value === initial_option?.value },
      withEmoji(text.text),
    );
  const groups = option_groups.map((group) =>
    element('optgroup', { label: group.label.text }, ...group.options.map(item)),
  );
  const empty = element('option', { value: '' }, placeholder?.text ?? (one.type === 'overflow' ? '⋯' : 'Choose'));
  const onchange = ({ currentTarget }) => currentTarget.value !== '' && place.press?.(action_id, currentTarget.value);
  const label = { 'aria-label': placeholder?.text ?? 'Options' };
  return element('select', { name: nameOf(block, one), onchange, ...label }, empty, ...options.map(item), ...groups);
}

function choices(kind, one, block, place) {
  const { options = [], initial_options = [], initial_option, action_id } = one;
  const first = new Set([...initial_options, initial_option].filter(Boolean).map(({ value }) => value));
  const group = element('div', {
    class: 'choices',
    role: kind === 'radio' ? 'radiogroup' : 'group',
    'data-name': nameOf(block, one),
  });
  const onchange = () => {
    const chosen = [...group.querySelectorAll('input:checked')].map(({ value }) => value);
    place.press?.(action_id, kind === 'radio' ? chosen[0] : chosen);
  };
  group.append(
    ...options.map(({ text, value, description }) =>
      element(
        'label',
        {},
        element('input', { type: kind, name: nameOf(block, one), value, checked: first.has(value), onchange }),
        element(
          'span',
          {},
          ...textObject(text),
          description && element('span', { class: 'muted' }, ` ${description.text}`),
        ),
      ),
    ),
  );
  return group;
}

const inputTypes = { email_text_input: 'email', url_text_input: 'url', number_input: 'text' };

function textInput(one, block) {
  const { multiline, initial_value = '', placeholder, max_length, type } = one;
  const common = {
    name: nameOf(block, one),
    value: initial_value,
    placeholder: placeholder?.text ?? '',
    autocomplete: 'off',
    ...(max_length && { maxLength: max_length }),
  };
  if (!multiline) return element('input', { type: inputTypes[type] ?? 'text', ...common });
  const rows = Math.min(14, Math.max(3, initial_value.split('\n').length));
  return element('textarea', { rows, spellcheck: false, ...common });
}

function feedback({ positive_button, negative_button, action_id }, _block, place) {
  const one = ({ text, value, accessibility_label }, sign) =>
    element(
      'button',
      {
        type: 'button',
        class: 'button small',
        'aria-label': accessibility_label ?? text.text,
        onclick: () => place.press?.(action_id, value),
      },
      [emoji(sign), ` ${text.text}`],
    );
  return element('span', { class: 'feedback' }, one(positive_button, '+1'), one(negative_button, '-1'));
}

function nameOf(block, one) {
  return `${block.block_id}/${one.action_id}`;
}
