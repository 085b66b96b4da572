import type { Hunk } from '../codebase/hunk.ts';
import { isCode } from '../diagnosis/kinds-of-files.ts';
import type { Breakage } from './breakage.ts';
import type { Fix, OwnTests, Undone } from './fix.ts';

const mostWords = 300;

/** What a patch takes back of the change that broke it: of its places in code those whose lines the patch takes out or puts back. */
export async function undoneBy(
  { mirror, cause }: Breakage,
  patch: Hunk[],
  tests: OwnTests,
): Promise<Undone | undefined> {
  if (!cause) return undefined;
  const { commit, good } = cause;
  const all = (await mirror.hunks(good, commit.id)).filter(({ file }) => isCode(file));
  const places = { undone: all.filter((hunk) => patch.some((one) => takesBack(one, hunk))).length, of: all.length };
  const reason = firstWords(commit.body);
  return {
    commit: commit.id,
    subject: commit.subject,
    ...(reason && { reason }),
    places,
    says: sentence(commit, places, tests.undone),
  };
}

/** What a fix does and what it undoes, for a person. */
export function summaryOf(kind: Fix['kind'], what: string, undone: Undone | undefined, maker?: string): string {
  const did = `${what[0]?.toUpperCase()}${what.slice(1)}`;
  const by = kind === 'model' ? `, proposed by ${maker ?? 'a model'},` : '';
  if (!undone) return `${did}${by} makes it hold. No revision is known in which it held.`;
  return `${did}${by} brings the behaviour back. ${undone.says}`;
}

/** Whether a patch takes lines out that a change brought, or puts lines back that it took out. */
function takesBack(patch: Hunk, change: Hunk): boolean {
  if (patch.file !== change.file) return false;
  if (change.whole || patch.whole) return change.whole !== undefined && patch.whole !== undefined;
  return shares(patch.removed, change.added) || shares(patch.added, change.removed);
}

function shares(a: string[], b: string[]): boolean {
  const lines = new Set(b.map((line) => line.trim()).filter((line) => /\w/.test(line)));
  return a.some((line) => lines.has(line.trim()));
}

function sentence(
  { id, subject }: { id: string; subject: string },
  { undone, of }: Undone['places'],
  tests: string[],
): string {
  const named = `${id.slice(0, 7)} “${subject}”`;
  const much =
    undone === 0
      ? `It takes no line of ${named} back.`
      : undone === of
        ? `It takes back ${of === 1 ? 'the one change' : `all ${of} changes`} to code of ${named}; what that was for has to be done another way.`
        : `It takes back ${undone} of the ${of} changes to code of ${named}; what ${undone === 1 ? 'that was' : 'those were'} for has to be done another way.`;
  if (tests.length === 0) return much;
  const shown = tests.slice(0, 3).map((name) => `“${name}”`);
  const more = tests.length > 3 ? ` and ${tests.length - 3} more` : '';
  return `${much} ${tests.length === 1 ? 'A test that came' : `${tests.length} tests that came`} with it would fail: ${shown.join(', ')}${more}.`;
}

/** The first paragraph of a message, cut at a length. */
function firstWords(body: string): string | undefined {
  const [first = ''] = body.trim().split(/\n\s*\n/);
  const text = first.replace(/\s+/g, ' ');
  return text === '' ? undefined : text.length > mostWords ? `${text.slice(0, mostWords)}…` : text;
}
