import { createHash } from 'node:crypto';
import type { Preview } from '../simulation/trace.ts';

const longest = 200;

/** A text as the trace keeps it: cut for people, hashed whole. */
export function preview(text: string): Preview {
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
  return { text: text.length > longest ? `${text.slice(0, longest)}…` : text, hash };
}
