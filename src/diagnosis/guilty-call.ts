import type { Hunk } from '../codebase/hunk.ts';
import type { Mirror } from '../codebase/mirror.ts';
import type { Comparison, PartedCall, Placed } from '../simulation/comparison/comparison.ts';
import type { FunctionRun } from '../simulation/trace.ts';
import { cite } from './cite.ts';
import { isTest } from './kinds-of-files.ts';
import type { Gave, GuiltyCall } from './root-cause.ts';

/**
 * The first function, innermost first, that got equal inputs and gave another result: one that the hunks change if
 * there is any, else the first one at all, which then stands on what they change.
 */
export async function guiltyCall(
  mirror: Mirror,
  commit: string,
  { comparison, hunks, ran }: { comparison: Comparison; hunks: Hunk[]; ran: FunctionRun[] },
): Promise<GuiltyCall | undefined> {
  const own = comparison.calls.filter(({ file }) => !isTest(file));
  const changed = own.filter((call) => hunks.some((hunk) => touches(hunk, call, ran)));
  const found = changed.find(hasResults) ?? changed[0] ?? own.find(hasResults);
  if (!found) return undefined;
  const at = await cite(mirror, { revision: commit, file: found.file, line: found.line });
  if (!at) return undefined;
  const { service, name, args, calls } = found;
  return { service, name, at, args, ...gave(found), isChanged: changed.includes(found), calls };
}

function hasResults({ did }: PartedCall): boolean {
  return did === undefined;
}

/** Whether a hunk changes the function that a call ran; of lines that went, those around them count. */
function touches(hunk: Hunk, { file, line, name }: PartedCall, ran: FunctionRun[]): boolean {
  if (hunk.file !== file || hunk.whole) return false;
  const run = ran.find((one) => one.file === file && one.line === line && one.name === name);
  const last = hunk.newLines > 0 ? hunk.newStart + hunk.newLines - 1 : hunk.newStart + 1;
  return hunk.newStart <= (run?.endLine ?? line) && line <= last;
}

function gave({ base, head, did }: PartedCall): { base: Gave; head: Gave } {
  if (did) return { base: doing(did.base), head: doing(did.head) };
  return {
    base: { kind: base?.kind ?? 'return', text: base?.text ?? '' },
    head: { kind: head?.kind ?? 'return', text: head?.text ?? '' },
  };
}

function doing(event: Placed | undefined): Gave {
  if (!event) return { kind: 'did not', text: '' };
  return { kind: 'did', text: `${event.kind} ${event.what} ${event.value?.text ?? ''}`.trim().slice(0, 600) };
}
