import { functionsOf } from '../../codebase/symbols.ts';
import type { Breakage } from '../breakage.ts';
import type { Candidate } from './candidate.ts';
import type { Place } from './places.ts';

const mostVersions = 12;
const mostEach = 4;

/** The guilty functions as they were in earlier revisions of their files, the latest first. */
export async function earlierVersions({ mirror, head }: Breakage, places: Place[]): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const { file, source, functions } of places) {
    const lines = source.split('\n');
    const commits = await mirror.touching(head, file, mostVersions);
    const sources = new Map<string, string>();
    for (const { id } of commits.slice(1)) {
      const earlier = await mirror.read(id, file);
      if (earlier !== undefined) sources.set(id, earlier);
    }
    for (const { name, line, endLine } of functions) {
      const seen = new Set([lines.slice(line - 1, endLine).join('\n')]);
      for (const [id, earlier] of sources) {
        const was = functionsOf(earlier, file).find((one) => one.name === name);
        const text =
          was &&
          earlier
            .split('\n')
            .slice(was.line - 1, was.endLine)
            .join('\n');
        if (text === undefined || seen.has(text) || seen.size > mostEach) continue;
        seen.add(text);
        const whole = [...lines.slice(0, line - 1), text, ...lines.slice(endLine)].join('\n');
        const what = `putting ${name} in ${file} back as it was in ${id.slice(0, 7)}`;
        candidates.push({ kind: 'history', what, edit: { files: { [file]: whole } } });
      }
    }
  }
  return candidates;
}
