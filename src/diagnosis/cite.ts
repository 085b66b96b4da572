import type { Mirror } from '../codebase/mirror.ts';

declare const isCited: unique symbol;

/** A line as it stands at a revision. Only `cite` makes one, and only of a line that is there. */
export interface Cited {
  revision: string;
  file: string;
  line: number;
  text: string;
  readonly [isCited]?: true;
}

/** The line of a file at a revision; undefined when that revision has no such file or line, so that it cannot be named. */
export async function cite(
  mirror: Pick<Mirror, 'read'>,
  { revision, file, line }: { revision: string; file: string; line: number },
): Promise<Cited | undefined> {
  const text = linesOf(await mirror.read(revision, file))[line - 1];
  return text === undefined ? undefined : { revision, file, line, text };
}

/** The lines of a text; what follows the last newline is no line. */
export function linesOf(source: string | undefined): string[] {
  if (source === undefined || source === '') return [];
  return (source.endsWith('\n') ? source.slice(0, -1) : source).split('\n');
}
