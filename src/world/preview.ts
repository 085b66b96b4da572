import { createHash } from 'node:crypto';
import type { Preview } from '../simulation/trace.ts';

const longest = 200;
const hidden = new Map<string, { name: string; count: number }>();

/** Lets a folder go by a name in what traces keep, so that the same code leaves the same trace wherever it lies. */
export function hideFolder(folder: string, name: string): Disposable {
  const known = hidden.get(folder) ?? { name, count: 0 };
  known.count += 1;
  hidden.set(folder, known);
  return {
    [Symbol.dispose]() {
      known.count -= 1;
      if (known.count === 0) hidden.delete(folder);
    },
  };
}

/** A text with names for the folders that the code under simulation lies in. */
export function withoutFolders(text: string): string {
  if (!text.includes('/')) return text;
  let clean = text;
  for (const [folder, { name }] of hidden) if (clean.includes(folder)) clean = clean.replaceAll(folder, name);
  return clean;
}

/** A text as the trace keeps it: cut for people, hashed whole. */
export function preview(raw: string): Preview {
  const text = withoutFolders(raw);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { text: text.length > longest ? `${text.slice(0, longest)}…` : text, hash };
}
