import { codeBlock } from './code.js';
import { element, link } from './element.js';
import { emoji } from './emoji.js';
import { channelBy, nameOf } from './workspace.js';

const parts = {
  rich_text_section: ({ elements }) => element('div', {}, ...elements.map(leaf)),
  rich_text_preformatted: ({ elements, language }) =>
    codeBlock(elements.map(({ text, url }) => text ?? url ?? '').join(''), language),
  rich_text_quote: ({ elements }) => element('blockquote', {}, ...elements.map(leaf)),
  rich_text_list: ({ elements, style }) =>
    element(style === 'ordered' ? 'ol' : 'ul', {}, ...elements.map((one) => element('li', {}, richPart(one)))),
};

/** A rich_text block as nodes. */
export function richText({ elements = [] }) {
  return elements.map(richPart);
}

function richPart(part) {
  return parts[part.type]?.(part) ?? element('div', {}, JSON.stringify(part));
}

function leaf(one) {
  const { type, text, url, user_id, channel_id, name, style = {}, range } = one;
  const plain = {
    text: () => text,
    link: () => link(url, text ?? url),
    user: () => element('span', { class: 'mention' }, `@${nameOf(user_id)}`),
    channel: () => element('span', { class: 'mention' }, `#${channelBy(channel_id)?.name ?? channel_id}`),
    broadcast: () => element('span', { class: 'mention' }, `@${range}`),
    emoji: () => emoji(name),
  };
  let node = plain[type]?.() ?? JSON.stringify(one);
  for (const [mark, tag] of [
    ['code', 'code'],
    ['bold', 'strong'],
    ['italic', 'em'],
    ['strike', 's'],
  ])
    if (style[mark]) node = element(tag, {}, node);
  return node;
}
