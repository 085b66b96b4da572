import type { LocalSlack } from '../slack/local-slack.ts';
import type { BlockOnWire, Message } from '../slack/message.ts';

/** A thread of the local workspace as plain text: who said what, replies as they stand now. */
export function transcript(slack: LocalSlack, channel: string, thread: string): string {
  const names = new Map(slack.workspace.people.map(({ id, name }) => [id, name]));
  const lines = slack
    .messages(channel, thread)
    .map((message) => `${names.get(message.user) ?? message.user}:\n${indented(wordsOf(message))}`);
  return lines.join('\n\n').replaceAll(/<@([A-Z0-9]+)>/g, (_all, id: string) => `@${names.get(id) ?? id}`);
}

function wordsOf({ text, blocks }: Message): string {
  const words = blocks && blocks.length > 0 ? blocks.map(blockWords).filter(Boolean).join('\n') : text;
  return decoded(words);
}

function blockWords(block: BlockOnWire): string {
  if (block.type === 'actions')
    return (elementsOf(block) as { text?: { text?: string } }[]).map(({ text }) => `[${text?.text ?? ''}]`).join(' ');
  if (block.type === 'context')
    return (elementsOf(block) as { text?: string }[]).map(({ text }) => text ?? '').join('\n');
  const { text } = block as { text?: { text?: string } };
  return text?.text ?? '';
}

function elementsOf(block: BlockOnWire): unknown[] {
  return Array.isArray(block.elements) ? block.elements : [];
}

function decoded(text: string): string {
  return text
    .replaceAll(/<(https?:[^|>]+)\|([^>]+)>/g, '$2 ($1)')
    .replaceAll(/<(https?:[^|>]+)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}
