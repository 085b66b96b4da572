import type { Hunk } from '../../codebase/hunk.ts';
import { list, parse, textOf, walk } from '../../codebase/syntax.ts';
import { isTest } from '../../diagnosis/kinds-of-files.ts';
import type { Breakage } from '../breakage.ts';
import type { Trials } from '../trials.ts';
import { planOf, testedIn } from './tested.ts';

/**
 * Of some tests of a file, those that came with the change that broke it: they pass at that commit and not at the one
 * before, or the commit rewrote them. They say what the change was for, not what a fix must keep.
 */
export async function cameWith({
  breakage,
  trials,
  file,
  names,
}: {
  breakage: Breakage;
  trials: Trials;
  file: string;
  names: string[];
}): Promise<string[]> {
  const { mirror, cause, plan } = breakage;
  if (!cause) return [];
  const { id } = cause.commit;
  const touched = (await mirror.hunks(cause.good, id)).filter((hunk) => isTest(hunk.file));
  if (touched.length === 0) return [];
  const asked = planOf(file, plan);
  const [then, since] = [await trials.at(asked, cause.good), await trials.at(asked, id)];
  const [before, after] = [testedIn(then, file), testedIn(since, file)];
  if (!after) return [];
  const hunks = touched.filter((hunk) => hunk.file === file);
  const source = hunks.length > 0 ? await mirror.read(id, file) : undefined;
  // A revision without the file has none of its tests; one that cannot be judged says nothing.
  const isNew = (await mirror.read(cause.good, file)) === undefined;
  if (!before && !isNew) return [];
  return names.filter((name) => {
    if (after.get(name) !== 'passed') return false;
    if (name !== file && before?.get(name) !== 'passed') return true;
    return source !== undefined && name !== file && rewritten(source, file, { name, hunks });
  });
}

/** Whether hunks changed the text of a test, found by its name. */
function rewritten(source: string, file: string, { name, hunks }: { name: string; hunks: Hunk[] }): boolean {
  const syntax = parse(file, source);
  const own = name.split(' > ').at(-1);
  if (!syntax) return false;
  let found = false;
  walk(syntax.program, (node) => {
    if (node.type !== 'CallExpression' || textOf(list(node, 'arguments')[0]) !== own) return;
    const [first, last] = [syntax.lineAt(node.start), syntax.lineAt(node.end)];
    found ||= hunks.some(({ newStart, newLines }) => newStart <= last && first <= newStart + Math.max(newLines, 1) - 1);
  });
  return found;
}
