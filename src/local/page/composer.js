import { element } from './element.js';
import { mentionHelp } from './mention.js';
import { notice } from './notices.js';
import { act } from './server.js';
import { workspace } from './workspace.js';

/** Where a message is written: Enter sends, Shift+Enter makes a new line, Arrow up edits your last. */
export function composer({ id, label, send, editLast }) {
  const input = element('textarea', {
    id,
    rows: 1,
    placeholder: label,
    'aria-label': label,
    spellcheck: true,
    enterKeyHint: 'send',
  });
  const grow = () => {
    input.style.height = 'auto';
    input.style.height = `${Math.min(input.scrollHeight, 240)}px`;
  };
  const form = element(
    'form',
    { class: 'composer' },
    input,
    element('button', { type: 'submit', class: 'button primary send', 'aria-label': 'Send' }, 'Send'),
  );
  const help = mentionHelp(input, form);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (text === '') return;
    input.value = '';
    grow();
    if ((await send(text)) === undefined && input.value === '') input.value = text;
    grow();
  });
  input.addEventListener('input', grow);
  input.addEventListener('keydown', (event) => {
    if (help.takes(event) || event.isComposing) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
    if (event.key === 'ArrowUp' && input.value === '') editLast?.(event);
  });
  return { node: form, input };
}

/** Says something, or does what a line that begins with a slash asks for. */
export function say(channel, text, thread) {
  const [word, ...rest] = text.split(' ');
  if (word === '/invite' && rest[0]?.replace('@', '') === workspace.app.name) return act({ do: 'invite', channel });
  if (workspace.app.commands.includes(word))
    return act({ do: 'command', channel, command: word, text: rest.join(' ') });
  if (/^\/[a-z]/.test(word) && !word.includes('/', 1)) {
    notice(
      `${word} is not a command here. Known: ${[...workspace.app.commands, `/invite @${workspace.app.name}`].join(', ')}.`,
    );
    return undefined;
  }
  return act({ do: 'post', channel, text, ...(thread && { thread }) });
}
