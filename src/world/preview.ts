import { createHash } from 'node:crypto';
import type { Preview } from '../simulation/trace.ts';

const longest = 200;
/** Folders that lie within others come before them, so that nothing depends on which was hidden first. */
let hidden: { folder: string; name: string; place: RegExp }[] = [];

/** Lets a folder go by a name in what traces keep, so that the same code leaves the same trace wherever it lies. */
export function hideFolder(folder: string, name: string): Disposable {
  const own = { folder, name, place: new RegExp(`${RegExp.escape(folder)}(?![\\w-]|\\.\\w)`, 'g') };
  hidden = [...hidden, own].sort((a, b) => b.folder.length - a.folder.length);
  return {
    [Symbol.dispose]() {
      hidden = hidden.filter((one) => one !== own);
    },
  };
}

/** A text with names for the folders that the code under simulation lies in; a folder beside one keeps its own name. */
export function withoutFolders(text: string): string {
  if (!text.includes('/')) return text;
  let clean = text;
  for (const { folder, name, place } of hidden) if (clean.includes(folder)) clean = clean.replace(place, () => name);
  return clean;
}

/** A text as the trace keeps it: cut for people, hashed whole. */
export function preview(raw: string): Preview {
  const text = withoutFolders(raw);
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { text: text.length > longest ? `${text.slice(0, longest)}…` : text, hash };
}
