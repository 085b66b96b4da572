import type { Hunk } from '../../codebase/hunk.ts';
import type { Edited } from '../../codebase/mirror.ts';
import type { Tested } from '../../diagnosis/ddmin.ts';
import { isCode } from '../../diagnosis/kinds-of-files.ts';
import { byFileThenHunk } from '../../diagnosis/minimise.ts';
import type { Breakage } from '../breakage.ts';
import type { Trials } from '../trials.ts';
import type { Candidate } from './candidate.ts';

/** The hunks of the cause; then as few as mend head of those that can still be undone there; then all code of the commit. */
export async function* reverts(breakage: Breakage, trials: Trials): AsyncGenerator<Candidate> {
  const { mirror, cause } = breakage;
  if (!cause) return;
  const commit = cause.commit.id;
  const undoing = (hunks: Hunk[], what: string): Candidate => ({
    kind: 'revert',
    what: `undoing ${what} of ${commit.slice(0, 7)}`,
    edit: { undo: { commit, hunks } },
  });
  yield undoing(cause.hunks, counted(cause.hunks));
  const all = (await mirror.hunks(cause.good, commit)).filter(({ file }) => isCode(file));
  const fewest = await fewestAtHead(breakage, all, trials);
  if (fewest) yield undoing(fewest, counted(fewest));
  if (all.length > cause.hunks.length) yield undoing(all, 'all code');
}

async function fewestAtHead({ mirror, plan, head, cause }: Breakage, all: Hunk[], trials: Trials) {
  const commit = cause?.commit.id ?? head;
  const undone = (hunks: Hunk[]): Promise<Edited | null> => mirror.edited(head, { undo: { commit, hunks } });
  const undoable: Hunk[] = [];
  for (const hunk of all) if (await undone([hunk])) undoable.push(hunk);
  const mends = async (hunks: Hunk[]): Promise<Tested> => {
    const edited = await undone(hunks);
    if (!edited) return 'unresolved';
    const { outcome } = await trials.on(plan, edited);
    return outcome === 'unknown' ? 'unresolved' : outcome === 'holds' ? 'shows' : 'not';
  };
  if (undoable.length === 0 || (await mends(undoable)) !== 'shows') return undefined;
  return byFileThenHunk(undoable, mends);
}

/** Hunks as a person counts them: “2 changes in a.js and b.js”. */
function counted(hunks: Hunk[]): string {
  const files = [...new Set(hunks.map(({ file }) => file))];
  const places = hunks.length === 1 ? 'one change' : `${hunks.length} changes`;
  const named = files.length > 4 ? [...files.slice(0, 3), `${files.length - 3} other files`] : files;
  return `${places} in ${named.join(' and ')}`;
}
