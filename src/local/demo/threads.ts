import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';

const Said = z.object({ user: z.string(), text: z.string() });
const Thread = z.object({
  channel: z.string(),
  messages: z.array(Said.extend({ minutesAgo: z.number() })).min(1),
  /** What somebody answers when the thread is asked a question. */
  answer: Said.optional(),
});

/** An incident thread of the demo. */
export type DemoThread = z.infer<typeof Thread>;

/** The incident threads of the demo, in order of their file names. */
export async function demoThreads(): Promise<DemoThread[]> {
  const folder = path.join(import.meta.dirname, 'threads');
  const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
  return Promise.all(
    files.map(async (file) => Thread.parse(JSON.parse(await readFile(path.join(folder, file), 'utf8')))),
  );
}
