import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { Failure } from '../../errors.ts';

const TruthHunk = z.object({
  file: z.string(),
  lines: z.tuple([z.int(), z.int()]),
  insertOnly: z.boolean().default(false),
});
const Range = z.object({ repository: z.string(), base: z.string(), head: z.string() });

const Thread = Range.extend({
  channel: z.object({ name: z.string(), private: z.boolean() }),
  messages: z.array(z.object({ user: z.string(), ts: z.string(), text: z.string() })),
});

const CallTruth = z.object({
  base: z.unknown(),
  head: z.unknown(),
  culprit: z.string(),
  files: z.array(z.string()),
  hunks: z.array(TruthHunk),
});

const Pull = Range.extend({
  id: z.string(),
  plans: z.array(
    z.object({
      expect: z.object({ base: z.enum(['holds', 'violated']), head: z.enum(['holds', 'violated']) }),
      plan: z.unknown(),
    }),
  ),
  truth: z.object({ culprit: z.string(), files: z.array(z.string()), hunks: z.array(TruthHunk) }),
});

const Refactor = Range.extend({ id: z.string(), tests: z.array(z.string()) });

/** What people wrote about a regression, and what is true of it. */
export interface CallCase {
  kind: 'calls';
  id: string;
  thread: z.infer<typeof Thread>;
  truth: z.infer<typeof CallTruth>;
}

/** A mixed pull request with plans and the verdicts they must have. */
export type PullCase = z.infer<typeof Pull> & { kind: 'pulls' };

/** A change that preserves behaviour. */
export type RefactorCase = z.infer<typeof Refactor> & { kind: 'refactors' };

/** A real case of any kind. */
export type Case = CallCase | PullCase | RefactorCase;

/** The lines of a culprit's parent that are at fault. */
export type Truth = z.infer<typeof Pull>['truth'];

/** The environment that a repository's tests were run with, from its repo.json. */
export async function testSettings(folder: string): Promise<Record<string, string>> {
  const described = z.object({ env: z.record(z.string(), z.string()).default({}) });
  const file = path.join(folder, 'repo.json');
  return (await stat(file).catch(() => null)) ? described.parse(await json(file)).env : {};
}

/** Reads the cases of a folder, one kind a folder, in the order of their names; throws INPUT_UNREADABLE. */
export async function readCases(folder: string): Promise<Case[]> {
  const names = (await readdir(folder).catch(unreadable(folder))).sort();
  const cases: Case[] = [];
  for (const name of names) {
    const at = path.join(folder, name);
    const found = (await stat(at)).isDirectory()
      ? await callIn(at, name)
      : name.endsWith('.json') && (await fileCase(at));
    if (found) cases.push(found);
  }
  if (cases.length > 0) return cases;
  throw new Failure('INPUT_UNREADABLE', {
    folder,
    says: 'there is no case in it; name one of the folders calls, pulls, refactors',
  });
}

async function callIn(folder: string, id: string): Promise<CallCase | undefined> {
  const thread = path.join(folder, 'thread.json');
  if (!(await stat(thread).catch(() => null))) return undefined;
  const truth = CallTruth.parse(await json(path.join(folder, 'truth.json')));
  return { kind: 'calls', id, thread: Thread.parse(await json(thread)), truth };
}

async function fileCase(file: string): Promise<Case | undefined> {
  const content = await json(file);
  const pull = Pull.safeParse(content);
  if (pull.success) return { kind: 'pulls', ...pull.data };
  const refactor = Refactor.safeParse(content);
  return refactor.success ? { kind: 'refactors', ...refactor.data } : undefined;
}

async function json(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch(unreadable(file));
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Failure('INPUT_UNREADABLE', { file, says: 'it is not JSON' }, { cause });
  }
}

function unreadable(file: string): (cause: unknown) => never {
  return (cause) => {
    throw new Failure('INPUT_UNREADABLE', { file }, { cause });
  };
}
