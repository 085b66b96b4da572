import { readFile } from 'node:fs/promises';
import { Failure } from '../../errors.ts';
import { type Plan, parsePlan } from '../../simulation/plan.ts';

/** Reads a file that a command was given; throws INPUT_UNREADABLE with its name. */
export async function readInput(file: string): Promise<string> {
  return readFile(file === '-' ? '/dev/stdin' : file, 'utf8').catch((cause) => {
    throw new Failure('INPUT_UNREADABLE', { file }, { cause });
  });
}

/** Reads a plan from a file. */
export async function readPlan(file: string): Promise<Plan> {
  return parsePlan(await readInput(file));
}
