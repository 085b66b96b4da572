import { clip, fence, plain } from './mrkdwn.ts';
import type { Message } from './report.ts';
import { section } from './section.ts';

/** What a plan comes to over worlds and revisions: the matrix as it stands in a terminal, so that its columns align. */
export function worldsView(lines: string[]): Message {
  const end = lines.indexOf('');
  const [matrix, after] = end < 0 ? [lines, []] : [lines.slice(0, end), lines.slice(end + 1)];
  return {
    text: plain(clip(lines[0] ?? 'What if', 300)),
    blocks: [section(fence(matrix.join('\n'))), ...(after.length > 0 ? [section(fence(after.join('\n'), 1_200))] : [])],
  };
}
