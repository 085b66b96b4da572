import type { Mirror } from '../codebase/mirror.ts';
import { cite, linesOf } from './cite.ts';
import type { EnclosingFunction, RootCause } from './root-cause.ts';

/**
 * A root cause with nothing in it but what stands at the revision that it names: every line is looked up again and must
 * read as it is claimed to. What does not stand is left out, so that no line that does not exist is ever named.
 */
export async function standing(mirror: Pick<Mirror, 'read'>, cause: RootCause): Promise<RootCause> {
  const { file, line, text, guilty, nearby, ...rest } = cause;
  const revision = cause.revision ?? cause.commit.id;
  const there = line > 0 && (await cite(mirror, { revision, file, line }))?.text === text;
  const own = guilty && (await cite(mirror, guilty.at));
  return {
    ...rest,
    file,
    ...(there ? { line, text } : { line: 0, text: '' }),
    functions: await within(mirror, cause.commit.id, cause.functions),
    ...(nearby && { nearby: await within(mirror, cause.commit.id, nearby) }),
    ...(guilty && own?.text === guilty.at.text && { guilty }),
  };
}

async function within(
  mirror: Pick<Mirror, 'read'>,
  revision: string,
  functions: EnclosingFunction[],
): Promise<EnclosingFunction[]> {
  const lengths = new Map<string, number>();
  for (const { file } of functions)
    if (!lengths.has(file)) lengths.set(file, linesOf(await mirror.read(revision, file)).length);
  return functions.filter(
    ({ file, line, endLine }) => line > 0 && line <= endLine && endLine <= (lengths.get(file) ?? 0),
  );
}
