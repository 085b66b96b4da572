import { control, field } from './controls.js';
import { dataTable } from './data-table.js';
import { element, safeAddress } from './element.js';
import { withEmoji } from './emoji.js';
import { markdown } from './markdown.js';
import { richText } from './rich-text.js';
import { plan, taskCard } from './tasks.js';
import { textObject } from './text-object.js';

const open = new Map();

const renderers = {
  header: ({ text }) =>
    element('p', { class: 'heading large', role: 'heading', 'aria-level': 3 }, withEmoji(text.text)),
  section,
  divider: () => element('hr'),
  context: ({ elements }) => element('div', { class: 'context' }, ...elements.map(contextPart)),
  image,
  markdown: ({ text }) => element('div', { class: 'markdown' }, ...markdown(text)),
  rich_text: (block) => element('div', { class: 'rich' }, ...richText(block)),
  actions: (block, place) =>
    element('div', { class: 'actions' }, ...block.elements.map((one) => control(one, block, place))),
  context_actions: (block, place) =>
    element('div', { class: 'actions quiet' }, ...block.elements.map((one) => control(one, block, place))),
  input: field,
  alert: ({ text, level = 'default' }) =>
    element('div', { class: `alert ${level}`, role: 'note' }, ...textObject(text)),
  task_card: taskCard,
  plan,
  data_table: dataTable,
  table: dataTable,
  container,
};

/** Blocks as nodes. `place` says where they stand and what a press does; a block that is not known is shown as such. */
export function blocks(all, place) {
  return all.map((block) => {
    const render = Object.hasOwn(renderers, block.type) ? renderers[block.type] : unknown;
    try {
      return render(block, place);
    } catch {
      return unknown(block);
    }
  });
}

function section(block, place) {
  const { text, fields = [], accessory } = block;
  const words = element(
    'div',
    { class: 'words' },
    ...(text ? [element('div', {}, ...textObject(text))] : []),
    ...(fields.length > 0
      ? [element('div', { class: 'fields' }, ...fields.map((one) => element('div', {}, ...textObject(one))))]
      : []),
  );
  const beside =
    accessory && (accessory.type === 'image' ? picture(accessory, 'accessory') : control(accessory, block, place));
  return element('div', { class: 'section' }, words, beside);
}

function contextPart(part) {
  return part.type === 'image' ? picture(part, 'small') : element('span', {}, ...textObject(part));
}

function image(block) {
  const title = block.title && element('figcaption', {}, withEmoji(block.title.text));
  return element('figure', {}, title, picture(block, 'large'));
}

function picture({ image_url, alt_text }, size) {
  if (!safeAddress(image_url)) return element('span', { class: 'muted' }, `[image: ${alt_text}]`);
  return element('img', { src: image_url, alt: alt_text, class: `picture ${size}`, loading: 'lazy' });
}

/** A group of blocks; one that can be folded stays as the person left it when the message is edited. */
function container(block, place) {
  const { title, rich_text_title, subtitle, child_blocks, is_collapsible, default_collapsed, block_id } = block;
  const heading = [
    element(
      'span',
      { class: 'title' },
      ...(rich_text_title ? richText(rich_text_title) : [withEmoji(title?.text ?? '')]),
    ),
    subtitle && element('span', { class: 'muted' }, ...textObject(subtitle)),
  ];
  const body = element('div', { class: 'body' }, ...blocks(child_blocks, place));
  if (!is_collapsible)
    return element('div', { class: 'container' }, element('div', { class: 'top' }, ...heading), body);
  const key = `${place.key}/${block_id}`;
  const details = element(
    'details',
    { class: 'container', open: open.get(key) ?? !default_collapsed },
    element('summary', {}, ...heading),
    body,
  );
  details.addEventListener('toggle', () => open.set(key, details.open));
  return details;
}

function unknown(block) {
  return element(
    'details',
    { class: 'container unknown' },
    element('summary', {}, `A block that this page does not know: ${String(block?.type)}`),
    element('pre', {}, element('code', {}, JSON.stringify(block, null, 2))),
  );
}
