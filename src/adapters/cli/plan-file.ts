import { readFile } from 'node:fs/promises';
import { Failure } from '../../errors.ts';
import { type Plan, parsePlan } from '../../simulation/plan.ts';

const whyUnread: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** Reads a file that a command was given; throws INPUT_UNREADABLE with its name. */
export async function readInput(file: string): Promise<string> {
  const bytes = await readFile(file === '-' ? '/dev/stdin' : file).catch((cause) => {
    throw new Failure('INPUT_UNREADABLE', { file, says: whyUnread[cause.code] }, { cause });
  });
  if (bytes.includes(0)) throw new Failure('INPUT_UNREADABLE', { file, says: 'it is not text' });
  return bytes.toString('utf8');
}

/** Reads a plan from a file. */
export async function readPlan(file: string): Promise<Plan> {
  return parsePlan(await readInput(file));
}

/** Reads the plans of neighbouring scenarios, each called by its file. */
export async function readNeighbours(files: string[] = []): Promise<{ title: string; plan: Plan }[]> {
  return Promise.all(files.map(async (file) => ({ title: file, plan: await readPlan(file) })));
}
