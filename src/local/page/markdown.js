import { codeBlock } from './code.js';
import { element, link } from './element.js';
import { emoji } from './emoji.js';
import { cut } from './marks.js';

const mark =
  /(`+)([^`]+?)\1|\[([^\]\n]+)\]\(([^()\s]+)\)|\*\*([^\n]+?)\*\*|(?<![\w*])\*(?![\s*])([^*\n]+?)\*(?!\*)|(?<!\w)_(?![\s_])([^_\n]+?)_(?!\w)|~~([^\n]+?)~~|:([a-z0-9_+-]+):/g;

/** Standard Markdown as nodes, as far as answers use it. */
export function markdown(text) {
  return text.split(/^(```[\s\S]*?(?:^```[^\S\n]*$|$(?![\s\S])))/m).flatMap((part) => {
    const fence = /^```([^\n`]*)\n?([\s\S]*?)(?:\n?```[^\S\n]*)?$/.exec(part);
    return fence ? [codeBlock(fence[2], fence[1].trim())] : paragraphs(part);
  });
}

function paragraphs(text) {
  return text
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== '')
    .flatMap((part) => block(part.replace(/^\n+|\n+$/g, '')));
}

function block(text) {
  const lines = text.split('\n');
  const heading = /^(#{1,6})\s+(.*)$/.exec(lines[0]);
  if (heading)
    return [
      element('p', { class: 'heading', role: 'heading', 'aria-level': heading[1].length + 2 }, ...inline(heading[2])),
      ...rest(lines),
    ];
  if (/^([-*_])\s*(\1\s*){2,}$/.test(lines[0])) return [element('hr'), ...rest(lines)];
  if (lines.every((line) => line.startsWith('>')))
    return [element('blockquote', {}, ...block(lines.map((line) => line.replace(/^>\s?/, '')).join('\n')))];
  if (lines.length > 1 && /^\s*\|?[\s:|-]+\|[\s:|-]*$/.test(lines[1])) return [table(lines)];
  const item = /^\s*([-*+]|\d+[.)])\s+/;
  const first = lines.findIndex((line) => item.test(line));
  if (first > 0) return [...block(lines.slice(0, first).join('\n')), ...block(lines.slice(first).join('\n'))];
  if (first === 0) return [list(lines, item)];
  return [
    element(
      'p',
      {},
      ...lines.flatMap((line, index) => (index === 0 ? inline(line) : [element('br'), ...inline(line)])),
    ),
  ];
}

function rest(lines) {
  const text = lines.slice(1).join('\n');
  return text.trim() === '' ? [] : block(text);
}

function list(lines, item) {
  const items = [];
  for (const line of lines) {
    if (item.test(line)) items.push(line.replace(item, ''));
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  const ordered = /^\s*\d/.test(lines[0]);
  return element(ordered ? 'ol' : 'ul', {}, ...items.map((one) => element('li', {}, ...inline(one))));
}

function table(lines) {
  const cells = (line) =>
    line
      .replace(/^\s*\||\|\s*$/g, '')
      .split('|')
      .map((cell) => cell.trim());
  const row = (line, tag) => element('tr', {}, ...cells(line).map((cell) => element(tag, {}, ...inline(cell))));
  const body = lines.slice(2).map((line) => row(line, 'td'));
  return element(
    'div',
    { class: 'table' },
    element('table', {}, element('thead', {}, row(lines[0], 'th')), element('tbody', {}, ...body)),
  );
}

function inline(text) {
  return cut(text, mark, (plain) => plain, marked);
}

function marked([, , code, label, address, bold, starred, underlined, strike, shortcode]) {
  if (code !== undefined) return element('code', {}, code);
  if (label !== undefined) return link(address, ...inline(label));
  if (bold !== undefined) return element('strong', {}, ...inline(bold));
  if (starred !== undefined) return element('em', {}, ...inline(starred));
  if (underlined !== undefined) return element('em', {}, ...inline(underlined));
  if (strike !== undefined) return element('s', {}, ...inline(strike));
  return emoji(shortcode);
}
