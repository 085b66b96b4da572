import { element, link } from './element.js';
import { richText } from './rich-text.js';

const states = {
  pending: ['○', 'waiting'],
  in_progress: ['◐', 'under way'],
  complete: ['●', 'done'],
  error: ['✕', 'failed'],
};

/** One task and how far it is. */
export function taskCard({ title, status = 'pending', details, output, sources = [] }) {
  const [sign, word] = states[status] ?? states.pending;
  const more = [
    details && element('div', { class: 'muted' }, ...richText(details)),
    output && element('div', {}, ...richText(output)),
    sources.length > 0 && element('div', { class: 'muted' }, ...sources.map(({ url, text }) => link(url, text ?? url))),
  ].filter(Boolean);
  return element(
    'div',
    { class: `task ${status}` },
    element('span', { class: 'sign', role: 'img', 'aria-label': word }, sign),
    element('div', {}, element('span', { class: 'title' }, title), ...more),
  );
}

/** A plan: a title and its tasks. */
export function plan({ title, tasks = [] }) {
  return element('div', { class: 'plan' }, element('p', { class: 'heading' }, title), ...tasks.map(taskCard));
}
