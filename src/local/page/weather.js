import { dialog } from './dialogs.js';
import { element } from './element.js';
import { act } from './server.js';
import { workspace } from './workspace.js';

const kinds = [
  ['Deliver every event twice', { delivery: 'duplicate' }],
  ['Lose the next event once', { delivery: 'drop', times: 1 }],
  ['Deliver the next event late', { delivery: 'delay', delayMs: 2_000, times: 1 }],
  ['Let the next event be overtaken', { delivery: 'reorder', times: 1 }],
  ['Answer the next call with 429', { call: '*', answer: 'rate-limited', times: 1 }],
  ['Answer the next call with 503', { call: '*', answer: 'server-error', times: 1 }],
  ['Break the connection after the next post', { call: 'chat.postMessage', answer: 'answer-lost', times: 1 }],
];

/** The weather between the workspace and the app, for those who want to see how the app bears it. */
export function openWeather() {
  const set = new Set(workspace.weather.map((fault) => JSON.stringify(kindOf(fault))));
  const boxes = kinds.map(([label, fault]) => {
    const input = element('input', { type: 'checkbox', checked: set.has(JSON.stringify(kindOf(fault))) });
    return { fault, input, node: element('label', {}, input, element('span', {}, label)) };
  });
  const save = async (event) => {
    event.preventDefault();
    const faults = boxes.filter(({ input }) => input.checked).map(({ fault }) => fault);
    if (await act({ do: 'weather', faults })) workspace.weather = faults;
    made.close();
  };
  const made = dialog(
    'Weather',
    { class: 'small' },
    element(
      'form',
      { class: 'content choices', id: 'weather-form', onsubmit: save },
      element('p', { class: 'muted' }, 'What can go wrong between Slack and an app, made to happen here.'),
      ...boxes.map(({ node }) => node),
    ),
    element('footer', {}, element('button', { type: 'submit', class: 'button primary', form: 'weather-form' }, 'Set')),
  );
}

function kindOf({ delivery, call, answer }) {
  return [delivery, call, answer];
}
