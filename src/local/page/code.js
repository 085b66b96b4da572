import { element } from './element.js';

const diffLine = /^([-+ @\\]|diff |index |new file|deleted file|$)/;

/** A block of code; a diff is coloured line by line. */
export function codeBlock(text, language = '') {
  const lines = text.replace(/^\n/, '').replace(/\n$/, '').split('\n');
  if (language !== 'diff' && !isDiff(lines)) return element('pre', {}, element('code', {}, lines.join('\n')));
  const coloured = lines.map((line) => element('span', { class: `line ${kindOf(line)}` }, `${line}\n`));
  return element('pre', { class: 'diff' }, element('code', {}, ...coloured));
}

function isDiff(lines) {
  const changed = lines.filter((line) => /^[-+](?![-+]?$)/.test(line));
  const clear = lines.some((line) => /^@@ |^(---|\+\+\+) \S/.test(line));
  return changed.length > 0 && (clear || (changed.length > 1 && lines.every((line) => diffLine.test(line))));
}

function kindOf(line) {
  if (/^(---|\+\+\+) |^diff |^index /.test(line)) return 'about';
  if (line.startsWith('@@')) return 'place';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'taken' : 'kept';
}
