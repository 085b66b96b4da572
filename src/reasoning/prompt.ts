import { readFile } from 'node:fs/promises';
import path from 'node:path';

const folder = path.resolve(import.meta.dirname, '../../prompts');

/** Reads a prompt by its name, such as `draft-scenario`. */
export function readPrompt(name: string): Promise<string> {
  return readFile(path.join(folder, `${name}.md`), 'utf8');
}

/**
 * Puts texts into the `{{slots}}` of a prompt; refuses a slot that is missing or unused.
 * A slot stands alone within a tag of the prompt; what is put in cannot close that tag.
 */
export function fill(prompt: string, slots: Record<string, string>): string {
  const asked = new Set([...prompt.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name));
  const missing = [...asked].filter((name) => !Object.hasOwn(slots, name));
  const unused = Object.keys(slots).filter((name) => !asked.has(name));
  if (missing.length > 0 || unused.length > 0) {
    throw new TypeError(
      `a prompt was filled wrongly: missing ${missing.join(', ') || 'none'}, unused ${unused.join(', ') || 'none'}`,
    );
  }
  const tags = [...prompt.matchAll(/<\/([\w-]+)>/g)].map(([, tag = '']) => tag);
  return prompt.replace(/\{\{(\w+)\}\}/g, (_, name: string) => contained(slots[name] ?? '', tags));
}

/** Text from outside, unable to end or begin a tag of the prompt. */
function contained(text: string, tags: string[]): string {
  if (tags.length === 0) return text;
  return text.replace(new RegExp(`<(?=\\s*/?\\s*(?:${tags.join('|')})\\b)`, 'gi'), '‹');
}
