import { codeBlock } from './code.js';
import { element, link } from './element.js';
import { emoji } from './emoji.js';
import { cut } from './marks.js';
import { channelBy, nameOf, workspace } from './workspace.js';

const inlineMark =
  /`([^`\n]+)`|<([^<>\n]+)>|(?<![\w*])\*(?![\s*])([^*\n]*[^\s*])\*(?![\w*])|(?<![\w_])_(?![\s_])([^_\n]*[^\s_])_(?![\w_])|(?<![\w~])~(?![\s~])([^~\n]*[^\s~])~(?![\w~])|:([a-z0-9_+-]+):/g;

/** Slack's mrkdwn as nodes: fences, quotes, lists of lines, marks, links, mentions, emoji. */
export function mrkdwn(text) {
  const parts = text.split(/```([\s\S]*?)```/);
  return parts.flatMap((part, index) => (index % 2 === 1 ? [codeBlock(withoutLinks(part))] : quoted(part, index > 0)));
}

/** Slack's escapes taken back. */
export function unescaped(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Within code a link is shown as it was typed. */
function withoutLinks(text) {
  return unescaped(
    text.replace(/<((?:https?|mailto):[^<>|]+)(?:\|([^<>]*))?>/g, (_, address, label) => label ?? address),
  );
}

function quoted(text, afterFence) {
  const lines = (afterFence ? text.replace(/^\n/, '') : text).replace(/\n$/, '').split('\n');
  const nodes = [];
  for (const line of lines) {
    const quote = /^&gt; ?(.*)$/.exec(line);
    const last = nodes.at(-1);
    if (quote) {
      if (last?.tagName === 'BLOCKQUOTE') last.append(element('br'), ...inline(quote[1]));
      else nodes.push(element('blockquote', {}, ...inline(quote[1])));
    } else if (last?.classList?.contains('text')) last.append(element('br'), ...inline(line));
    else if (line !== '' || lines.length === 1) nodes.push(element('span', { class: 'text' }, ...inline(line)));
  }
  return text === '' ? [] : nodes;
}

/** The marks within a line. */
function inline(text) {
  return cut(text, inlineMark, unescaped, marked);
}

function marked([whole, code, angle, bold, italic, strike, shortcode]) {
  if (code !== undefined) return element('code', {}, withoutLinks(code));
  if (angle !== undefined) return entity(angle, whole);
  if (bold !== undefined) return element('strong', {}, ...inline(bold));
  if (italic !== undefined) return element('em', {}, ...inline(italic));
  if (strike !== undefined) return element('s', {}, ...inline(strike));
  return emoji(shortcode);
}

function entity(inside, whole) {
  const [target, label] = inside.split('|');
  if (target.startsWith('@')) return mention(target.slice(1), label);
  if (target.startsWith('#')) {
    const name = channelBy(target.slice(1))?.name ?? label ?? target.slice(1);
    return element('span', { class: 'mention' }, `#${name}`);
  }
  if (target.startsWith('!')) return element('span', { class: 'mention' }, `@${label ?? target.slice(1)}`);
  const address = unescaped(target);
  return /^(https?|mailto):/.test(address) ? link(address, label ? unescaped(label) : address) : unescaped(whole);
}

function mention(id, label) {
  const person = workspace.people.get(id);
  const name = person?.isBot ? person.name : (label ?? nameOf(id));
  return element('span', { class: id === workspace.you ? 'mention you' : 'mention' }, `@${name}`);
}
